import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.catalog import Nature
from gongxin.core.clauses import Ceiling, Level, Model, ModelItem
from gongxin.core.evaluation import (
    CompiledModel,
    EvaluatedRecord,
    Line,
    Reached,
    Result,
    compile_model,
    evaluate,
    level_of,
    not_graded,
)
from gongxin.core.rules import BadExpression
from gongxin.core.subject import Form, SubjectKind, SubjectType
from tests.core.records import CITE, NAME, item

ITEMS = {
    "penalty": item(),
    "honour": item(item="honour", nature=Nature.FAVOURABLE),
}
AS_OF = date(2026, 11, 23)
FINE = ModelItem(
    id="B1",
    name=NAME,
    sign="minus",
    types=("penalty",),
    points="bands(number(JE), [(0, points(1)), (1, points(5)), (10, points(20))])",
    cite=CITE,
    where="contains(CFLB, '罚款')",
    cap=30_000,
)
WARNED = ModelItem("B2", NAME, "minus", ("penalty",), "points(2)", CITE, months=24)
HONOUR = ModelItem("A1", NAME, "plus", ("honour",), "points(10)", CITE, cap=15_000)
MODEL = Model(
    model="points",
    version="1",
    name=NAME,
    authority="",
    standing="illustrative",
    basis=CITE,
    forms=("company",),
    base=100_000,
    items=(HONOUR, FINE, WARNED),
    levels=(Level("A", NAME, 90_000), Level("B", NAME, 60_000), Level("C", NAME, 0)),
    ceilings=(
        Ceiling("X", "B", "exists(failing_class == '严重', months=12)", NAME, CITE),
        Ceiling("Y", "C", "count(item == 'penalty') >= 3", NAME, CITE),
    ),
)
COMPILED = compile_model(MODEL, ITEMS)


def fine(record_id: str, amount: str, *, on: date = date(2026, 5, 10)) -> EvaluatedRecord:
    return EvaluatedRecord(record_id, "penalty", on, "一般", {"CFLB": "罚款", "JE": amount})


def honour(record_id: str, *, on: date = date(2026, 5, 10)) -> EvaluatedRecord:
    return EvaluatedRecord(record_id, "honour", on, "", {})


def graded(*records: EvaluatedRecord) -> Result:
    return evaluate(COMPILED, records, as_of=AS_OF)


def points(result: Result) -> list[tuple[str, str, int]]:
    return [(line.item, line.record_id, line.points) for line in result.lines]


def test_without_records_there_is_the_base_and_nothing_else() -> None:
    assert graded() == Result("points", 100_000, "A", 100_000, (), ())


def test_every_point_names_item_record_and_clause() -> None:
    found = graded(fine("r1", "1"))
    assert found.lines == (Line("B1", "r1", -5000, CITE), Line("B2", "r1", -2000, CITE))
    assert (found.score, found.level) == (93_000, "A")


@pytest.mark.parametrize(
    ("amount", "taken"),
    [("0.999999", 1000), ("1", 5000), ("9.999999", 5000), ("10", 20_000), ("", 0), ("x", 0)],
)
def test_bands_hold_on_both_sides_of_their_edges(amount: str, taken: int) -> None:
    found = graded(fine("r1", amount))
    assert found.score == 100_000 - 2000 - taken


def test_a_cap_is_used_up_in_the_order_of_days_and_ids() -> None:
    found = graded(fine("r3", "10", on=date(2026, 5, 11)), fine("r2", "1"), fine("r1", "10"))
    assert [line for line in points(found) if line[0] == "B1"] == [
        ("B1", "r1", -20_000),
        ("B1", "r2", -5000),
        ("B1", "r3", -5000),
    ]


def test_what_a_used_up_cap_leaves_has_no_line() -> None:
    found = graded(honour("h1"), honour("h2"), honour("h3"))
    assert points(found) == [("A1", "h1", 10_000), ("A1", "h2", 5000)]


@pytest.mark.parametrize(
    ("decided_on", "lines"),
    [(date(2024, 11, 23), []), (date(2024, 11, 24), [("B2", "r1", -2000)])],
)
def test_a_window_looks_back_from_the_day(
    decided_on: date, lines: list[tuple[str, str, int]]
) -> None:
    assert points(graded(EvaluatedRecord("r1", "penalty", decided_on, "一般", {}))) == lines


def test_an_item_never_gives_points_against_its_sign() -> None:
    negative = replace(WARNED, points="0 - points(2)")
    compiled = compile_model(replace(MODEL, items=(negative,)), ITEMS)
    assert evaluate(compiled, [fine("r1", "1")], as_of=AS_OF).score == 100_000


