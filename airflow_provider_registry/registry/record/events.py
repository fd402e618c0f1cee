"""The vocabulary of the record, which has its own module so that Dag files may import it."""

from __future__ import annotations

from airflow_provider_registry.event_types import EventType

__all__ = ["EventType"]
