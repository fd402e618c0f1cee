"""Many small jobs in a few threads, stopping at the first error."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

# Hashing and reading release the interpreter's lock; ten is also how many connections a boto3 client keeps open.
WORKERS = 10

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(function: Callable[[T], R], items: Iterable[T], workers: int = WORKERS) -> list[R]:
    """The function's result for each item, in the items' order.

    Parameters:
        function: safe to run in several threads at once.
        items: each is one call.
        workers: threads.

    Raises:
        Exception: the first that the function raised; calls that had not begun by then are never made.
    """
    items = list(items)
    if len(items) == 1:  # a large file: no thread takes it sooner than this one
        return [function(items[0])]
    # One future per thread and not per item: for a small file a future costs as much as the file.
    todo = deque(enumerate(items))
    results: dict[int, R] = {}

    def work() -> None:
        while True:
            try:
                number, item = todo.popleft()
            except IndexError:
                return
            try:
                results[number] = function(item)
            except BaseException:
                todo.clear()
                raise

    with ThreadPoolExecutor(workers, thread_name_prefix="artifacts") as pool:
        futures = [pool.submit(work) for _ in range(min(workers, len(todo)))]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            todo.clear()
            raise
    return [results[number] for number in range(len(results))]
