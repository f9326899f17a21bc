"""What operations take and give; nothing is taken that is not named here (接口数据结构)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from gongxin.core import privacy, uscc
from gongxin.core.citation import Citation, Label

MOST = 200
BATCH_MOST = 1_000
REPAIR = "/guide/repair"
OBJECTION = "/guide/objection"


def no_person(text: str) -> str:
    """Refuse a text with a person's number; the number is not repeated."""
    if privacy.holds_person_number(text) or uscc.is_person_number(text):
        kind, message = "person_number", "holds a person's number: leave it out"
        raise PydanticCustomError(kind, message)
    return text


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        kind, message = "not_printable", "blanks at an end, or signs that nobody sees"
        raise PydanticCustomError(kind, message)
    return text


Named = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern="^[a-z0-9-]+$", description="A code of the catalog"),
    AfterValidator(no_person),
]
Code = Annotated[
    str,
    Field(min_length=1, max_length=40, description="Unified social credit code 统一社会信用代码"),
]
CaseNo = Annotated[
    str,
    Field(min_length=1, max_length=100, description="Number of the case 案件或办件编号"),
    AfterValidator(_printable),
    AfterValidator(no_person),
]
Officer = Annotated[
    str,
    Field(
        max_length=40,
        pattern="^[A-Za-z0-9._-]*$",
        description="Staff number, within the unit, of whoever asks; never a person's number",
    ),
    AfterValidator(no_person),
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    matter: Named
    purpose: Named
    case_no: CaseNo
    officer: Officer = ""


class CheckIn(_Asked):
    """A credit check of one organisation: for which matter, purpose and case."""

    uscc: Code


class BatchIn(_Asked):
    """Credit checks of several organisations for one matter, purpose and case."""

    organisations: Annotated[list[Code], Field(min_length=1, max_length=BATCH_MOST)]


class JobIn(_Asked):
    """Credit checks of a file of organisations for one matter, purpose and case."""


class RangeIn(_Asked):
    """A check of all organisations whose code's hash begins so: nobody learns which is wanted."""

    prefix: Annotated[
        str,
        Field(
            max_length=4,
            pattern="^[0-9a-f]*$",
            description="The first signs of SHA-256 over the code, in hexadecimal",
        ),
    ]


class OutcomeIn(BaseModel):
    """What became of a case 办理结果: a worse outcome has a measure or is not for credit."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    outcome: Literal["priority", "normal", "strict", "refused", "watched"]
    measure: Annotated[
        str,
        Field(max_length=64, pattern="^[a-z0-9-]*$", description="Code of a measure of the answer"),
    ] = ""
    not_for_credit: bool = False
    reason: Annotated[
        str, Field(max_length=500), AfterValidator(_printable), AfterValidator(no_person)
    ] = ""


@dataclass(frozen=True, slots=True)
class OutcomeOut:
    """The outcome that counts for a check now."""

    check_no: str
    outcome: str


class FaultOut(BaseModel):
    """One fault: where it is (RFC 6901), a stable code, and what is wrong."""

    model_config = ConfigDict(extra="forbid")

    pointer: str
    code: str
    detail: str


class ProblemOut(BaseModel):
    """Why a request was not answered (RFC 9457); ``type`` is the member to branch on."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultOut]
    trace_id: str


class TokenOut(BaseModel):
    """A bearer token (RFC 6749, 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


@dataclass(frozen=True, slots=True)
class FieldOut:
    """One field of a record as it is public."""

    identify: str
    name: Label
    value: str


@dataclass(frozen=True, slots=True)
class RecordOut:
    """One public record: its source, its law, until when it shows, how it is put right."""

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
    fields: tuple[FieldOut, ...]
    how_to_repair: str = REPAIR
    how_to_object: str = OBJECTION


@dataclass(frozen=True, slots=True)
class RecordsOut:
    """A part of an organisation's public records; ``next`` is the cursor of the part after it."""

    items: tuple[RecordOut, ...]
    next: str | None
    as_of: date


@dataclass(frozen=True, slots=True)
class OtherCodeOut:
    """A number of the organisation in another register, and the day it was first seen."""

    kind: str
    code: str
    seen_on: date


@dataclass(frozen=True, slots=True)
class SubjectOut:
    """The public archive of an organisation; ``counts`` has every section, also empty ones."""

    uscc: str
    name: str
    former_names: tuple[str, ...]
    other_codes: tuple[OtherCodeOut, ...]
    kind: str
    form: str
    counts: dict[str, int]
    records: str
    as_of: date
    head: int
    release: str


@dataclass(frozen=True, slots=True)
class ItemOut:
    """A kind of information that exists: who reports it, by when, on what law."""

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
class CatalogOut:
    """A part of the catalog, and what checks may be asked for."""

    items: tuple[ItemOut, ...]
    next: str | None
    matters: dict[str, Label]
    purposes: dict[str, Label]
    as_of: date
    release: str


@dataclass(frozen=True, slots=True)
class ChangeOut:
    """A record that is ``public`` now, or is to be ``removed``; read its archive for the facts.

    From the day after ``public_until`` on a record is to be removed without being told.
    """

    revision: int
    change: str
    uscc: str
    record_id: str
    item: str
    public_until: date | None


@dataclass(frozen=True, slots=True)
class ChangesOut:
    """A part of the feed; go on with ``next``, at once if there is ``more``."""

    items: tuple[ChangeOut, ...]
    next: str
    more: bool
    as_of: date
