"""What a plan never holds, whatever there is: the properties of retention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_registry.registry.retention.plan import Standing, make_plan
from airflow_provider_registry.registry.retention.retention import Retention

NOW = datetime(2026, 11, 29, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

# Moments near the ends of the windows below, and in the future: a clock may go back.
MOMENTS = st.none() | st.builds(
    lambda days, ticks: NOW - days * DAY + ticks * TICK, st.integers(-1, 8), st.sampled_from([-1, 0, 1])
)
RETENTIONS = st.builds(
    lambda last, within, grace: Retention(last, within * DAY, grace * DAY),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(1, 5),
)


@st.composite
def models(draw: st.DrawFn) -> tuple[list[Standing], int]:
    """Versions of a model that have their bytes, some of them the same; some numbers are of purged ones."""
    last = draw(st.integers(1, 9))
    numbers = draw(st.sets(st.integers(1, last)))
    return [
        Standing(
            number,
            draw(st.sampled_from("abcd")),
            1,
            managed=draw(st.sampled_from([True, True, True, False])),
            archived_at=draw(MOMENTS),
            let_go=draw(MOMENTS),
            needs=draw(st.sampled_from([(), (), (), ("holds production",)])),
        )
        for number in sorted(numbers)
    ], last


@given(RETENTIONS, models())
@example(Retention(1, DAY, DAY), ([Standing(1, "a", 1, archived_at=NOW - DAY, let_go=NOW - DAY)], 2))
def test_every_version_has_one_fate_and_what_is_needed_none_but_to_be_kept(retention, model):
    standings, last = model
    plan = make_plan(retention, standings, last, NOW)
    archive = {each.version for each in plan.archive}
    purge = {each.version for group in plan.purge for each in group}
    assert not archive & purge
    assert not (archive | purge) & set(plan.kept)
    assert archive | purge | set(plan.kept) == {each.version for each in standings}
    for each in standings:
        going = each.version in archive | purge
        assert not going or not each.needs
        assert not going or each.version <= last - retention.keep_last
        assert not going or each.let_go is None or each.let_go <= NOW - retention.keep_aliased_within
        assert (each.version in archive) <= (each.archived_at is None)


@given(RETENTIONS, models())
def test_bytes_go_only_after_archive_and_grace_and_with_all_versions_that_have_them(retention, model):
    standings, last = model
    for group in make_plan(retention, standings, last, NOW).purge:
        (digest,) = {each.digest for each in group}
        assert list(group) == [each for each in standings if each.digest == digest]
        assert all(each.managed and each.archived_at <= NOW - retention.grace for each in group)


@given(RETENTIONS, models())
def test_nothing_that_may_go_is_forgotten(retention, model):
    """What is kept is kept for one of the reasons that there are."""
    standings, last = model
    plan = make_plan(retention, standings, last, NOW)
    by_digest = {each.digest: [one for one in standings if one.digest == each.digest] for each in standings}

    def is_free(each: Standing) -> bool:
        held = each.let_go is not None and NOW < each.let_go + retention.keep_aliased_within
        return not (each.needs or held or each.version > last - retention.keep_last)

    def may_be_purged(each: Standing) -> bool:
        return is_free(each) and each.managed and bool(each.archived_at and each.archived_at + retention.grace <= NOW)

    for each in standings:
        free = may_be_purged(each) and all(map(may_be_purged, by_digest[each.digest]))
        kept = not is_free(each) or (each.archived_at is not None and not free)
        assert kept == (each.version in plan.kept), each


@given(RETENTIONS, models(), st.integers(0, 9))
def test_time_alone_and_a_plan_carried_out_come_to_rest(retention, model, days):
    """Archived today, purged after the grace, and then nothing is left to do: no version goes to and fro."""
    standings, last = model
    plan = make_plan(retention, standings, last, NOW)
    gone = {each.version for group in plan.purge for each in group}
    archived = {each.version for each in plan.archive}
    left = [
        Standing(
            each.version, each.digest, 1, each.managed, NOW if each.version in archived else each.archived_at,
            each.let_go, each.needs,
        )
        for each in standings
        if each.version not in gone
    ]  # fmt: skip
    again = make_plan(retention, left, last, NOW)
    assert ((), ()) == (again.archive, again.purge)
    later = make_plan(retention, left, last, NOW + days * DAY)
    assert {each.version for each in left} >= {each.version for group in later.purge for each in group}
