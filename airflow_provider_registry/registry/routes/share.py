"""What a challenger is to have: a share of the traffic, or a copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.limits import check_flag
from airflow_provider_registry.registry.versions.rendered import plain

_FORM = "give percent above 0 and below 100, with at most two decimals"


class RouteKind(StrEnum):
    """What a route brings to its version."""

    TRAFFIC = "traffic"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Share:
    """What a route is asked to bring.

    Attributes:
        points: of the traffic, in hundredths of a percent; 0 for a shadow, whose answers nobody gets.
    """

    kind: RouteKind
    points: int

    @classmethod
    def read(cls, traffic: object, shadow: object) -> Share:
        """Read what a caller gave.

        Parameters:
            traffic: percent, as a number or its digits; None for a shadow.

        Raises:
            InvalidInputError: it is no such share, or both or neither are given.
        """
        is_shadow = check_flag("shadow", shadow)
        if (traffic is None) is not is_shadow:
            raise InvalidInputError("Give a route one of traffic=, in percent, and shadow=True.")
        return cls(RouteKind.SHADOW, 0) if is_shadow else cls(RouteKind.TRAFFIC, _points(traffic))

    @property
    def words(self) -> str:
        """The share as a sentence has it."""
        return "a copy" if self.kind is RouteKind.SHADOW else f"{percent(self.points)} %"


def percent(points: int) -> str:
    """Hundredths of a percent in percent, without zeros that say nothing."""
    return f"{points / 100:g}"


def _points(given: object) -> int:
    number = _number(plain(given))
    if number is None or not Decimal("0.01") <= number < 100:
        hint = "; to give it none, end the route" if number == 0 else ""
        raise InvalidInputError(f"traffic is {shown(given, 60)}: {_FORM}{hint}.")
    points = number * 100
    if points != points.to_integral_value():
        raise InvalidInputError(f"traffic is {shown(given, 60)}: {_FORM}.")
    return int(points)


def _number(value: object) -> Decimal | None:
    """A finite number, or the one that a text spells, as it was written."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None