def test_a_ceiling_holds_the_level_and_leaves_the_score() -> None:
    severe = EvaluatedRecord("r1", "penalty", date(2026, 5, 10), "严重", {})
    found = graded(severe)
    assert (found.score, found.level, found.ceilings) == (98_000, "B", (Reached("X", ("r1",)),))


def test_of_two_ceilings_the_lower_counts() -> None:
    severe = [EvaluatedRecord(f"r{n}", "penalty", date(2026, 5, 10), "严重", {}) for n in range(3)]
    found = graded(*severe)
    records = ("r0", "r1", "r2")
    assert (found.level, found.ceilings) == ("C", (Reached("X", records), Reached("Y", records)))


@pytest.mark.parametrize(
    ("when", "counted"),
    [
        ("exists(failing_class == '严重') or count(item == 'penalty') >= 3", ("r1",)),
        ("exists(failing_class == '严重') and exists(failing_class == '一般')", ("r1", "r2")),
        ("count(item == 'penalty', months=12) >= 2", ("r1", "r2")),
        (
            "as_of >= day('2020-01-01') and exists(item == 'penalty') or exists(item == 'x')",
            ("r1", "r2"),
        ),
        ("exists(failing_class == '严重') and not (count(item == 'penalty') > 5)", ("r1",)),
    ],
)
def test_a_ceiling_names_the_records_that_its_condition_counts(when, counted) -> None:
    """A severe penalty and a fine of this year; of parts joined by or only those that hold."""
    clause = Ceiling("X", "B", when, NAME, CITE)
    compiled = compile_model(replace(MODEL, ceilings=(clause,)), ITEMS)
    severe = EvaluatedRecord("r1", "penalty", date(2026, 5, 10), "严重", {})
    found = evaluate(compiled, [severe, fine("r2", "2"), honour("r3")], as_of=AS_OF)
    assert found.ceilings == (Reached("X", counted),)


@pytest.mark.parametrize(
    ("score", "level"),
    [(90_000, "A"), (89_999, "B"), (60_000, "B"), (59_999, "C"), (0, "C"), (-1, "C")],
)
def test_a_level_begins_at_its_lowest_score(score: int, level: str) -> None:
    assert level_of(MODEL.levels, score, ()) == level


@pytest.mark.parametrize(
    ("kind", "form", "reason"),
    [
        (SubjectKind.ORGANISATION, Form.COMPANY, ""),
        (SubjectKind.ORGANISATION, Form.COOPERATIVE, "not_in_scope"),
        (SubjectKind.ORGANISATION, Form.UNKNOWN, "unknown_type"),
        (SubjectKind.UNKNOWN, Form.COMPANY, "unknown_type"),
        (SubjectKind.ONE_PERSON, Form.OTHER, "one_person"),
        (SubjectKind.ORGANISATION, Form.RELIGIOUS, "not_in_scope"),
        (SubjectKind.ORGANISATION, Form.UNION, "not_in_scope"),
    ],
)
def test_who_has_no_grade_has_a_reason(kind: SubjectKind, form: Form, reason: str) -> None:
    assert not_graded(SubjectType(kind, form), MODEL) == reason


@pytest.mark.parametrize("form", [Form.RELIGIOUS, Form.UNION])
def test_a_model_that_names_bodies_of_belief_grades_none(form: Form) -> None:
    subject = SubjectType(SubjectKind.ORGANISATION, form)
    assert not_graded(subject, replace(MODEL, forms=(form.value,))) == "not_in_scope"


@pytest.mark.parametrize(
    "change",
    [{"where": "present(XX)"}, {"points": "'ten'"}, {"where": "exists(item == 'penalty')"}],
)
def test_a_model_that_cannot_be_read_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadExpression):
        compile_model(replace(MODEL, items=(replace(FINE, **change),)), ITEMS)  # type: ignore[arg-type]


# Properties (SAFETY 3.6), over models of any points, caps, windows and levels.

