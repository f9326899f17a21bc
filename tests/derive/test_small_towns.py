"""What needs a town of its own: corrections, another head, bodies with an archive only."""

from dataclasses import replace

import pytest

from gongxin.derive.archive import archive
from gongxin.derive.explanation import NoModel, explain
from gongxin.derive.models import Run
from gongxin.law import Release
from gongxin.ledger.models import Subject
from tests.derive import town as t
from tests.derive.test_explanation import with_forms
from tests.derive.test_grading import grades, run


def test_a_corrected_record_is_shown_once_as_revised(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED))
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_NR_FK="0.8", CF_NR="罚款人民币捌仟元"))

    found = archive(t.FINED[0], as_of=t.TODAY, release=town.release)
    assert found is not None
    (record,) = found.records
    amounts = [field.value for field in record.fields if field.identify == "CF_NR_FK"]
    assert (record.revised, amounts) == (True, ["0.800000"])


@pytest.mark.parametrize("prefix", ["21", "71", "81"])
def test_bodies_with_an_archive_only_have_no_grade_whatever_a_model_says(town, prefix):
    body = (t.code(20, prefix), "示例代表机构")
    town.hand_in(t.LICENCE, t.licence(body))
    release = with_forms(town.release, "company", "foreign", "religious", "union")

    found = explain(body[0], as_of=t.TODAY, release=release)

    assert found is not None
    assert (found.not_graded, found.level) == ("not_in_scope", "")


def test_another_head_gives_another_result(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED, 1))
    first = run(town)
    town.hand_in(t.PENALTY, t.penalty(t.FINED, 2))
    second = run(town, after=1)

    assert second.head == first.head + 1
    assert second.result_digest != first.result_digest
    assert grades(first)[t.FINED[0]] == (975_000, "B")
    assert grades(second)[t.FINED[0]] == (950_000, "B")


def test_an_empty_ledger_gives_an_empty_run(town):
    graded = run(town)

    assert (graded.subjects, set(graded.levels.values()), graded.head) == (0, {0}, 0)


def test_bodies_with_an_archive_only_are_graded_by_no_model(town):
    bodies = [(t.code(n, prefix), "示例代表机构") for n, prefix in enumerate(("21", "71", "81"))]
    town.hand_in(t.LICENCE, *(t.licence(body, n) for n, body in enumerate(bodies)))
    release = with_forms(town.release, "foreign", "religious", "union")

    assert Subject.objects.count() == len(bodies)
    assert run(town, release=release).subjects == 0


def test_a_place_without_a_model_is_told_what_to_do(town):
    without = Release(replace(town.release.content, models=()))

    with pytest.raises(NoModel, match="add one to its models"):
        run(town, release=without)
    assert Run.objects.count() == 0
