"""What the page "Measured over time" shows; run by `tests/docs/test_examples.py`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow_provider_registry.errors import MetricRecordedError
from airflow_provider_registry.registry import Registry

registry = Registry.connect("sqlite:///registry.db", artifact_root="artifacts", actor="ana")
registry.migrate()
Path("model.pkl").write_bytes(b"weights")
registry.register_version("churn", "model.pkl", metrics={"auc": 0.91})
registry.promote("churn", 1, "production")

# docs: record
day = datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)
registry.record_metrics("models:/churn@production", {"auc": 0.88, "rows": 5120}, window=day)
try:
    registry.record_metrics("models:/churn@production", {"auc": 0.87}, window=day)
except MetricRecordedError as error:
    print(error)
registry.record_metrics("models:/churn@production", {"auc": 0.87}, window=day, revision=2)
# docs: end


# docs: rows
def measured() -> Iterator[dict[str, object]]:
    for hour in range(24):
        begin = day[0] + timedelta(hours=hour)
        yield {"name": "latency", "value": 12.5 + hour / 4, "window": (begin, begin + timedelta(hours=1))}


registry.record_metrics("models:/churn@production", measured(), slice={"country": "NO"})
# docs: end

# docs: read
(auc,) = registry.metrics("models:/churn@production", "auc")
print(auc.latest.mean, auc.latest.revision)
(latency,) = registry.metrics("models:/churn@production", "latency", points=4)
print([(span.minimum, span.maximum, span.count) for span in latency.spans])
for point in registry.metric_points("models:/churn@production", "auc", revision="all"):
    print(point.window_from.date(), point.value, point.revision)
# docs: end
