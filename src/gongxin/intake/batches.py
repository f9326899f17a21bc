"""Batches afterwards: how one stands, and rows that nobody will send again (批次查询、退回销号)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from gongxin.audit import actions
from gongxin.core import privacy
from gongxin.core.audit import By, Deed
from gongxin.core.errors import CreditError
from gongxin.core.validation import ERROR
from gongxin.intake.models import Batch, FindingRow, Reject
from gongxin.intake.rejecting import CANCELLED, number

LONGEST_REASON = 500


class UnknownBatch(CreditError):
    """There is no such batch."""

    code = "intake.unknown_batch"


class NotOpen(CreditError):
    """Rows that were to be cancelled are not open; nothing was cancelled."""

    code = "intake.not_open"


class NoReason(CreditError):
    """What is taken back needs a reason in words; nothing was done."""

    code = "intake.no_reason"


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault and on how many rows of the batch it stands."""

    code: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row that waits to be put right: its number, and its faults under the sender's headers."""

    row: int
    number: str
    findings: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands: its receipt, its faults, and what became of its rejected rows.

    ``rejects`` counts rows by outcome; ``open`` are those that wait to be put right.
    """

    batch: str
    receipt: Mapping[str, object]
    faults: tuple[Fault, ...]
    rejects: Mapping[str, int]
    revoked_at: datetime | None
    revoked_why: str


def found(batch: str) -> Batch:
    """Return a batch.

    Raises:
        UnknownBatch: there is none.
    """
    one = Batch.objects.filter(id=batch.strip().upper()).first()
    if one is None:
        message = f"there is no batch {privacy.mask(batch)}; its number stands on the receipt"
        raise UnknownBatch(message)
    return one


def standing(batch: str) -> Standing:
    """Return how a batch stands.

    Raises:
        UnknownBatch: there is none.
    """
    one = found(batch)
    faults = (
        FindingRow.objects.filter(batch=one, level=ERROR)
        .values_list("code", "column")
        .annotate(rows=Count("row", distinct=True))
        .order_by("-rows", "code", "column")
    )
    outcomes = Reject.objects.filter(batch=one).values_list("outcome").annotate(Count("id"))
    return Standing(
        batch=one.id,
        receipt=one.receipt,
        faults=tuple(Fault(*fault) for fault in faults),
        rejects={outcome or "open": rows for outcome, rows in sorted(outcomes)},
        revoked_at=one.revoked_at,
        revoked_why=one.revoked_why,
    )


def reason_of(text: str) -> str:
    """Return a reason as it is kept: cut, without what names a person.

    Raises:
        NoReason: there are no words.
    """
    kept = privacy.mask(" ".join(text.split()))[:LONGEST_REASON]
    if not kept:
        message = "say why; the reason stands beside what is taken back"
        raise NoReason(message)
    return kept


@transaction.atomic
def cancel(batch: str, rows: Iterable[int], *, reason: str, by: By) -> int:
    """Close rejected rows that will not be sent again (销号); return how many.

    Raises:
        UnknownBatch, NoReason: as they say.
        NotOpen: a row is not open: it was taken, is answered or was never there.
    """
    one, why, wanted = found(batch), reason_of(reason), set(rows)
    waiting = Reject.objects.select_for_update().filter(batch=one, row__in=wanted, outcome="")
    missing = wanted - set(waiting.values_list("row", flat=True))
    if missing or not wanted:
        shown = ", ".join(str(row) for row in sorted(missing)) or "no row was named"
        message = f"not open in {one.id}: {shown}; gongxin batch errors {one.id} lists what is"
        raise NotOpen(message)
    closed = waiting.update(
        outcome=CANCELLED, reason=why, actor=by.actor, closed_at=by.at, cells=[]
    )
    rows_said = ",".join(str(row) for row in sorted(wanted))
    details = {"rows": rows_said[:LONGEST_REASON], "reason": why}
    actions.record(
        Deed(by.at, by.actor, "batch.cancel", one.id, on_behalf=one.unit, details=details)
    )
    return closed


def open_rows(batch: str) -> tuple[OpenRow, ...]:
    """Return the open rows of a batch with their faults, in their order.

    Raises:
        UnknownBatch: there is none.
    """
    one = found(batch)
    names = {field: one.header[place] for field, place in one.columns.items()}
    faults: dict[int, list[Mapping[str, str]]] = defaultdict(list)
    findings = FindingRow.objects.filter(batch=one, level=ERROR).order_by("id")
    for row, column, code, message in findings.values_list("row", "column", "code", "message"):
        header = names.get(column, column)
        said = {"column": column, "header": header, "code": code, "message": message}
        faults[row].append(said)
    waiting = Reject.objects.filter(batch=one, outcome="").order_by("row")
    rows = waiting.values_list("row", flat=True)
    return tuple(OpenRow(row, number(one.id, row), tuple(faults[row])) for row in rows)
