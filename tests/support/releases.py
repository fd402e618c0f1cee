"""What the installed release of Airflow has, as far as tests differ by it."""

from __future__ import annotations

import pytest

from airflow_provider_registry.compat import has_partition_keys

KEYS = has_partition_keys()

needs_keys = pytest.mark.skipif(not KEYS, reason="tasks give no partition keys before Airflow 3.3")
