"""The registry's methods that search."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.queries import COLUMNS, load_models
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.search.complete import Completions, complete
from airflow_provider_registry.registry.search.fields import MODELS, VERSIONS, Subject
from airflow_provider_registry.registry.search.queries import Search
from airflow_provider_registry.registry.search.views import ModelPage, VersionPage
from airflow_provider_registry.registry.versions.queries import load_by_ids

_SUBJECTS = {"models": MODELS, "versions": VERSIONS}


class SearchMethods:
    """What a `Registry` finds.

    The filter language is MLflow's: conditions joined by `and`, and here also by `or`, `not` and parentheses.

    - `name`, `team`, `created_by`, `digest`, `dag_id`, `run_id`, `task_id`, `alias`, `tags.<key>`, `params.<key>` are
      text, in single or double quotes: `=`, `!=`, `like`, `ilike`, `in ('a', 'b')`, each also with `not`.
    - `version` (of models, `latest_version`) and `metrics.<name>` are numbers: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in`.
    - `created_at` is a time in quotes, in UTC unless it says otherwise. A date alone means the whole day:
      `created_at <= '2026-01-31'` includes that day, and `created_at = '2026-01-31'` is within it.
    - `archived = true` or `false`. Archived versions are found too, unless the filter says otherwise.
    - `is null` and `is not null`: there is none, there is one.
    - `metrics.auc` is of the phase validation, of no dataset and no slice; others are named in brackets:
      `metrics.auc[phase=training]`, `metrics.auc[dataset=holdout, slice='country=NO']`.
    - Keys of other characters than letters, digits and `_ . / : -` stand in backticks or double quotes:
      ``tags.`cost centre` ``. A quote within quotes is written twice.

    `like` tells upper case from lower and `ilike` does not, for A to Z; `%` is any text, `_` one character, and a
    backslash takes their meaning away. `name =` and `alias =` are regardless of case, and a former name finds the
    model. A comparison with what is not there is false, also `tags.x != 'y'`; `not tags.x = 'y'` is true then.
    `alias != 'production'` says that this alias is not among those that point at the version.

    Results are ordered by fields joined by `,`, each with `asc` or `desc`: `metrics.auc desc, created_at`. Text is
    sorted by code points; results without a value come last; equal ones are told apart by their id. The last page
    costs what the first does. No index lists the versions without a metric, param or tag: sorted by one, a page goes
    through 10,000 versions at most to find those, and may have fewer than it was asked for, or none, with more to
    follow. Only where `next_page_token` is None is a page the last. What is registered while pages are read may be
    missing, but nothing comes twice, unless what is sorted by was changed: a tag, or the model's name or team.
    """

    _core: Core

    def search_versions(
        self,
        filter: str = "",
        *,
        order_by: str | Sequence[str] = "",
        page_size: int = 50,
        page_token: str | None = None,
    ) -> VersionPage:
        """Model versions that a filter finds, archived ones included.

        Parameters:
            filter: `metrics.auc > 0.9 and tags.team = 'growth'`; the language is described at `SearchMethods`. Empty
                finds all.
            order_by: `metrics.auc desc, created_at`, at most 5 fields; by default the newest come first.
            page_size: 1 to 1,000.
            page_token: `next_page_token` of the page before, of the same filter and ordering.

        Raises:
            InvalidFilterError: with the position in the text, and what was expected there.
            InvalidCursorError: the token is not of this search.
            SearchTimeoutError: no index serves it, and it took too long.
        """
        search = Search.read(self._core, VERSIONS, filter, order_by, page_token)
        ids, token = search.page(self._core, page_size)
        return VersionPage(tuple(load_by_ids(self._core, ids)), token)

    def search_models(
        self,
        filter: str = "",
        *,
        order_by: str | Sequence[str] = "",
        page_size: int = 100,
        page_token: str | None = None,
    ) -> ModelPage:
        """Registered models that a filter finds.

        Parameters:
            filter: `team = 'growth' and alias = 'production'`, over name, team, alias, latest_version, created_at and
                created_by; the language is described at `SearchMethods`. Empty finds all.
            order_by: `created_at desc`, at most 5 fields; by default by name.
            page_size: 1 to 1,000.
            page_token: `next_page_token` of the page before, of the same filter and ordering.

        Raises:
            InvalidFilterError: with the position in the text, and what was expected there.
            InvalidCursorError: the token is not of this search.
            SearchTimeoutError: no index serves it, and it took too long.
        """
        search = Search.read(self._core, MODELS, filter, order_by, page_token)
        ids, token = search.page(self._core, page_size)
        rows = {row["id"]: row for row in self._core.rows(select(*COLUMNS).where(ModelRow.id.in_(ids)))}
        return ModelPage(tuple(load_models(self._core, [rows[id] for id in ids])), token)

    def complete_filter(self, text: str, *, of: str = "versions") -> Completions:
        """What could stand at the end of a filter that somebody is writing: fields, comparisons, values, conjunctions.

        Of values it knows the teams, the aliases and the models that there are.

        Parameters:
            text: the filter, up to where they are.
            of: `models` or `versions`: what is searched for.

        Raises:
            InvalidFilterError: it is no text, or too long; one that no filter begins with has no completions.
            InvalidInputError: nothing else is searched for.
            SearchTimeoutError: it took too long.
        """
        return complete(self._core, _subject(of), text)


def _subject(of: object) -> Subject:
    subject = _SUBJECTS.get(of) if isinstance(of, str) else None
    if subject is None:
        raise InvalidInputError(f"of is {shown(of, 60)}: give models or versions.")
    return subject
