"""Open evaluation of organisations: every point names a record and a clause (信用评价).

Scores are integers in thousandths of a point. What is not public on the as-of day is not scored;
a missing record adds and takes nothing; natural persons and one-person undertakings are no
subjects of a model, and neither is an undertaking of unknown type (legal.md L3).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from gongxin.core import rules
from gongxin.core.catalog import Item
from gongxin.core.citation import Citation
from gongxin.core.clauses import Ceiling, Level, Model, ModelItem
from gongxin.core.rules import Expr, Schema, Scope, Type
from gongxin.core.subject import Form, SubjectKind, SubjectType

# Bodies of belief and of workers have an archive and nothing else (L8); no model names them.
NEVER_GRADED = frozenset({Form.RELIGIOUS, Form.UNION, Form.UNKNOWN, Form.OTHER})

RECORD_NAMES: Mapping[str, Type] = {
    "item": Type.TEXT,
    "failing_class": Type.TEXT,
    "decided_on": Type.DAY,
    "as_of": Type.DAY,
}


@dataclass(frozen=True, slots=True)
class EvaluatedRecord:
    """A record as a model sees it: public on the as-of day, of known class, canonical fields."""

    record_id: str
    item: str
    decided_on: date
    failing_class: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """Points (signed thousandths) that one record gives under one item of the model."""

    item: str
    record_id: str
    points: int
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A ceiling that holds, and the records that its condition counts."""

    id: str
    record_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Score, level and why: ``base`` and the lines' points sum up to the score exactly."""

    model: str
    score: int
    level: str
    base: int
    lines: tuple[Line, ...]
    ceilings: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model with its expressions parsed."""

    model: Model
    wheres: tuple[Expr, ...]
    points: tuple[Expr, ...]
    ceilings: tuple[Expr, ...]


def record_schema(items: Iterable[Item]) -> Schema:
    """Names that a model over the items may read."""
    fields = {identify: Type.TEXT for item in items for identify in item.columns}
    return fields | dict(RECORD_NAMES)


def compile_model(model: Model, items: Mapping[str, Item]) -> CompiledModel:
    """Parse the model's expressions over the catalog.

    Raises:
        BadExpression: an expression does not fit.
    """
    schema = record_schema(items.values())
    return CompiledModel(
        model=model,
        wheres=tuple(rules.parse_one(i.where or "True", schema) for i in model.items),
        points=tuple(rules.parse_one(i.points, schema, result=Type.INT) for i in model.items),
        ceilings=tuple(rules.parse(c.when, schema) for c in model.ceilings),
    )


def not_graded(subject: SubjectType, model: Model) -> str:
    """Return why the subject has no grade under the model, or an empty text."""
    if subject.kind is SubjectKind.ONE_PERSON:
        return "one_person"
    if subject.kind is SubjectKind.UNKNOWN or subject.form is Form.UNKNOWN:
        return "unknown_type"
    if subject.form in NEVER_GRADED:
        return "not_in_scope"
    return "" if subject.form.value in model.forms else "not_in_scope"


def evaluate(compiled: CompiledModel, records: Sequence[EvaluatedRecord], *, as_of: date) -> Result:
    """Evaluate one organisation in Python.

    Args:
        compiled: the model.
        records: the organisation's records that are public on ``as_of``, in any order; one that
            is given twice counts once.
        as_of: the day; windows look back from it.

    Returns:
        The result; records count in the order (decided_on, record_id) under each item's cap.
    """
    model = compiled.model
    ordered = sorted(records, key=lambda record: (record.decided_on, record.record_id))
    rows = {record.record_id: _row(record, as_of) for record in ordered}
    lines = tuple(
        line
        for item, where, points in zip(model.items, compiled.wheres, compiled.points, strict=True)
        for line in _lines(item, where, points, rows)
    )
    score = model.base + sum(line.points for line in lines)
    scope = Scope(records=list(rows.values()), as_of=as_of)
    reached = [
        (ceiling, tuple(key for key, row in rows.items() if rules.met_by(when, row, scope)))
        for ceiling, when in zip(model.ceilings, compiled.ceilings, strict=True)
        if rules.holds(when, {"as_of": as_of}, scope)
    ]
    return Result(
        model=model.model,
        score=score,
        level=level_of(model.levels, score, [ceiling for ceiling, _ in reached]),
        base=model.base,
        lines=lines,
        ceilings=tuple(Reached(ceiling.id, record_ids) for ceiling, record_ids in reached),
    )


def level_of(levels: Sequence[Level], score: int, ceilings: Sequence[Ceiling]) -> str:
    """Return the level of a score, no better than the ceilings allow."""
    names = [level.level for level in levels]
    by_score = next((i for i, level in enumerate(levels) if score >= level.lowest), len(levels) - 1)
    return names[max([by_score, *(names.index(ceiling.level) for ceiling in ceilings)])]


def _row(record: EvaluatedRecord, as_of: date) -> rules.Row:
    return {
        **record.fields,
        "item": record.item,
        "failing_class": record.failing_class,
        "decided_on": record.decided_on,
        "as_of": as_of,
    }


def _lines(
    item: ModelItem, where: Expr, points: Expr, rows: Mapping[str, rules.Row]
) -> Iterator[Line]:
    used = 0
    sign = 1 if item.sign == "plus" else -1
    for record_id, row in rows.items():
        if not _counts(item, where, row):
            continue
        worth = max(0, cast("int", rules.evaluate(points, row)))
        counted = worth if item.cap == 0 else min(worth, item.cap - used)
        used += counted
        if counted != 0:
            yield Line(item.id, record_id, sign * counted, item.cite)


def _counts(item: ModelItem, where: Expr, row: rules.Row) -> bool:
    recent = rules.in_window(row, cast("date", row["as_of"]), item.months)
    return row["item"] in item.types and recent and rules.holds(where, row)
