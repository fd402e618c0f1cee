"""What all answers share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, computed_field

from airflow_provider_registry.prose import rendered


class Answer(BaseModel):
    """JSON made from the attributes of a view of the kernel."""

    model_config = ConfigDict(from_attributes=True)


class Described(Answer):
    """What has a description in Markdown."""

    description: str

    @computed_field(description="The description as HTML, in which nothing of its writer's is obeyed.")
    def description_html(self) -> str:
        return rendered(self.description, deeper=1)
