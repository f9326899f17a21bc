"""What the platform answers, as typed values; a test holds them to the API's description (应答).

Members that are new to this version are passed over; one that is missing or of another type makes
the whole answer nonsense: half an answer is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Shape = TypeVar("Shape")


class Nonsense(ValueError):
    """What came is not what the API describes."""

    def __init__(self, what: str = "the document") -> None:
        super().__init__(f"{what} is not as the API describes it")


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The article of a document that something rests on (依据)."""

    document: str
    article: str
    note: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One record that relates to the matter, as it is public (事实)."""

    record_id: str
    item: str
    name: str
    document_no: str
    decided_on: date
    authority: str
    authority_name: str
    failing_class: str
    adverse: bool
    public_until: date | None
    repairable_from: date | None
    channel: str
    basis: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What law attaches to a fact of this answer in this matter; a person decides (措施)."""

    measure: str
    name: str
    kind: str
    clause: tuple[Citation, ...]
    implementing_unit: str
    until: date | None
    record_id: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a check; there is no member that decides anything (核查结果)."""

    check_no: str
    uscc: str
    name: str
    status: str
    matter: str
    purpose: str
    facts: tuple[Fact, ...]
    list_entries: tuple[Fact, ...]
    measures: tuple[Measure, ...]
    incentives: tuple[Measure, ...]
    objections: tuple[str, ...]
    not_shown: int
    coverage: str
    as_of: date
    head: int
    release: str
    signature: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one organisation of a batch was refused."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One organisation of a batch, by its place."""

    row: int
    answer: Answer | None
    problem: RowProblem | None


@dataclass(frozen=True, slots=True)
class Batch:
    """The answers of a batch."""

    items: tuple[BatchRow, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class RangeSize:
    """How many signs the prefix of a range has today; None: there is none."""

    hash: str
    digits: int | None
    least: int
    as_of: date


@dataclass(frozen=True, slots=True)
class RangeEntry:
    """An organisation of a range that has adverse facts (区间内组织)."""

    uscc: str
    name: str
    facts: tuple[Fact, ...]
    list_entries: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """All of a bucket, of which the platform does not know which one is meant (隐私核查结果)."""

    prefix: str
    matter: str
    purpose: str
    entries: tuple[RangeEntry, ...]
    organisations: int
    coverage: str
    as_of: date
    head: int
    release: str
    padding: str
    signature: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome that counts for a check now (办理结果)."""

    check_no: str
    outcome: str


@dataclass(frozen=True, slots=True)
class OtherCode:
    """A number of the organisation in another register."""

    kind: str
    code: str
    seen_on: date


@dataclass(frozen=True, slots=True)
class Subject:
    """The public archive of an organisation without its records (信用档案)."""

    uscc: str
    name: str
    former_names: tuple[str, ...]
    other_codes: tuple[OtherCode, ...]
    kind: str
    form: str
    counts: dict[str, int]
    records: str
    as_of: date
    head: int
    release: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record as it is public."""

    identify: str
    name: Label
    value: str


@dataclass(frozen=True, slots=True)
class Record:
    """One public record (信用记录)."""

    record_id: str
    item: str
    item_name: Label
    section: str
    phase: str
    adverse: bool
    failing_class: str
    document_no: str
    decided_on: date
    authority: str
    authority_name: str
    source_name: str
    received_at: datetime
    public_from: date
    public_until: date | None
    repairable_from: date | None
    repair_state: str
    channel: str
    record_class: str
    revised: bool
    basis: tuple[Citation, ...]
    fields: tuple[Field, ...]
    how_to_repair: str
    how_to_object: str


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """A part of an organisation's records."""

    items: tuple[Record, ...]
    next: str | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Item:
    """A kind of information that is gathered (目录条目)."""

    item: str
    name: Label
    edition: str
    category: str
    owner: str
    deadline_working_days: int
    public_type: str
    record_class: str
    nature: str
    phase: str
    subjects: tuple[str, ...]
    basis: tuple[Citation, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Catalog:
    """What is gathered, and what checks may be asked for (信用信息目录)."""

    items: tuple[Item, ...]
    next: str | None
    matters: dict[str, Label]
    purposes: dict[str, Label]
    as_of: date
    release: str


@dataclass(frozen=True, slots=True)
class Change:
    """A record that is ``public`` now, or is to be ``removed`` from every copy (变更)."""

    revision: int
    change: str
    uscc: str
    record_id: str
    item: str
    public_until: date | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A part of the feed; keep ``next`` together with what was made of the items."""

    items: tuple[Change, ...]
    next: str
    more: bool
    as_of: date


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


@dataclass(frozen=True, slots=True)
class ProblemDocument:
    """Why a request was not answered (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    trace_id: str


def read(shape: type[Shape], value: object) -> Shape:
    """Return a JSON document as a value of the shape.

    Raises:
        Nonsense: a member is missing, or is of another type.
    """
    found: Shape = _read(shape, value)
    return found


@cache
def _hints(shape: type) -> Mapping[str, Any]:
    return get_type_hints(shape)


def _read(shape: Any, value: object) -> Any:
    if is_dataclass(shape) and isinstance(shape, type):
        if not isinstance(value, dict):
            raise Nonsense(shape.__name__)
        hints = _hints(shape)
        return shape(
            **{f.name: _read(hints[f.name], _member(value, f.name)) for f in fields(shape)}
        )
    if get_origin(shape) is not None:
        return _read_composed(shape, value)
    if shape in (date, datetime):
        return _read_time(shape, value)
    if type(value) is not shape:  # True is an int, and is none here
        raise Nonsense
    return value


def _member(value: Mapping[str, object], name: str) -> object:
    if name not in value:
        raise Nonsense(name)
    return value[name]


def _read_composed(shape: Any, value: object) -> Any:
    arguments = get_args(shape)
    match get_origin(shape), value:
        case origin, None if origin is UnionType and NoneType in arguments:
            return None
        case origin, _ if origin is UnionType:
            return _read(arguments[0], value)
        case origin, list() if origin is tuple:
            return tuple(_read(arguments[0], part) for part in value)
        case origin, dict() if origin is dict:
            return {str(name): _read(arguments[1], part) for name, part in value.items()}
    raise Nonsense


def _read_time(shape: type[date], value: object) -> date:
    if not isinstance(value, str):
        raise Nonsense
    try:
        return shape.fromisoformat(value)
    except ValueError as error:
        raise Nonsense from error
