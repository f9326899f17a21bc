"""One transaction holds everything that a file does; two hand-overs at once have one effect."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from gongxin.intake import findings, persons, receive
from gongxin.intake.receive import Handover, take_in
from gongxin.ledger import writer
from gongxin.ledger.models import Entry
from gongxin.ledger.queries import head
from tests.fixtures.penalties import penalty, person, write_csv
from tests.fixtures.platform import (
    MARKET,
    RECEIVED,
    Platform,
    contents,
    current,
    empty,
    make_platform,
    scratch,
)


class Crash(Exception):
    pass


def crash(*_: object, **__: object) -> None:
    raise Crash


ROWS = [penalty(1), penalty(2), person(3), penalty(4, CF_JDRQ="2026-02-30")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("room", "step"),
    [
        (writer, "lock_posting"),
        (writer, "append"),
        (writer, "set_current"),
        (writer, "register_subjects"),
        (writer, "keep_other_names"),
        (persons, "seal_rows"),
        (receive, "_store"),
        (findings, "store"),
    ],
)
def test_a_crash_in_the_middle_leaves_nothing(
    platform: Platform, tmp_path, monkeypatch, room, step
):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    before = contents()
    changed = [penalty(1, BZ="改"), *ROWS[1:]]

    monkeypatch.setattr(room, step, crash)
    with pytest.raises(Crash):
        platform.take(write_csv(tmp_path / "b.csv", changed))

    assert contents() == before
    assert scratch(platform) == []


@pytest.mark.django_db
def test_after_a_crash_the_file_goes_in_as_if_nothing_had_been(
    platform: Platform, tmp_path, monkeypatch
):
    path = write_csv(tmp_path / "a.csv", ROWS)
    monkeypatch.setattr(findings, "store", crash)
    with pytest.raises(Crash):
        platform.take(path)
    monkeypatch.undo()

    outcome = platform.take(path)

    assert (outcome.accepted, outcome.duplicates, outcome.personal, outcome.rejected) == (
        2,
        0,
        1,
        1,
    )
    assert [record.row for record in current()] == [1, 2]


@pytest.fixture
def shared(transactional_db: None, tmp_path):
    """A platform whose rows other connections see; nothing of it stays."""
    yield make_platform(tmp_path / "home")
    empty()


def at_once(platform: Platform, paths, *, apart: timedelta):
    barrier = Barrier(len(paths))

    def hand_in(place: int):
        try:
            handover = Handover(paths[place], MARKET, RECEIVED + place * apart)
            barrier.wait()
            return take_in(handover, release=platform.release, home=platform.home)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(paths)) as threads:
        return list(threads.map(hand_in, range(len(paths))))


def test_the_same_file_handed_in_twice_at_once_has_one_effect(shared: Platform, tmp_path):
    path = write_csv(tmp_path / "a.csv", [*(penalty(n) for n in range(20)), person(30)])

    outcomes = at_once(shared, [path, path], apart=timedelta(milliseconds=1))

    assert sorted(outcome.accepted for outcome in outcomes) == [0, 20]
    assert sorted(outcome.duplicates for outcome in outcomes) == [0, 20]
    found = contents()
    assert [len(found[t]) for t in ("ledger_entry", "ledger_current", "ledger_subject")] == [20] * 3
    assert len(found["personal_sealed"]) == 1
    assert len(found["intake_batch"]) == 2


def test_different_files_at_once_are_all_posted_without_gaps(shared: Platform, tmp_path):
    paths = [
        write_csv(tmp_path / f"{place}.csv", [penalty(n) for n in range(place * 5, place * 5 + 10)])
        for place in range(4)
    ]

    outcomes = at_once(shared, paths, apart=timedelta(milliseconds=1))

    revisions = sorted(Entry.objects.values_list("revision", flat=True))
    assert sum(outcome.accepted for outcome in outcomes) == 25
    assert revisions == list(range(revisions[0], revisions[0] + 25))
    assert len(contents()["ledger_subject"]) == 25


def test_a_batch_is_one_range_of_revisions(shared: Platform, tmp_path):
    paths = [
        write_csv(
            tmp_path / f"{place}.csv", [penalty(n) for n in range(place * 10, place * 10 + 10)]
        )
        for place in range(3)
    ]

    at_once(shared, paths, apart=timedelta(milliseconds=1))

    batches = Entry.objects.order_by("revision").values_list("batch", flat=True)
    assert len(set(batches)) == len(
        [n for n in range(30) if n == 0 or batches[n] != batches[n - 1]]
    )


def test_the_same_instant_is_still_one_effect(shared: Platform, tmp_path):
    path = write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)])

    outcomes = at_once(shared, [path, path], apart=timedelta(0))

    assert sorted(outcome.accepted for outcome in outcomes) == [0, 5]
    assert len(contents()["ledger_entry"]) == 5


@pytest.mark.django_db
def test_revisions_rise_after_a_crash_and_the_head_is_the_last(
    platform: Platform, tmp_path, monkeypatch
):
    """What was reserved before the crash may be missing; nothing is given twice."""
    first = platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    monkeypatch.setattr(findings, "store", crash)
    with pytest.raises(Crash):
        platform.take(write_csv(tmp_path / "b.csv", [penalty(2), penalty(3)]))
    assert head() == first.receipt["head"]
    monkeypatch.undo()
    platform.take(write_csv(tmp_path / "c.csv", [penalty(4)]))

    before, after = Entry.objects.order_by("revision").values_list("revision", flat=True)
    assert before < after == head()


def test_what_came_late_is_accepted_and_counted(platform: Platform, tmp_path):
    """Received on Monday 23 November; the seventh working day before it ends is the 12th."""
    rows = [penalty(1, CF_JDRQ="2026-11-12"), penalty(2, CF_JDRQ="2026-11-11")]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    assert (outcome.accepted, outcome.late, outcome.receipt["late"]) == (2, 1, 1)
