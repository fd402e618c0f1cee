"""A large object in parts that are fetched several at a time, and given on in order.

One connection to S3 gives some 90 MB a second, however fast the network is.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

PART = 4 * 1024 * 1024

# Parts in memory, of all objects that are being read together: several at once share these, and are as fast together.
_AT_ONCE = 6
_slots = threading.Semaphore(_AT_ONCE)


def fetched_ahead(fetch: Callable[[int, int], bytes], start: int, stop: int) -> Iterator[bytes]:
    """The bytes from `start` to before `stop`, in parts.

    Parameters:
        fetch: gives the bytes from its first argument to before its second; called from several threads.

    Raises:
        Exception: what `fetch` raised, in the place of that part.
    """
    ranges = deque((at, min(at + PART, stop)) for at in range(start, stop, PART))
    coming: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="artifacts") as pool:
        try:
            while ranges or coming:
                # To wait for a slot while one holds none can only be to wait for somebody who goes on.
                while ranges and _slots.acquire(blocking=not coming):
                    coming.append(pool.submit(fetch, *ranges.popleft()))
                try:
                    yield coming.popleft().result()
                finally:
                    _slots.release()
        finally:
            pool.shutdown(cancel_futures=True)
            for _ in coming:
                _slots.release()
