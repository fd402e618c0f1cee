"""What users may be allowed to do, and by which of the rights that Airflow's auth manager knows."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """What a user may be allowed to do."""

    READ = "read"
    DECIDE = "decide"
    ADMINISTER = "administer"


# Of Airflow's assets, where `[model_registry] authorization` is `asset`.
OF_ASSETS = {Right.READ: "GET", Right.DECIDE: "PUT", Right.ADMINISTER: "PUT"}
# Of views of our own, where it is `custom_view`: the method, and the resource that an administrator grants it on.
OF_VIEWS = {
    Right.READ: ("GET", "Model Registry"),
    Right.DECIDE: ("PUT", "Model Registry Requests"),
    Right.ADMINISTER: ("PUT", "Model Registry"),
}
