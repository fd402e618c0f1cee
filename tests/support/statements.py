"""Compiles each statement once for all tests: every test has a database and so an engine of its own."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import sqlalchemy
from sqlalchemy import Engine

from airflow_provider_registry.registry.database import engine


def compile_once_for_all_engines() -> None:
    """Have the registry's engines share what SQLAlchemy compiles; without it, that is a third of the kernel's tests.

    What is compiled belongs to a dialect, so they share that too. The first of each database makes it, and learns from
    its first connection what the server can do.
    """
    first: dict[str, Engine] = {}

    def create_engine(*args: Any, **kwargs: Any) -> Engine:
        made = sqlalchemy.create_engine(*args, **kwargs)
        model = first.setdefault(made.dialect.name, made)
        if model is not made and getattr(model.dialect, "server_version_info", None):
            made.dialect, made._compiled_cache = model.dialect, model._compiled_cache
        return made

    patch.object(engine, "create_engine", create_engine).start()
