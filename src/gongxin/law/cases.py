"""Cases of a pack: examples on both sides of each edge, run as tests (案例)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from gongxin.core import adapter, evaluation, subject, validation, visibility
from gongxin.core.evaluation import EvaluatedRecord
from gongxin.law.build import build
from gongxin.law.packs import Loaded
from gongxin.law.release import Release
from gongxin.law.source import Fault, LawError, Mapping, Node, Sequence


@dataclass(frozen=True, slots=True)
class PublicityExpectation:
    """What a publicity case asserts; a field left out is not asserted."""

    failing_class: str | None = None
    public: bool | None = None
    hidden: str | None = None
    repairable_from: date | None = None
    public_until: date | None = None


@dataclass(frozen=True, slots=True)
class PublicityCase:
    """A record and a day: its class, whether it is public, until when, repairable from when."""

    name: str
    rule: str
    item: str
    row: dict[str, str]
    decided_on: date
    as_of: date
    expect: PublicityExpectation


@dataclass(frozen=True, slots=True)
class ValidationCase:
    """A row and the exact set of finding codes it gives."""

    name: str
    item: str
    today: date
    row: dict[str, str]
    expect: tuple[str, ...]
    known_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSubject:
    """The subject of a model case."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A record of a model case."""

    record_id: str
    item: str
    decided_on: date
    failing_class: str = ""
    public_from: date | None = None
    public_until: date | None = None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelExpectation:
    """What a model case asserts; ``lines`` is record id to signed thousandths."""

    score: int
    level: str
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelCase:
    """An organisation's records and the score they give."""

    name: str
    model: str
    subject: CaseSubject
    as_of: date
    records: tuple[CaseRecord, ...]
    expect: ModelExpectation


@dataclass(frozen=True, slots=True)
class CalendarCase:
    """A start, a count of working days, and the day that is reached."""

    name: str
    start: date
    working_days: int
    expect: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class AdapterCase:
    """A row of ours in their words, or of theirs in ours, as the adapter's style goes.

    ``item`` is the record type of what is sent; a pulling adapter has one, a check has none.
    """

    name: str
    adapter: str
    row: dict[str, str]
    expect: dict[str, str]
    item: str = ""


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many cases ran and what went wrong."""

    run: int
    faults: tuple[Fault, ...]


def run_cases(loaded: Loaded, release: Release) -> CaseCount:
    """Run every case of a pack chain. A case that cannot be read is a fault as well."""
    run, faults = 0, []
    for section in loaded.cases:
        for key, node in section.entries:
            if key.text not in _RUNNERS or not isinstance(node, Sequence):
                faults.append(Fault(key.place, f"unknown kind of case {key.text}"))
                continue
            for case in node.items:
                run += 1
                faults.extend(_run_one(_RUNNERS[key.text], case, release))
    return CaseCount(run, tuple(faults))


_Runner = Callable[[Node, Release], Iterator[str]]


def _run_one(runner: _Runner, node: Node, release: Release) -> list[Fault]:
    name = node.text("name") if isinstance(node, Mapping) else ""
    try:
        return [Fault(node.place, f"case {name}: {message}") for message in runner(node, release)]
    except LawError as error:
        return list(error.faults)
    except KeyError as error:
        return [Fault(node.place, f"case {name}: there is no {error}")]


def _differs(what: str, expected: object, found: object) -> Iterator[str]:
    if expected != found:
        yield f"{what} should be {expected}, found {found}"


def _publicity(node: Node, release: Release) -> Iterator[str]:
    case = build(PublicityCase, node)
    item = release.items[case.item]
    found = visibility.publicity_of(
        item,
        release.publicity.get(case.item),
        case.row,
        visibility.Days(case.decided_on, case.decided_on, case.as_of),
    )
    expect = case.expect
    if expect.failing_class is not None:
        yield from _differs("failing_class", expect.failing_class, found.failing_class)
    if expect.public is not None:
        yield from _differs("public", expect.public, found.is_public(case.as_of))
    if expect.hidden is not None:
        yield from _differs("hidden", expect.hidden, found.hidden)
    if expect.repairable_from is not None:
        yield from _differs("repairable_from", expect.repairable_from, found.repairable_from)
    if _is_asserted(node, "public_until"):  # none is an answer too: without end
        yield from _differs("public_until", expect.public_until, found.public_until)


def _is_asserted(case: Node, answer: str) -> bool:
    expect = case.get("expect") if isinstance(case, Mapping) else None
    return isinstance(expect, Mapping) and expect.get(answer) is not None


def _validation(node: Node, release: Release) -> Iterator[str]:
    case = build(ValidationCase, node)
    item = release.items[case.item]
    units = frozenset(case.known_units)
    if not units:
        roles = (item.roles.authority_code, item.roles.source_code)
        units = frozenset(case.row.get(column, "") for column in roles)
    fired = validation.faults_of(
        validation.checks_of(item), case.row, today=case.today, units=units
    )
    yield from _differs("findings", sorted(case.expect), sorted({c.code for c in fired}))


def _model(node: Node, release: Release) -> Iterator[str]:
    case = build(ModelCase, node)
    model = release.models[case.model]
    kind = subject.classify(case.subject.uscc, case.subject.name)
    archive = "archive_only" if subject.archive_only(case.subject.uscc) else ""
    reason = archive or evaluation.not_graded(kind, model)
    if reason:
        yield from _differs("level", case.expect.level, f"not graded: {reason}")
        return
    records = [
        EvaluatedRecord(r.record_id, r.item, r.decided_on, r.failing_class, r.fields)
        for r in case.records
        if (r.public_from or r.decided_on) <= case.as_of
        and (r.public_until is None or case.as_of <= r.public_until)
    ]
    compiled = release.compiled_models[model.model]
    result = evaluation.evaluate(compiled, records, as_of=case.as_of)
    yield from _differs("score", case.expect.score, result.score)
    yield from _differs("level", case.expect.level, result.level)
    if case.expect.lines:
        found: dict[str, int] = {}
        for line in result.lines:
            found[line.record_id] = found.get(line.record_id, 0) + line.points
        yield from _differs("lines", case.expect.lines, found)


def _calendar(node: Node, release: Release) -> Iterator[str]:
    case = build(CalendarCase, node)
    term = release.calendar.add_working_days(case.start, case.working_days)
    yield from _differs("day", case.expect, term.day)
    yield from _differs("provisional", case.provisional, term.provisional)


def _adapter(node: Node, release: Release) -> Iterator[str]:
    case = build(AdapterCase, node)
    one = release.adapters[case.adapter]
    if one.sends is not None:
        mapped = {item.item: item for item in one.sends.items}[case.item]
        found = adapter.told_in(mapped.fields, case.row)
    elif one.pulls is not None:
        found = adapter.read_in(one.pulls.item.fields, case.row)
    else:
        found = adapter.read_in(one.checks.asks if one.checks else (), case.row)
    yield from _differs("row", dict(sorted(case.expect.items())), dict(sorted(found.items())))


_RUNNERS: dict[str, _Runner] = {
    "publicity": _publicity,
    "validation": _validation,
    "models": _model,
    "calendar": _calendar,
    "adapters": _adapter,
}
