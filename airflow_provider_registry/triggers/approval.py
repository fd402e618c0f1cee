"""The wait of `ApproveModelVersionOperator`, as the triggerer runs it."""

from __future__ import annotations

from airflow_provider_registry.triggers.question import QuestionTrigger
from airflow_provider_registry.triggers.request import PromotionRequestTrigger


class ApprovalTrigger(QuestionTrigger, PromotionRequestTrigger):
    """Waits for a promotion request to move, beside the question that Required Actions shows.

    Its parameters are those of `QuestionTrigger` and of `PromotionRequestTrigger`.
    """
