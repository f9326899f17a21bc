"""One transaction holds everything that a file does; two hand-overs at once have one effect."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from gongxin.intake import findings, persons, receive, rejecting
from gongxin.intake.receive import Handover, take_in
from gongxin.ledger import writer
from gongxin.ledger.models import Entry
from gongxin.ledger.queries import head
from tests.fixtures.penalties import code, penalty, person, write_csv
from tests.fixtures.platform import (
    ECOLOGY,
    MARKET,
    RECEIVED,
    Platform,
    contents,
    current,
    empty,
    make_platform,
    posted,
    scratch,
)

TRANSPORT = "112111000091390921"


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
        (writer, "keep_other_codes"),
        (writer, "keep_record_numbers"),
        (persons, "seal_rows"),
        (receive, "_store"),
        (findings, "store"),
        (rejecting, "store"),
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
            connections.close_all()

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


def test_a_record_that_its_authority_ended_does_not_come_back(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    platform.take(write_csv(tmp_path / "b.csv", [penalty(1, CF_CXBG="撤销")]))
    before = posted()

    outcome = platform.take(write_csv(tmp_path / "c.csv", [penalty(1, BZ="旧表"), penalty(2)]))

    assert [(f.row, f.code) for f in outcome.findings] == [(1, "ended_before")]
    assert (outcome.rows, outcome.accepted, outcome.duplicates, outcome.rejected) == (2, 1, 0, 1)
    assert [r.hidden for r in current(subject=code(1))] == ["revoked"]
    assert set(before["ledger_current"]) < set(posted()["ledger_current"])


def test_an_older_row_after_the_ended_one_in_a_file_does_not_come_back(platform, tmp_path):
    rows = [penalty(1, CF_CXBG="撤销"), penalty(1, CF_CXBG="")]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    assert [(f.row, f.code) for f in outcome.findings] == [(2, "ended_before")]
    assert [r.hidden for r in current()] == ["revoked"]


def test_an_ended_record_may_still_be_corrected_as_ended(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_CXBG="撤销")]))

    outcome = platform.take(write_csv(tmp_path / "b.csv", [penalty(1, CF_CXBG="无效")]))

    assert (outcome.accepted, outcome.revisions, outcome.rejected) == (1, 1, 0)


def test_only_who_reported_or_decided_a_record_corrects_it(platform, tmp_path):
    """Reported by the market bureau, decided by ecology; the bureau of transport is neither."""
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    before = posted()

    worse = write_csv(tmp_path / "b.csv", [penalty(1, CF_NR="吊销许可证件")])
    outcome = platform.take(worse, unit=TRANSPORT)

    assert [(f.row, f.code) for f in outcome.findings] == [(1, "other_unit")]
    assert (outcome.accepted, outcome.rejected) == (0, 1)
    assert posted() == before
    assert platform.take(worse, unit=ECOLOGY).revisions == 1


def test_a_row_that_calls_its_sender_the_source_corrects_nothing(platform, tmp_path):
    """Whose record it is says the record, not the row that would change it."""
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    before = posted()

    claimed = penalty(1, CF_SJLYDM=TRANSPORT, CF_XDR_MC="示例工作室（个人独资）")
    outcome = platform.take(write_csv(tmp_path / "b.csv", [claimed]), unit=TRANSPORT)

    assert [f.code for f in outcome.findings if f.level == "error"] == ["other_unit"]
    assert posted() == before


def test_an_act_written_with_blanks_or_in_full_width_is_the_same_act(platform, tmp_path):
    number = penalty(1)["CF_WSH"]
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))

    outcome = platform.take(
        write_csv(tmp_path / "b.csv", [penalty(1, CF_WSH=f"{number[:2]} {number[2:]}")])
    )

    assert (outcome.accepted, outcome.duplicates) == (0, 1)
