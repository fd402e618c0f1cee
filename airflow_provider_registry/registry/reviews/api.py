"""The registry's methods on reviews."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_moment
from airflow_provider_registry.registry.reviews.acts import Looked, record_review
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome, read_outcome
from airflow_provider_registry.registry.reviews.queries import reviews_due, reviews_of
from airflow_provider_registry.registry.reviews.views import DueReview, Review


class ReviewMethods:
    """What a `Registry` does with reviews: looking again at what holds an alias."""

    _core: Core

    def record_review(
        self,
        model_name: str,
        alias: str,
        *,
        outcome: ReviewOutcome | str,
        role: str | None = None,
        reason: str = "",
        version: object = None,
        key: str | None = None,
    ) -> Review:
        """Say of the version that holds a protected alias: keep it, replace it, or retire it.

        It is said as the person on whose behalf this registry acts. `keep` begins the policy's `review_every` anew.
        `replace` and `retire` move nothing: they say what people want, and show wherever the version is, until the
        alias moves.

        Parameters:
            outcome: `keep`, `replace` or `retire`.
            role: of the policy's approvals; None for the only one in which the person may. A policy that asks for no
                approvals lets anybody review.
            reason: for the record.
            version: the version that was looked at, in any form that names one; refused where another holds the alias
                now. None for whichever does.
            key: the same person with the same key says the same thing of the same version once.

        Raises:
            NotAllowedError: the policy does not name this person, or not by this door; or a task asks.
            StaleReviewError: another version holds the alias now.
            AliasNotFoundError: none does.
            PolicyNotFoundError: the alias is free, so nobody is named.
            LockedAliasError: the alias lost its policy.
            InvalidInputError: there is no such outcome or role.
        """
        said = read_outcome(outcome)
        number = None if version is None else read_version(version, model_name).version
        if version is not None and number is None:
            raise InvalidInputError(
                f"Say which version you looked at by its number, not by an alias ({shown(version)})."
            )
        return record_review(self._core, model_name, alias, Looked(said, role, reason, number), key)

    def reviews_due(self, before: datetime | None = None) -> list[DueReview]:
        """What is due for a review, over all models, the longest overdue first: one statement.

        A version is due `review_every` (of its alias's policy) after it got the alias, or after people last said
        `keep`.

        Parameters:
            before: a moment, with a time zone: also what becomes due until then. None: what is due now.

        Raises:
            InvalidInputError: it is no moment, or one without a time zone.
        """
        return reviews_due(self._core, None if before is None else check_moment(before))

    def reviews(self, model_name: str, alias: str | None = None) -> list[Review]:
        """What people said of the versions that held an alias of a model, or any; oldest first.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return reviews_of(self._core, model_name, alias)
