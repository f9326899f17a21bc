"""Reading the audit log: how far it is sealed, and who looked at an organisation (审计查询)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Min

from gongxin.audit.models import Leaf, Looked, Pending, Row, SignedHead, Witnessed

KEPT = 2  # signs of a case number that are shown in front
COVER = "＊"


@dataclass(frozen=True, slots=True)
class Look:
    """That a unit looked at an organisation: when, for what, in which case; never who of it."""

    at: datetime
    unit: str
    purpose: str
    matter: str
    case: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the log is sealed and witnessed; ``waiting_since`` is of the oldest unsealed deed."""

    unsealed: int
    waiting_since: datetime | None
    unsealed_seconds: int
    size: int
    witnessed: dict[str, int]


def looks_at(uscc: str, since: datetime) -> tuple[Look, ...]:
    """Return who looked at an organisation since an instant, the newest first (查询留痕).

    Checks and reads of what is not public; not what was denied, and not what law has erased. Only
    a transaction that acts for the organisation sees any (``accounts.acting``).
    """
    found = Looked.objects.filter(object=uscc, at__gte=since).order_by("-at", "-id")
    return tuple(
        Look(row.at, row.unit, row.purpose, row.matter, covered(row.case_no)) for row in found
    )


def covered(case: str) -> str:
    """Return a case number of which the first signs and the length alone are seen (案号脱敏).

    >>> covered("案〔2026〕12号")
    '案〔＊＊＊＊＊＊＊＊'
    """
    return case[:KEPT] + COVER * (len(case) - KEPT) if len(case) > KEPT else COVER * len(case)


def standing() -> Standing:
    """Tell how far the log is sealed, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), min(at),
                      coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(at))), 0)::int
               FROM audit_pending"""
        )
        unsealed, since, seconds = cursor.fetchone()
        cursor.execute("SELECT witness, max(size) FROM audit_witnessed GROUP BY witness")
        witnessed = dict(cursor.fetchall())
    last = Leaf.objects.order_by("-index").first()
    return Standing(unsealed, since, seconds, last.index + 1 if last else 0, witnessed)


def last_object(action: str) -> str | None:
    """Return what the last deed of an action was done to, None if there was none."""
    found = Row.objects.filter(action=action).order_by("-id")
    last: str | None = found.values_list("object", flat=True).first()
    return last


def waiting_since() -> datetime | None:
    """Return when the oldest deed that is not sealed was recorded, None if all are."""
    oldest: datetime | None = Pending.objects.aggregate(oldest=Min("at"))["oldest"]
    return oldest


def unwitnessed_since(names: Sequence[str]) -> datetime | None:
    """Return when the oldest head that no witness of these names took was signed."""
    seen = Witnessed.objects.filter(witness__in=list(names)).order_by("-size").first()
    heads = SignedHead.objects.filter(size__gt=seen.size if seen else 0)
    oldest: datetime | None = heads.aggregate(oldest=Min("at"))["oldest"]
    return oldest


def taken(name: str) -> int:
    """Return the size of the last head that a witness took, as the database has it."""
    last = Witnessed.objects.filter(witness=name).order_by("-size").first()
    return last.size if last else 0
