"""An organisation's grade as of a day with every point explained, computed live (评价说明).

Live, so that what has ended or was repaired has no weight at once, whatever the last run stored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gongxin.core import evaluation
from gongxin.core.citation import Citation, Label
from gongxin.core.clauses import Model
from gongxin.core.errors import CreditError
from gongxin.core.evaluation import EvaluatedRecord, Result
from gongxin.core.subject import Form, SubjectKind, SubjectType, archive_only, classify, shown_name
from gongxin.derive.archive import public_records
from gongxin.law import Release
from gongxin.ledger.models import Current, Subject
from gongxin.ledger.queries import head

ILLUSTRATIVE = "illustrative"
# Of these standings a grade is shown outside the unit that made it (legal.md L1).
PUBLISHED = frozenset({"national-imported", "industry-national", "authorised", ILLUSTRATIVE})


class NoModel(CreditError):
    """The release holds no evaluation model."""

    code = "derive.no_model"


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """Points (signed thousandths) with the record, the item of the model and its sources."""

    item: str
    item_name: Label
    record_id: str
    document_no: str
    decided_on: date
    points: int
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CountedRecord:
    """A record that the condition of a ceiling counts."""

    record_id: str
    document_no: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class ExplainedCeiling:
    """A clause that allows no better level, and the records for which it holds."""

    id: str
    name: Label
    level: str
    records: tuple[CountedRecord, ...]
    cite: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A grade and why, or why there is none.

    ``not_graded`` is empty, ``one_person``, ``unknown_type`` or ``not_in_scope``; then level is
    empty and there are no lines. ``standing`` other than an official one must be shown (L1).
    """

    uscc: str
    name: str
    model: str
    model_name: Label
    standing: str
    not_graded: str
    score: int
    base: int
    level: str
    level_name: Label
    lines: tuple[ExplainedLine, ...]
    ceilings: tuple[ExplainedCeiling, ...]
    as_of: date
    head: int
    release: str


NO_LABEL = Label("", "")


def the_model(release: Release) -> Model | None:
    """Return the release's first model, which grades organisations, or None if it has none."""
    return next(iter(release.models.values()), None)


def needed_model(release: Release) -> Model:
    """Return the release's model.

    Raises:
        NoModel: it has none.
    """
    model = the_model(release)
    if model is None:
        place = release.content.place
        message = f"the pack {place} has no evaluation model; add one to its models/"
        raise NoModel(message, pack=place)
    return model


def explain(uscc: str, *, as_of: date, release: Release) -> Explanation | None:
    """Explain the grade of one subject; None if the code is not known.

    Raises:
        NoModel: the release has none.
    """
    model = needed_model(release)
    subject = Subject.objects.filter(uscc=uscc).first()
    if subject is None:
        return None
    reason = _not_graded(subject, model)
    rows = [] if reason else list(public_records(uscc, as_of))
    records = [
        EvaluatedRecord(r.record_id, r.item, r.decided_on, r.failing_class, r.payload) for r in rows
    ]
    counted = {r.record_id: _counted(r, release) for r in rows}
    result = evaluation.evaluate(release.compiled_models[model.model], records, as_of=as_of)
    level = "" if reason else result.level
    return Explanation(
        uscc=uscc,
        name=shown_name(uscc, subject.name),
        model=model.model,
        model_name=model.name,
        standing=model.standing,
        not_graded=reason,
        score=0 if reason else result.score,
        base=0 if reason else result.base,
        level=level,
        level_name=next((lv.name for lv in model.levels if lv.level == level), NO_LABEL),
        lines=tuple(_lines(model, result, counted)),
        ceilings=() if reason else tuple(_ceilings(model, result, counted)),
        as_of=as_of,
        head=head(),
        release=release.hash,
    )


def published(uscc: str, *, as_of: date, release: Release) -> Explanation | None:
    """Return the grade that anybody may see; None for who has none, whatever why (L1, L3)."""
    model = the_model(release)
    if model is None or model.standing not in PUBLISHED:
        return None
    found = explain(uscc, as_of=as_of, release=release)
    return None if found is None or found.not_graded else found


def _counted(row: Current, release: Release) -> CountedRecord:
    item = release.items.get(row.item)
    number = row.payload.get(item.roles.document_no, "") if item else ""
    return CountedRecord(row.record_id, number, row.decided_on)


def _lines(
    model: Model, result: Result, counted: Mapping[str, CountedRecord]
) -> Iterator[ExplainedLine]:
    names = {item.id: item.name for item in model.items}
    for line in result.lines:
        record = counted[line.record_id]
        yield ExplainedLine(
            item=line.item,
            item_name=names[line.item],
            record_id=record.record_id,
            document_no=record.document_no,
            decided_on=record.decided_on,
            points=line.points,
            cite=line.cite,
        )


def _ceilings(
    model: Model, result: Result, counted: Mapping[str, CountedRecord]
) -> Iterator[ExplainedCeiling]:
    clauses = {ceiling.id: ceiling for ceiling in model.ceilings}
    for reached in result.ceilings:
        clause = clauses[reached.id]
        records = tuple(counted[record_id] for record_id in reached.record_ids)
        yield ExplainedCeiling(clause.id, clause.name, clause.level, records, clause.cite)


def _not_graded(subject: Subject, model: Model) -> str:
    if archive_only(subject.uscc):  # whatever forms the model names (legal.md L8)
        return "not_in_scope"
    stored = SubjectType(SubjectKind(subject.kind), Form(subject.form))
    live = classify(subject.uscc, subject.name)  # a later version of the program may know better
    return evaluation.not_graded(stored, model) or evaluation.not_graded(live, model)
