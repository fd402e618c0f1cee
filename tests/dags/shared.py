"""What the Dags of the end-to-end tests share: their params, and the accidents that befall their tasks on purpose."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

CONN_ID = "{{ params.conn_id }}"
MODEL = "{{ params.model }}"

PARAMS: dict[str, Any] = {
    "conn_id": "model_registry_default",
    "model": "nobody-named-one",
    "folder": None,  # the run's own, where it keeps files
    "accident": None,  # one of ACCIDENTS, or `lost_answer`; it befalls the first try
    "pipe": None,  # where a task that stops says its pid
}


class AnswerLostError(RuntimeError):
    """The task did its work, and nobody heard of it."""


def lose_answer(context: Any, result: Any = None) -> None:
    """As `post_execute`: the first try fails when all its work is done, or stops there to be killed."""
    if _accident(context) == "lost_answer":
        raise AnswerLostError
    if _accident(context) == "killed_before_answer":
        _stop(context["params"]["pipe"])


def meet_accident(context: Any) -> None:
    """As `pre_execute`: the first try stops where the run's `accident` says, and waits to be killed."""
    if accident := ACCIDENTS.get(_accident(context)):
        accident(context["params"]["pipe"])


def _accident(context: Any) -> str:
    return str(context["params"]["accident"]) if context["ti"].try_number == 1 else ""


def _stop_in_upload(pipe: str) -> None:
    """Stop when the second file of the artifact is created in the store's temporary folder."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open":
            return
        path, _, flags = arguments
        if "/.tmp-" in str(path) and str(path).endswith("/second.bin") and flags & os.O_CREAT:
            _stop(pipe)

    sys.addaudithook(hook)


def _stop_before_commit(pipe: str) -> None:
    """Stop when all bytes are stored, inside the transaction that writes the version's row."""
    from sqlalchemy import Engine, event

    def stop(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO registry_version "):
            _stop(pipe)

    event.listen(Engine, "before_cursor_execute", stop)


def _stop(pipe: str) -> None:
    Path(pipe).write_text(str(os.getpid()))
    threading.Event().wait()


ACCIDENTS: dict[str, Callable[[str], None]] = {
    "killed_in_upload": _stop_in_upload,
    "killed_before_commit": _stop_before_commit,
}
