"""The type of statements whose columns are read by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Select

if TYPE_CHECKING:
    # SQLAlchemy 2.1's form; 2.0 knows no variadic Select, and does not need to: this exists only for type checking.
    Rows: TypeAlias = Select[*tuple[Any, ...]]

__all__ = ["Rows"]
