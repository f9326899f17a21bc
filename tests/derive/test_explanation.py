from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxin.derive.explanation import Explanation, NoModel, explain, the_model
from gongxin.law import Release
from tests.derive import town as t
from tests.derive.town import Town

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 5, 10)
ONE_DAY = timedelta(days=1)


def of(who: tuple[str, str], town: Town, as_of: date = t.TODAY) -> Explanation:
    found = explain(who[0], as_of=as_of, release=town.release)
    assert found is not None
    return found


def with_forms(release: Release, *forms: str) -> Release:
    """The release with a model that names further legal forms."""
    (model,) = release.content.models
    return Release(replace(release.content, models=(replace(model, forms=forms),)))


def test_points_are_those_of_the_model(settled):
    found = of(t.FINED, settled)

    # A fine of class 一般 (20) of 1.2 万元 (5), an honour of the city (10), a clean inspection (3).
    assert {line.item: line.points for line in found.lines} == {
        "P02": 10_000,
        "P09": 3_000,
        "M01": -20_000,
        "M03": -5_000,
    }
    assert (found.base, found.score, found.level) == (1_000_000, 988_000, "A")


@pytest.mark.parametrize("who", [t.FINED, t.LISTED, t.QUIET, t.RENAMED, t.HIDDEN])
def test_the_lines_sum_up_to_the_score_exactly(settled, who):
    found = of(who, settled)

    assert found.base + sum(line.points for line in found.lines) == found.score
    assert found.not_graded == ""


@pytest.mark.parametrize("who", [t.FINED, t.LISTED])
def test_every_line_names_record_document_clause_and_its_law(settled, who):
    documents = settled.release.documents
    for line in of(who, settled).lines:
        assert line.record_id != ""
        assert line.document_no != ""
        assert line.item_name.zh != ""
        assert line.cite != ()
        assert all(cite.document in documents for cite in line.cite)


def test_a_ceiling_is_named_with_its_clause(settled):
    found = of(t.LISTED, settled)

    # A permit revoked (80 + 60) and an entry on the list of serious violations (200).
    assert (found.score, found.level) == (660_000, "D")
    assert [(ceiling.id, ceiling.level) for ceiling in found.ceilings] == [
        ("F01", "D"),
        ("F03", "C-"),
    ]
    assert all(ceiling.cite for ceiling in found.ceilings)
    # The entry on the list for the one, the revoked permit for the other.
    counted = [[record.document_no for record in ceiling.records] for ceiling in found.ceilings]
    assert counted == [["盘市监列〔2026〕1号"], ["盘交罚〔2026〕2号"]]


def test_an_illustrative_grade_says_so(settled):
    found = of(t.FINED, settled)

    assert found.standing == "illustrative"
    assert "示例" in found.model_name.zh
    assert "示例" in found.level_name.zh


def test_a_known_organisation_without_counting_records_has_the_base(settled):
    found = of(t.QUIET, settled)

    assert (found.score, found.level, found.lines) == (1_000_000, "A", ())


def test_what_is_not_public_is_not_scored(settled):
    assert (of(t.HIDDEN, settled).score, of(t.HIDDEN, settled).lines) == (1_000_000, ())


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (t.TRADER, "one_person"),
        (t.OWNED, "one_person"),
        (t.UNNAMED, "unknown_type"),
        (t.SOCIAL, "not_in_scope"),
    ],
)
def test_who_is_not_graded_has_a_reason_and_nothing_else(settled, who, reason):
    found = of(who, settled)

    assert found.not_graded == reason
    assert (found.score, found.base, found.level, found.lines, found.ceilings) == (0, 0, "", (), ())
    assert found.level_name.zh == ""


def test_an_unknown_code_has_no_explanation(settled):
    assert explain(t.ABSENT[0], as_of=t.TODAY, release=settled.release) is None


def test_a_place_without_a_model_explains_nothing(settled):
    without = Release(replace(settled.release.content, models=()))

    assert the_model(without) is None
    with pytest.raises(NoModel, match="add one to its models"):
        explain(t.FINED[0], as_of=t.TODAY, release=without)


def test_an_ended_record_has_no_weight_from_the_next_day_on(settled):
    assert of(t.LISTED, settled, date(2029, 5, 10)).score == 660_000
    assert of(t.LISTED, settled, date(2029, 5, 11)).score == 1_000_000
    assert of(t.LISTED, settled, date(2029, 5, 11)).level == "A"


def test_the_explanation_says_what_it_was_made_from(settled):
    found = of(t.FINED, settled)

    assert (found.as_of, found.release) == (t.TODAY, settled.release.hash)
    assert (found.uscc, found.name, found.model) == (*t.FINED, "illustrative-points")
