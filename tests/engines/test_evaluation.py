"""The evaluation is the same in SQL, in Python and in a model written by hand in Polars."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.make_world import make_world

from gongxin.core.citation import Label
from gongxin.core.clauses import Ceiling, Level, Model, ModelItem
from gongxin.core.evaluation import CompiledModel, EvaluatedRecord, compile_model, evaluate
from gongxin.core.rules import Type
from gongxin.derive.grading import run
from tests.engines import polars_model
from tests.engines.ledgers import (
    entries_of,
    graded_subjects,
    is_public,
    latest,
    scan,
)
from tests.engines.texts import texts
from tests.engines.typed import of_type, over_records
from tests.fixtures.law import demo_release

AS_OF = date(2026, 11, 20)
SEEDS = [1, 2, 3]
NONE = Label("", "")


class Readings:
    """One world under the demo model, read three times."""

    def __init__(self, seed: int) -> None:
        release = demo_release()
        world = make_world(60, seed, AS_OF, penalties=500)
        (self.model,) = release.models.values()
        self.compiled = compile_model(self.model, release.items)
        self.entries = entries_of(world, release)
        self.subjects = graded_subjects(world, self.model.forms)

    def in_sql(self):
        with scan(self.entries) as con:
            run(con, self.compiled, as_of=AS_OF, subjects=sorted(self.subjects))
            return _tables(con)

    def in_python(self):
        return _in_python(self.compiled, self.entries, self.subjects)

    def in_polars(self):
        facts = polars_model.scored(self.entries, self.subjects, AS_OF)
        grades = polars_model.grades(facts, self.subjects, AS_OF)
        return polars_model.lines(facts, AS_OF), grades


def _tables(con):
    lines = con.execute("SELECT subject, record_id, item, points FROM lines").fetchall()
    grades = con.execute("SELECT subject, score, level, ceilings FROM grades").fetchall()
    assert len(lines) == len(set(lines))
    assert len(grades) == len({row[0] for row in grades})
    return set(lines), {s: (score, level, frozenset(c)) for s, score, level, c in grades}


def _in_python(compiled, entries, subjects):
    lines, grades = set(), {}
    shown = [entry for entry in latest(entries) if is_public(entry, AS_OF)]
    for subject in subjects:
        records = [
            EvaluatedRecord(
                e["record_id"], e["item"], e["decided_on"], e["failing_class"], e["payload"]
            )
            for e in shown
            if e["subject"] == subject
        ]
        result = evaluate(compiled, records, as_of=AS_OF)
        lines |= {(subject, line.record_id, line.item, line.points) for line in result.lines}
        grades[subject] = (result.score, result.level, frozenset(c.id for c in result.ceilings))
    return lines, grades


@pytest.fixture(scope="module", params=SEEDS)
def readings(request) -> Readings:
    return Readings(request.param)


def test_sql_agrees_with_polars(readings: Readings):
    assert readings.in_sql() == readings.in_polars()


def test_python_agrees_with_polars(readings: Readings):
    assert readings.in_python() == readings.in_polars()


def test_a_second_run_gives_the_same(readings: Readings):
    assert readings.in_sql() == readings.in_sql()


def test_the_world_is_worth_comparing(readings: Readings):
    """Most items and levels occur, caps cut, some organisation has no record at all."""
    lines, grades = readings.in_polars()

    assert len({item for _, _, item, _ in lines}) >= 16
    assert len({level for _, level, _ in grades.values()}) >= 5
    assert (1_000_000, "A", frozenset()) in grades.values()
    assert len({name for _, _, reached in grades.values() for name in reached}) >= 3


def test_the_hand_written_model_names_the_same_items():
    (model,) = demo_release().models.values()

    assert [item[0] for item in polars_model.items(AS_OF)] == [item.id for item in model.items]
    assert [item[4] for item in polars_model.items(AS_OF)] == [item.cap for item in model.items]
    assert [c[0] for c in polars_model.ceilings(AS_OF)] == [c.id for c in model.ceilings]


# Any model over any records.

SUBJECTS = ["91A", "91B", "91C"]
records = st.lists(
    st.fixed_dictionaries(
        {
            "subject": st.sampled_from(SUBJECTS),
            "item": st.sampled_from(["one", "two"]),
            "decided_on": st.dates(date(2024, 11, 1), AS_OF),
            "failing_class": st.sampled_from(["", "一般"]),
            "payload": st.dictionaries(st.sampled_from(["a", "b"]), texts.filter(bool)),
        }
    ),
    max_size=12,
)


@st.composite
def models(draw: st.DrawFn) -> CompiledModel:
    count = draw(st.integers(1, 4))
    items = tuple(
        ModelItem(
            id=f"I{n}",
            name=NONE,
            sign=draw(st.sampled_from(["plus", "minus"])),
            types=draw(st.sampled_from([("one",), ("two",), ("one", "two")])),
            points="",
            cite=(),
            cap=draw(st.sampled_from([0, 0, 7, 900])),
            months=draw(st.sampled_from([0, 12])),
        )
        for n in range(count)
    )
    ceilings = tuple(Ceiling(f"C{n}", "low", "", NONE, ()) for n in range(draw(st.integers(0, 2))))
    levels = (Level("high", NONE, 1_000), Level("middle", NONE, 0), Level("low", NONE, -(10**9)))
    model = Model(
        "m", "1", NONE, "", "illustrative", (), ("company",), 990, items, levels, ceilings
    )
    return CompiledModel(
        model=model,
        wheres=tuple(draw(of_type(Type.BOOL)) for _ in items),
        points=tuple(draw(of_type(Type.INT)) for _ in items),
        ceilings=tuple(draw(over_records()) for _ in ceilings),
    )


@settings(deadline=None, max_examples=40)
@given(compiled=models(), drawn=records)
def test_any_model_is_the_same_in_sql_and_python(compiled, drawn):
    public = {"kind": "assert", "hidden": "", "public_until": None}
    entries = [
        record | public | {"record_id": f"r{n}", "revision": n, "public_from": record["decided_on"]}
        for n, record in enumerate(drawn)
    ]
    with scan(entries) as con:
        run(con, compiled, as_of=AS_OF, subjects=SUBJECTS)
        found = _tables(con)

    assert found == _in_python(compiled, entries, SUBJECTS)
