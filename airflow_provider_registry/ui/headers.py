"""What browsers are told of every answer, beside its own headers."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# An answer is what its content type says. A browser that guesses might take what somebody wrote for a page.
NO_GUESSING = {"X-Content-Type-Options": "nosniff"}


class AsItIsCalled:
    """Puts `NO_GUESSING` into every answer of an app but the one to an error that nobody expected."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(NO_GUESSING)
            await send(message)

        await self._app(scope, receive, told)
