"""What the page "Measured over time" shows of profiles; run by `tests/docs/test_examples.py`."""

from datetime import UTC, datetime
from pathlib import Path

from airflow_provider_registry.registry import Registry, drift_between, profile_of

registry = Registry.connect("sqlite:///registry.db", artifact_root="artifacts", actor="ana")
registry.migrate()
Path("model.pkl").write_bytes(b"weights")
registry.register_version("churn", "model.pkl")
registry.promote("churn", 1, "production")
trained_on = {"age": [20 + number % 40 for number in range(400)], "country": ["NO", "SE", "NO", "DK"] * 100}
last_night = {"age": [35 + number % 40 for number in range(80)], "country": ["NO", "SE", "NO", "DK"] * 20}
day = datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)

# docs: record
live = "models:/churn@production"
registry.record_profile(live, profile_of(trained_on), dataset="customers")
# docs: end

# docs: drift
trained = registry.profile(live).profile
now = profile_of(last_night, like=trained)
registry.record_profile(live, now, phase="production", window=day)

drift = drift_between(trained, now)
for column, found in drift.items():
    print(f"{column}: psi {found.psi:.2f}, Jensen-Shannon {found.jensen_shannon:.2f}")
registry.record_metrics(
    live,
    [{"name": "psi", "value": found.psi, "slice": {"feature": column}} for column, found in drift.items()],
    window=day,
)
# docs: end
