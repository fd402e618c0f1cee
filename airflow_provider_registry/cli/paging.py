"""Results of a search, page after page, up to the limit that a person asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

from airflow_provider_registry.cli.output import note
from airflow_provider_registry.errors import InvalidInputError

_PAGE = 500

T_co = TypeVar("T_co", covariant=True)


class Page(Protocol[T_co]):
    """One page of a search."""

    @property
    def next_page_token(self) -> str | None: ...

    def __iter__(self) -> Iterator[T_co]: ...


def gathered(limit: int, page: Callable[[int, str | None], Page[T_co]]) -> list[T_co]:
    """The first results of a search; where there are more, that is said on stderr.

    Parameters:
        limit: how many at most.
        page: gives a page by its size and token.
    """
    if limit < 1:
        raise InvalidInputError(f"--limit is {limit}: give 1 or more.")
    found: list[Any] = []
    token: str | None = None
    while len(found) < limit:
        got = page(min(_PAGE, limit - len(found)), token)
        found += got
        token = got.next_page_token
        if token is None:
            return found
    note(f"These are the first {limit}; there are more: raise --limit.")
    return found
