"""What all answers share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """JSON made from the attributes of a view of the kernel."""

    model_config = ConfigDict(from_attributes=True)
