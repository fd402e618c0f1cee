"""Parameters that several routes take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query

ModelName = Annotated[str, Query(description="A registered model, by any name that it has or had.")]
Reference = Annotated[str, Query(description="`models:/churn/3` or `models:/churn@production`.")]
Filter = Annotated[str, Query(description="`metrics.auc > 0.9 and tags.team = 'growth'`; empty finds all.")]
Begun = Annotated[str, Query(description="A filter, up to where somebody is in writing it.")]
OrderBy = Annotated[str, Query(description="`metrics.auc desc, created_at`; at most five fields.")]
PageSize = Annotated[int, Query(ge=1, le=1_000)]
PageToken = Annotated[str | None, Query(description="`next_page_token` of the page before, of the same search.")]
First = Annotated[int, Query(ge=1, description="The place to begin at, from 1.")]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="The same key again finds what was done, and does nothing twice."),
]
