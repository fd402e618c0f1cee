"""Leases: while bytes are written that no version has yet, or removed, nobody else does the other (rule 3).

Both kinds are taken under the lock of the model's row, where also versions are written. So `gc` sees either the
lease of a registration, or its version; and a registration sees either that `gc` is at work, or that it is not.
Whoever takes a lease removes the other kind's lapsed ones: a lapsed lease never comes back into force beside a new
one, whatever the clock does.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Executable, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from airflow_provider_registry.artifacts.removal import IN_FLIGHT
from airflow_provider_registry.errors import LeaseLostError, RegistryError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.batch import Batch, read_together
from airflow_provider_registry.registry.database.clock import clock_columns, clock_values, read_clock
from airflow_provider_registry.registry.database.prepared import Prepared, insertion
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.storage.tables import LeasePurpose, LeaseRow

log = logging.getLogger(__name__)

# Whoever is alive renews long before this; whoever was killed holds up the other side for no longer. What gc has sent
# to a store must have ended by then, and a renewal or two may fail (`CollectLease`).
LIFETIME = IN_FLIGHT + timedelta(minutes=3)
RENEW_SECONDS = 60.0
# The removal of one artifact that nothing refers to takes seconds. A registration of the same bytes waits for it.
WAIT_SECONDS = 120.0


LEASE = Prepared(lambda dialect: select(LeaseRow.token).where(LeaseRow.token == bindparam("token")))
_END = Prepared(lambda dialect: delete(LeaseRow).where(LeaseRow.token == bindparam("token")))
_TAKE = insertion(LeaseRow)
_LOCK = Prepared(lambda dialect: select(ModelRow.id).where(ModelRow.id == bindparam("model_id")).with_for_update())


@dataclass
class Lease:
    """A lease that was taken.

    Attributes:
        ended: the act that wrote the version has ended it.
    """

    token: str
    ended: bool = False


class BeingCollectedError(LeaseLostError):
    """`gc` is removing these very bytes."""


@contextmanager
def writing(core: Core, model_id: int, digest: str) -> Iterator[Lease]:
    """Guard bytes from before the first is written until a version has them.

    The act that writes the version ends the lease (`end_lease`), and who sees it succeed says so; else it ends here.

    Raises:
        BeingCollectedError: `gc` has been removing the same bytes for longer than it should take.
    """
    waiting = Retrying(
        retry=retry_if_exception_type(BeingCollectedError),
        wait=wait_random_exponential(multiplier=0.1, max=5),
        stop=stop_after_delay(WAIT_SECONDS),
        reraise=True,
    )
    lease = Lease(waiting(_take, core, model_id, digest))
    with kept(core, lease):
        yield lease


@contextmanager
def kept(core: Core, lease: Lease) -> Iterator[None]:
    """Renew a lease for as long as this lasts, and end it then."""
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(core, lease.token, stop), name="registry-lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        if not lease.ended:
            _drop_quietly(core, lease.token)


def end_lease(act: Act, token: str) -> None:
    """End a lease in the act that writes the version.

    Raises:
        LeaseLostError: it had lapsed, and `gc` may have removed the bytes.
    """
    if not act.rows(LEASE, token=token):
        raise LeaseLostError("The guard on the bytes lapsed before the version was written: store them again.")
    act.batch.write(_END, token=token)


def new_token() -> str:
    """A token for one lease, however often it is tried to take it."""
    return str(uuid.uuid4())


def take_to_collect(connection: Connection, model_id: int, digest: str, token: str) -> bool:
    """Take the lease to remove bytes, under the model's lock; False where a registration is writing them.

    A lapsed lease of a registration is removed here, so that its act finds it gone.
    """
    now = read_clock(connection)
    same = (LeaseRow.model_id == model_id, LeaseRow.digest == digest)
    connection.execute(delete(LeaseRow).where(*same, or_(LeaseRow.expires_at <= now, LeaseRow.token == token)))
    if connection.execute(select(LeaseRow.token).where(*same)).first():
        return False
    row = {"token": token, "model_id": model_id, "digest": digest, "purpose": LeasePurpose.COLLECT}
    connection.execute(insert(LeaseRow).values(**row, expires_at=now + LIFETIME))
    return True


def _take(core: Core, model_id: int, digest: str) -> str:
    token = new_token()

    def take(batch: Batch) -> str:
        bytes = {"model_id": model_id, "digest": digest}
        lock, clock = (_LOCK, {"model_id": model_id}), (_CLOCK, clock_values(batch.connection.dialect.name))
        in_the_way = (_IN_THE_WAY, {**bytes, "token": token})
        _, there, (told,) = read_together(batch.connection, lock, in_the_way, clock)
        now = told["now"]
        if any(row["token"] != token and row["expires_at"] > now for row in there):
            raise BeingCollectedError(
                f"gc is removing unreferenced bytes of the digest {digest}: register them again in "
                f"{LIFETIME.seconds // 60} minutes."
            )
        for row in there:
            batch.write(_END, token=row["token"])
        batch.write(_TAKE, **bytes, token=token, purpose=LeasePurpose.WRITE, expires_at=now + LIFETIME)
        return token

    return core.write(take)


def _in_the_way(dialect: str) -> Executable:
    """The leases of `gc` on these bytes, and this very one, from a try whose answer was lost.

    They are locked, so that none is renewed, as one that lasts, after it was read as one that has lapsed.
    """
    same = (LeaseRow.model_id == bindparam("model_id"), LeaseRow.digest == bindparam("digest"))
    theirs = and_(*same, LeaseRow.purpose == LeasePurpose.COLLECT)
    which = or_(theirs, LeaseRow.token == bindparam("token"))
    return select(LeaseRow.token, LeaseRow.expires_at).where(which).with_for_update()


_IN_THE_WAY = Prepared(_in_the_way)
_CLOCK = Prepared(lambda dialect: select(clock_columns(dialect)[0]))


def _keep(core: Core, token: str, stop: threading.Event) -> None:
    while not stop.wait(RENEW_SECONDS):
        try:
            renew_lease(core, token)
        except Exception:  # whatever it is, the next renewal may succeed, and the act finds out whether one did
            log.warning("The guard on bytes that are being stored could not be renewed.", exc_info=True)


def renew_lease(core: Core, token: str) -> bool:
    """Guard the bytes for another `LIFETIME`; returns whether the lease was still good.

    That of a writer is, as long as `gc` has not removed it; that of `gc` only until it lapses, since a writer then
    goes ahead beside it.
    """

    def renew(batch: Batch) -> bool:
        now = read_clock(batch.connection)
        good = or_(LeaseRow.purpose == LeasePurpose.WRITE, LeaseRow.expires_at > now)
        mine = update(LeaseRow).where(LeaseRow.token == token, good)
        return batch.connection.execute(mine.values(expires_at=now + LIFETIME)).rowcount == 1

    return core.write(renew, RENEW_SECONDS)


def _drop_quietly(core: Core, token: str) -> None:
    """A lease lapses by itself: that it could not be ended must hide neither success nor the real error."""
    try:
        drop_lease(core, token)
    except (RegistryError, SQLAlchemyError):
        log.warning("The guard on stored bytes could not be ended, and lapses by itself.", exc_info=True)


def drop_lease(core: Core, token: str) -> None:
    """End a lease outside an act; one that is gone is no error."""
    core.write(lambda batch: batch.write(_END, token=token))


def drop_lapsed(core: Core) -> None:
    """Remove what the dead left: nobody looks for the lease of a registration that was killed and tried again.

    Without the models' locks: a lapsed lease guards nothing any more, and a writer that is alive after all finds it
    gone and stores its bytes again.
    """

    def drop(batch: Batch) -> None:
        now = read_clock(batch.connection)
        batch.connection.execute(delete(LeaseRow).where(LeaseRow.expires_at <= now))

    core.write(drop)
