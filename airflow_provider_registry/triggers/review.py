"""The wait of `ReviewModelOperator`, as the triggerer runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_registry.triggers.alias import ModelAliasTrigger
from airflow_provider_registry.triggers.question import QuestionTrigger
from airflow_provider_registry.triggers.wait import Payload

if TYPE_CHECKING:
    from airflow_provider_registry.registry.aliases.views import Assignment

MOVED_ON: Payload = {"moved_on": True}


class ReviewTrigger(QuestionTrigger, ModelAliasTrigger):
    """Waits until the version that people are asked about holds its alias no more, beside the question.

    Its parameters are those of `QuestionTrigger` and of `ModelAliasTrigger`.
    """

    def answer(self, found: Assignment | None) -> Payload | None:
        """That the alias moved on, or was emptied: then there is nothing to ask about any more."""
        return MOVED_ON if found is None or found.version != self.moved_off else None
