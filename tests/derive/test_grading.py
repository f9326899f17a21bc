from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pytest
from django.db import IntegrityError, transaction

from gongxin.core.audit import By
from gongxin.derive.explanation import explain
from gongxin.derive.grading import Graded, evaluate_all
from gongxin.derive.models import Grade, Run
from gongxin.law import Release
from gongxin.ledger.queries import head
from tests.derive import town as t
from tests.derive.town import Town

pytestmark = pytest.mark.django_db

GRADED = {t.FINED[0], t.LISTED[0], t.QUIET[0], t.RENAMED[0], t.HIDDEN[0]}
SECOND = timedelta(seconds=1)


def run(
    town: Town, *, as_of: date = t.TODAY, release: Release | None = None, after: int = 0
) -> Graded:
    return evaluate_all(
        as_of=as_of,
        by=By("", t.RECEIVED + after * SECOND),
        release=release or town.release,
        home=town.home,
    )


def grades(graded: Graded) -> dict[str, tuple[int, str]]:
    rows = Grade.objects.filter(run_id=graded.run)
    return {row.subject: (row.score, row.level) for row in rows}


def test_organisations_in_scope_are_graded_and_nobody_else(settled):
    graded = run(settled)

    assert set(grades(graded)) == GRADED
    assert graded.subjects == len(GRADED)


def test_levels_add_up_and_stand_from_the_best_to_the_worst(settled):
    graded = run(settled, after=1)

    assert sum(graded.levels.values()) == graded.subjects
    assert list(graded.levels) == ["A+", "A", "B", "C", "C-", "D", "D-"]
    assert {level: n for level, n in graded.levels.items() if n} == {"A": 4, "D": 1}


def test_a_stored_grade_is_the_live_explanation(settled):
    for uscc, (score, level) in grades(run(settled, after=2)).items():
        found = explain(uscc, as_of=t.TODAY, release=settled.release)
        assert found is not None
        assert (found.score, found.level) == (score, level)


def test_stored_lines_are_those_of_the_explanation(settled):
    graded = run(settled, after=3)
    path = settled.home / "runs" / graded.run / "lines.parquet"
    stored = (
        duckdb.connect()
        .execute(f"SELECT subject, record_id, item, points FROM '{path}'")
        .fetchall()
    )

    live = [
        (uscc, line.record_id, line.item, line.points)
        for uscc in GRADED
        for line in explain(uscc, as_of=t.TODAY, release=settled.release).lines
    ]
    assert sorted(stored) == sorted(live)


def test_a_second_run_on_unchanged_data_is_identical(settled):
    first, second = run(settled, after=4), run(settled, after=5)

    assert first.run != second.run
    assert replace(second, run=first.run) == first
    assert grades(first) == grades(second)


def test_a_run_keeps_what_it_was_made_from(settled):
    graded = run(settled, after=6)
    stored = Run.objects.get(id=graded.run)

    assert (stored.as_of, stored.head, stored.release) == (t.TODAY, head(), settled.release.hash)
    assert (stored.model, stored.standing) == ("illustrative-points", "illustrative")
    assert (stored.subjects, stored.levels) == (graded.subjects, graded.levels)
    assert stored.result_digest == graded.result_digest


def test_another_day_gives_another_result_and_what_ended_has_no_weight(settled):
    before, after = date(2029, 5, 10), date(2029, 5, 11)
    listed = t.LISTED[0]

    last, ended = run(settled, as_of=before, after=7), run(settled, as_of=after, after=8)

    assert (last.as_of, ended.as_of) == (before, after)
    assert last.result_digest != ended.result_digest
    assert grades(last)[listed] == (660_000, "D")
    assert grades(ended)[listed] == (1_000_000, "A")


def test_another_release_is_named_and_gives_another_result(settled):
    (model,) = settled.release.content.models
    changed = Release(replace(settled.release.content, models=(replace(model, base=999_000),)))

    first, second = run(settled, after=9), run(settled, release=changed, after=10)

    assert (first.release, second.release) == (settled.release.hash, changed.hash)
    assert first.result_digest != second.result_digest


def test_a_grade_of_a_sole_trader_is_refused_by_the_database(settled):
    graded = run(settled, after=11)

    with pytest.raises(IntegrityError, match="derive_grade_organisations"), transaction.atomic():
        Grade.objects.create(run_id=graded.run, subject=t.TRADER[0], score=0, level="A")
