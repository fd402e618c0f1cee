"""What the page "Measured over time" shows of feedback; run by `tests/docs/test_examples.py`."""

from pathlib import Path

from airflow_provider_registry.errors import InvalidFeedbackError
from airflow_provider_registry.registry import Registry, read_rows

registry = Registry.connect("sqlite:///registry.db", artifact_root="artifacts", actor="ana")
registry.migrate()
Path("model.pkl").write_bytes(b"weights")
registry.register_version("churn", "model.pkl")
registry.promote("churn", 1, "production")
Path("ratings.csv").write_text("stars,prediction,said_at\n5,p-1,2026-03-03T09:00:00Z\n2,p-2,2026-03-04T10:00:00Z\n")

# docs: one
live = "models:/churn@production"
registry.record_feedback(live, kind="comment", value="They renewed.", subject="p-2", source="support desk")
registry.record_feedback(live, kind="flag", value="wrong", subject="p-2", at="2026-03-04T11:00:00Z")
# docs: end

# docs: batch
columns = {"value": "stars", "subject": "prediction", "at": "said_at"}
ratings = read_rows("ratings.csv", fields=["value", "subject", "at"], columns=columns)
print(registry.record_feedback_batch(live, ratings, kind="rating").sentence())
try:
    registry.record_feedback_batch(live, [{"value": "good"}, {"value": 4}, {}], kind="rating")
except InvalidFeedbackError as error:
    print(error)
# docs: end

# docs: summary
for day in registry.feedback_summary("churn", every="1d", until="2026-03-05T00:00:00Z"):
    print(day.version, f"{day.from_at:%d %B}", dict(day.counts), day.mean, dict(day.flags))
# docs: end

# docs: erase
for one in registry.feedback(live, subject="p-2", until="2026-03-05T00:00:00Z"):
    print(one.id, one.kind, one.value, one.subject)
print(registry.erase_feedback("churn", subject="p-2", reason="asked for"), "erased")
registry.verify_record("churn")
# docs: end
