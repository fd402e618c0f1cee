"""The side of a process that is asked to do things and times them; it imports nothing, and runs anywhere.

Each line of the standard input is a request, and each line of the standard output the answer, both JSON. A request
names a method of what was opened and the arguments of one or more calls; the answer says how long each call took,
measured around it alone, what the last one returned, and what the calls raised. The first request opens something.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Arguments = dict[str, Any]


def serve(
    open: Callable[..., Any],
    prepare: Callable[[str, Arguments], Arguments] = lambda operation, given: given,
    plain: Callable[[Any], Any] = lambda result: result,
) -> None:
    """Answer requests until there are no more.

    Parameters:
        open: gives the object whose methods are called.
        prepare: makes a method's arguments of JSON, before its time begins.
        plain: makes JSON of what it returned.
    """
    # Whatever writes to the standard output meanwhile, such as a migration, must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    opened: Any = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["operation"] == "open":
            opened, answer = open(**request["calls"][0]), {}
        else:
            calls = [prepare(request["operation"], given) for given in request["calls"]]
            answer = _call(getattr(opened, request["operation"]), calls, request["at"])
            answer["result"] = plain(answer["result"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _call(method: Callable[..., Any], calls: list[Arguments], at: float | None) -> dict[str, Any]:
    seconds: list[float] = []
    errors: list[str] = []
    result: Any = None
    gc.collect()
    if at is not None:
        time.sleep(max(0.0, at - time.monotonic()))
    begun = time.monotonic()
    for arguments in calls:
        begin = time.perf_counter()
        try:
            result = method(**arguments)
        except Exception as error:  # whatever it is, the other side counts it
            errors.append(f"{type(error).__name__}: {str(error)[:400]}")
        seconds.append(time.perf_counter() - begin)
    return {"seconds": seconds, "errors": errors, "begun": begun, "ended": time.monotonic(), "result": result}
