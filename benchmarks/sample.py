"""What is registered, wherever versions are registered to be timed."""

from __future__ import annotations

METADATA = {
    "owner": "ana",
    "intended_use": "churn of private customers",
    "data": {"rows": 125_000, "until": "2026-01-31"},
}
METRICS = {f"metric_{number}": number / 7 for number in range(10)}
TAGS = {"team": "growth", "stage": "nightly", "data": "v3"}