AMOUNTS = st.sampled_from(["", "x", "-1", "0", "0.999999", "1", "9.999999", "10", "500"])
ON = st.dates(date(2023, 1, 1), AS_OF)
IDS = st.integers(0, 10**6).map(lambda n: f"r{n:07d}")
ADVERSE = st.builds(
    EvaluatedRecord,
    record_id=IDS,
    item=st.just("penalty"),
    decided_on=ON,
    failing_class=st.sampled_from(["一般", "严重", ""]),
    fields=st.fixed_dictionaries({"CFLB": st.sampled_from(["罚款", "警告"]), "JE": AMOUNTS}),
)
FAVOURABLE = st.builds(
    EvaluatedRecord,
    record_id=IDS.map(lambda i: "h" + i),
    item=st.just("honour"),
    decided_on=ON,
    failing_class=st.just(""),
    fields=st.just({}),
)
RECORDS = st.lists(st.one_of(ADVERSE, FAVOURABLE), max_size=8, unique_by=lambda r: r.record_id)
CAPS = st.sampled_from([0, 1, 5000, 30_000])
MONTHS = st.sampled_from([0, 1, 12, 24])
MODELS = st.builds(
    lambda cap, months, worth, base: compile_model(
        replace(
            MODEL,
            base=base,
            items=(
                replace(HONOUR, cap=cap, points=f"points({worth})"),
                replace(FINE, cap=cap, months=months),
                replace(WARNED, months=months, points=f"points({worth})"),
            ),
        ),
        ITEMS,
    ),
    cap=CAPS,
    months=MONTHS,
    worth=st.integers(0, 50),
    base=st.sampled_from([0, 60_000, 100_000]),
)
RANK = {"A": 3, "B": 2, "C": 1}


@given(model=MODELS, records=RECORDS, more=ADVERSE)
def test_one_adverse_record_more_never_raises(
    model: CompiledModel, records: list[EvaluatedRecord], more: EvaluatedRecord
) -> None:
    others = [record for record in records if record.record_id != more.record_id]
    before = evaluate(model, others, as_of=AS_OF)
    after = evaluate(model, [*others, more], as_of=AS_OF)
    assert after.score <= before.score
    assert RANK[after.level] <= RANK[before.level]


@given(model=MODELS, records=RECORDS, more=FAVOURABLE)
def test_one_favourable_record_more_never_lowers(
    model: CompiledModel, records: list[EvaluatedRecord], more: EvaluatedRecord
) -> None:
    others = [record for record in records if record.record_id != more.record_id]
    before = evaluate(model, others, as_of=AS_OF)
    after = evaluate(model, [*others, more], as_of=AS_OF)
    assert after.score >= before.score
    assert RANK[after.level] >= RANK[before.level]


@given(model=MODELS, records=RECORDS)
def test_the_score_is_base_and_lines_exactly(
    model: CompiledModel, records: list[EvaluatedRecord]
) -> None:
    found = evaluate(model, records, as_of=AS_OF)
    assert found.score == found.base + sum(line.points for line in found.lines)
    assert {line.record_id for line in found.lines} <= {record.record_id for record in records}
    assert all(line.points != 0 and len(line.cite) > 0 for line in found.lines)


@given(model=MODELS, records=RECORDS, seed=st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(
    model: CompiledModel, records: list[EvaluatedRecord], seed: random.Random
) -> None:
    shuffled = [*records, *records]
    seed.shuffle(shuffled)
    assert evaluate(model, shuffled, as_of=AS_OF) == evaluate(model, records, as_of=AS_OF)


@given(model=MODELS, records=RECORDS, other=RECORDS)
def test_another_organisations_records_do_not_matter(
    model: CompiledModel, records: list[EvaluatedRecord], other: list[EvaluatedRecord]
) -> None:
    alone = evaluate(model, records, as_of=AS_OF)
    evaluate(model, other, as_of=AS_OF)
    assert evaluate(model, records, as_of=AS_OF) == alone


@given(records=RECORDS)
def test_what_left_the_windows_has_no_effect(records: list[EvaluatedRecord]) -> None:
    windowed = tuple(replace(line, months=24) for line in MODEL.items)
    compiled = compile_model(replace(MODEL, items=windowed, ceilings=()), ITEMS)
    recent = [record for record in records if record.decided_on > date(2024, 11, 23)]
    assert evaluate(compiled, records, as_of=AS_OF) == evaluate(compiled, recent, as_of=AS_OF)


@given(model=MODELS, records=RECORDS, unread=st.text(max_size=5))
def test_a_field_that_no_item_reads_has_no_effect(
    model: CompiledModel, records: list[EvaluatedRecord], unread: str
) -> None:
    changed = [replace(r, fields={**r.fields, "XZQYDM": unread, "MC": unread}) for r in records]
    assert evaluate(model, changed, as_of=AS_OF) == evaluate(model, records, as_of=AS_OF)


@given(model=MODELS, record=ADVERSE)
def test_missing_data_are_not_bad_data(model: CompiledModel, record: EvaluatedRecord) -> None:
    bare = evaluate(model, [replace(record, fields={})], as_of=AS_OF)
    assert bare.score >= evaluate(model, [record], as_of=AS_OF).score
