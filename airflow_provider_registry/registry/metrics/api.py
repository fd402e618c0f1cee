"""The registry's methods on metrics over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.clock import read_clock
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.metrics.acts import record_metrics
from airflow_provider_registry.registry.metrics.load import Loaded
from airflow_provider_registry.registry.metrics.points import Shared
from airflow_provider_registry.registry.metrics.queries import Wanted, find_series, page, thinned
from airflow_provider_registry.registry.metrics.views import MetricPage, MetricSeries, RecordedMetrics
from airflow_provider_registry.registry.moments import read_moment
from airflow_provider_registry.registry.search.tokens import read_token, write_token
from airflow_provider_registry.registry.search.values import Kind
from airflow_provider_registry.registry.versions.metrics import Phase, read_metric
from airflow_provider_registry.registry.versions.queries import find_version
from airflow_provider_registry.registry.versions.rendered import is_unsaid

MOST_SPANS = 10_000
MOST_POINTS = 10_000

_TOKEN = (Kind.WHOLE, Kind.TIME, Kind.TIME, Kind.WHOLE)


class MetricMethods:
    """What a `Registry` does with metrics over time."""

    _core: Core

    def record_metrics(
        self,
        version: object,
        metrics: Mapping[str, object] | Iterable[Mapping[str, Any]] | str,
        *,
        model_name: str | None = None,
        phase: str = Phase.PRODUCTION,
        observed_at: object = None,
        window: object = None,
        dataset: object = None,
        slice: object = None,
        revision: object = 1,
        key: str | None = None,
        progress: Loaded | None = None,
    ) -> RecordedMetrics:
        """Record what was measured of a version over time, beside what was registered with it.

        A value stands for good under its key: version, phase, name, dataset, slice, window and revision. The same
        value again is nothing new, so a retry records nothing twice; another value is refused, and recorded as the
        next `revision`. Of each window the highest revision counts, and those before it stay.

        Any number of values may come, as one batch: they are loaded in chunks, which nobody reads, before the model is
        locked, and published by one short act. All of them are recorded, or none. Gates of phase production read the
        newest windows; a pending promotion request whose gates read what is recorded is invalidated.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            metrics: a mapping of names to numbers; or any iterable of rows, which is read once: mappings with the keys
                name and value, and, where they differ from what is given here, phase, dataset, slice, window (or
                window_from and window_to), observed_at and revision. A template's text of either is read too.
            phase: production, validation or training.
            observed_at: when it was measured: a time with its zone, or ISO 8601 text; now, by default.
            window: what it was measured over: `(start, end)`, the end exclusive. Without one, a value is of the moment
                `observed_at`: give that too, where a retry is to find what it recorded.
            dataset: where it was measured.
            slice: the part of it: `country=NO,age=60+` in any order, or a mapping.
            revision: 1, or more for a correction.
            key: makes the act the same as another of the same key.
            progress: told how many values are loaded, after each ten thousand.

        Raises:
            MetricRecordedError: another value was recorded before; it says which, and when.
            InvalidMetricError: naming the row that is no finite number, has no such time, or stands twice.
            TooLargeError: they are of more than ten thousand series.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        said = {"phase": phase, "observed_at": observed_at, "window": window, "dataset": dataset, "slice": slice}
        shared = Shared.read(self._core.read(read_clock), revision=revision, **said)
        found = find_version(self._core, read_version(version, model_name))
        return record_metrics(self._core, found, shared.points(metrics), key, progress)

    def metrics(
        self,
        version: object,
        name: str | None = None,
        *,
        model_name: str | None = None,
        phase: str | None = None,
        dataset: str | None = None,
        slice: object = None,
        since: object = None,
        until: object = None,
        revision: Literal["newest", "all"] = "newest",
        points: int = 500,
    ) -> tuple[MetricSeries, ...]:
        """What was measured of a version over time, as a plot needs it, however much it is.

        The database joins neighbours to at most `points` spans for each series, with the least, the greatest and the
        mean value of each. Fewer values are not joined. `metric_points` gives all of them.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            name, phase, dataset, slice: those alone; '' for no dataset, and for the whole of it.
            since, until: of windows that begin from then on, and before then.
            revision: `newest` of each window, or `all`.
            points: spans of each series, at most 10,000.

        Returns:
            the series that have values, by phase, name, dataset and slice.

        Raises:
            InvalidInputError: more than fifty series are meant, or a parameter is not what it must be.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        most = check_whole("points", points, MOST_SPANS)
        where = {"name": name, "phase": phase, "dataset": dataset, "slice": slice}
        wanted = self._wanted(version, model_name, where, since, until, revision)
        return thinned(self._core, wanted, most)

    def metric_points(
        self,
        version: object,
        name: str | None = None,
        *,
        model_name: str | None = None,
        phase: str | None = None,
        dataset: str | None = None,
        slice: object = None,
        since: object = None,
        until: object = None,
        revision: Literal["newest", "all"] = "newest",
        page_size: int = 1_000,
        page_token: str | None = None,
    ) -> MetricPage:
        """The values that `metrics` joins, one by one, page after page.

        Parameters:
            page_size: at most 10,000.
            page_token: `next_page_token` of the page before, with all else as it was.

        Raises:
            InvalidCursorError: the token is none of this read's.
            InvalidInputError, VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: as in `metrics`.
        """
        size = check_whole("page_size", page_size, MOST_POINTS)
        where = {"name": name, "phase": phase, "dataset": dataset, "slice": slice}
        wanted = self._wanted(version, model_name, where, since, until, revision)
        bound_to = sha256_of([[row["id"] for row in wanted.series], str(wanted.since), str(wanted.until), revision])[
            :16
        ]
        after = None if page_token is None else read_token(page_token, bound_to, _TOKEN)
        found = page(self._core, wanted, size, after)
        token = None
        if len(found) == size:
            last = found[-1][0]
            place = (last["series_id"], last["window_from"], last["window_to"], last["revision"])
            token = write_token(bound_to, place)
        return MetricPage(tuple(point for _, point in found), token)

    def _wanted(
        self,
        version: object,
        model_name: str | None,
        where: Mapping[str, object],
        since: object,
        until: object,
        revision: object,
    ) -> Wanted:
        if revision not in ("newest", "all"):
            raise InvalidInputError(f"revision is {shown(revision)}: give 'newest' or 'all'.")
        named = _read_where(where)
        begin = None if is_unsaid(since) else read_moment("since", since)
        end = None if is_unsaid(until) else read_moment("until", until)
        found = find_version(self._core, read_version(version, model_name))
        return Wanted(find_series(self._core, found["id"], named), begin, end, revision == "newest")


def _read_where(given: Mapping[str, object]) -> dict[str, str | None]:
    """What names a series, checked as where it is recorded; None for whatever it is."""
    metric = read_metric({"name": "any", "value": 0, **{key: one for key, one in given.items() if one is not None}})
    return {key: None if given[key] is None else str(getattr(metric, key)) for key in given}
