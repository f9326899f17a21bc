from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.catalog import Phase, RecordClass
from gongxin.core.citation import Label
from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import Archive, ArchiveRecord, archive
from gongxin.derive.timeline import Event, Step, timeline
from tests.derive import town as t
from tests.derive.town import Town

ONE_DAY = timedelta(days=1)
LAST_DAY = date(2027, 5, 10)  # a fine of 2026-05-10, class 一般: twelve months, last day inside
FINE = ArchiveRecord(
    record_id="01KT0EHJ80NQA3EQ0J18EW7YKD",
    item=t.PENALTY,
    item_name=Label("行政处罚", "Administrative penalty"),
    section="adverse",
    phase=Phase.AFTER,
    adverse=True,
    failing_class="一般",
    document_no="盘交罚〔2026〕1号",
    decided_on=t.DECIDED,
    authority=t.TRANSPORT,
    authority_name=t.TRANSPORT_NAME,
    source_name=t.TRANSPORT_NAME,
    received_at=datetime(2026, 6, 1, 2, 0, tzinfo=UTC),
    public_from=t.DECIDED,
    public_until=LAST_DAY,
    repairable_from=date(2026, 8, 10),
    repair_state="not_yet",
    channel="creditchina",
    record_class=RecordClass.PUBLIC,
    revised=False,
    clause="penalty-publicity/general",
    fields=(),
)
LICENCE = replace(
    FINE,
    record_id="01KT0EHJ80NQA3EQ0J18EW7YKE",
    item=t.LICENCE,
    phase=Phase.BEFORE,
    adverse=False,
    public_until=None,
    repairable_from=None,
)


def made(*records: ArchiveRecord) -> Archive:
    """An archive that holds these records."""
    return Archive(
        uscc=t.FINED[0],
        name=t.FINED[1],
        former_names=(),
        other_codes=(),
        kind=SubjectKind.ORGANISATION,
        form="company",
        records=records,
        counts={},
        as_of=t.TODAY,
        head=1,
        release="sha256:0",
    )


def of(who: tuple[str, str], town: Town, as_of: date = t.TODAY) -> tuple[Event, ...]:
    found = archive(who[0], as_of=as_of, release=town.release)
    assert found is not None
    return timeline(found)


def steps(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    return [(event.day.isoformat(), event.step.value) for event in events]


def test_a_fine_is_decided_becomes_repairable_and_ends():
    assert timeline(made(FINE)) == (
        Event(LAST_DAY, Step.ENDS, Phase.AFTER, FINE),
        Event(date(2026, 8, 10), Step.REPAIRABLE, Phase.AFTER, FINE),
        Event(t.DECIDED, Step.DECIDED, Phase.AFTER, FINE),
    )


def test_a_licence_without_end_is_one_event_before():
    assert timeline(made(LICENCE)) == (Event(t.DECIDED, Step.DECIDED, Phase.BEFORE, LICENCE),)


def test_an_empty_archive_has_no_events():
    assert timeline(made()) == ()


def test_only_an_adverse_record_becomes_repairable():
    favourable = replace(FINE, adverse=False)

    assert steps(timeline(made(favourable))) == [("2027-05-10", "ends"), ("2026-05-10", "decided")]


@pytest.mark.parametrize(
    ("ends", "repairable"),
    [(date(2026, 8, 9), False), (date(2026, 8, 10), True)],
)
def test_a_record_that_ends_earlier_never_becomes_repairable(ends, repairable):
    found = timeline(made(replace(FINE, public_until=ends)))

    assert (Step.REPAIRABLE in {event.step for event in found}) is repairable


def test_a_grade_stands_once_on_its_day():
    assert timeline(made(LICENCE), graded_on=t.TODAY) == (
        Event(t.TODAY, Step.GRADED, Phase.DURING, None),
        Event(t.DECIDED, Step.DECIDED, Phase.BEFORE, LICENCE),
    )


def test_on_one_day_the_later_step_stands_first():
    one_day = replace(FINE, public_until=t.DECIDED, repairable_from=t.DECIDED)

    found = timeline(made(one_day), graded_on=t.DECIDED)

    assert [event.step.value for event in found] == ["ends", "repairable", "graded", "decided"]


def test_events_of_one_day_and_step_stand_as_in_the_archive():
    first, second = replace(LICENCE, record_id="1"), replace(LICENCE, record_id="2")

    found = timeline(made(first, second))

    assert [event.record for event in found] == [first, second]


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=8))
def test_days_never_rise(days):
    records = [replace(FINE, decided_on=day, public_until=day + 9 * ONE_DAY) for day in days]

    found = [event.day for event in timeline(made(*records))]

    assert found == sorted(found, reverse=True)


@pytest.mark.django_db
def test_a_firms_days_in_every_phase(settled):
    found = of(t.FINED, settled)

    # Honours end after 36 months, inspections after 12; the licence is of long term.
    assert sorted((e.day.isoformat(), e.step, e.phase, e.record.item) for e in found) == [
        ("2026-05-10", "decided", "after", t.PENALTY),
        ("2026-05-10", "decided", "before", t.LICENCE),
        ("2026-05-10", "decided", "during", t.INSPECTION),
        ("2026-05-10", "decided", "during", t.HONOUR),
        ("2026-08-10", "repairable", "after", t.PENALTY),
        ("2027-05-10", "ends", "after", t.INSPECTION),
        ("2027-05-10", "ends", "after", t.PENALTY),
        ("2029-05-10", "ends", "after", t.HONOUR),
    ]


@pytest.mark.django_db
def test_what_is_decided_today_has_happened(settled):
    today = [e for e in of(t.TRADER, settled, t.DECIDED) if e.step is Step.DECIDED]

    assert {event.day for event in today} == {t.DECIDED}
    assert [event.day > t.DECIDED for event in today] == [False, False]  # nothing lies ahead


@pytest.mark.django_db
def test_nothing_is_told_before_its_first_day(settled):
    assert of(t.TRADER, settled, t.DECIDED - ONE_DAY) == ()


@pytest.mark.django_db
def test_what_ends_today_is_still_told(settled):
    found = of(t.LISTED, settled, date(2029, 5, 10))  # a grave fine: 36 months

    assert ("2029-05-10", "ends") in steps(found)
    assert all(event.day <= date(2029, 5, 10) for event in found)


@pytest.mark.django_db
def test_what_ended_yesterday_leaves_no_event(settled):
    items = {event.record.item for event in of(t.FINED, settled, LAST_DAY + ONE_DAY)}

    assert items == {t.LICENCE, t.HONOUR}
    assert of(t.LISTED, settled, date(2029, 5, 11)) == ()


@pytest.mark.django_db
@pytest.mark.parametrize("who", [t.HIDDEN, t.SOCIAL])
def test_what_is_public_to_nobody_leaves_no_event(settled, who):
    assert of(who, settled) == ()
