"""The right to remove an artifact, which a store asks for again before each step that cannot be taken back.

Whoever removes may be stopped at any line, for an hour or for good, and meanwhile somebody else may store the same
bytes under the same names. So no store looks once and then removes: it takes each step either while the right cannot
end (`RemovalRight.run`), or with a request that nobody obeys any more by the time the right can have ended
(`RemovalRight.check`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol, TypeVar

T = TypeVar("T")

# S3, and what speaks its language, refuses a request that comes more than 15 minutes after it was signed
# (RequestTimeTooSkewed; "Signing and authenticating REST requests" in its user guide). Two more are for a clock of
# this host that is ahead of the server's, and for the server to do what it took in the last moment.
IN_FLIGHT = timedelta(minutes=17)


class RemovalRight(Protocol):
    """What a store needs to know of the right to remove one artifact."""

    def check(self) -> None:
        """Return only where the right lasts for `IN_FLIGHT` from now, whatever happens to this process.

        To be asked after a request was signed and before it is sent, each time that it is sent. Safe to call from
        several threads.

        Raises:
            LeaseLostError: the right ended, or may end earlier; nothing more may be removed.
        """
        ...

    def run(self, step: Callable[[], T]) -> T:
        """Take a short step while nobody else can get the right to these bytes, however long the step takes.

        Parameters:
            step: safe to be run again; it may be, and may have been run where this raises.

        Raises:
            LeaseLostError: the right ended; the step was not run, or must be undone.
        """
        ...


class NobodyElse:
    """The right of somebody who knows that nobody else is at work."""

    def check(self) -> None:
        """It never ends."""

    def run(self, step: Callable[[], T]) -> T:
        """Take the step."""
        return step()
