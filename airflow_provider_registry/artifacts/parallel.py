"""Many small jobs in a few threads, stopping at the first error."""

from __future__ import annotations

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
    with ThreadPoolExecutor(workers, thread_name_prefix="artifacts") as pool:
        futures = [pool.submit(function, item) for item in items]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        return [future.result() for future in futures]
