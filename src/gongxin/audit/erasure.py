"""Lawful erasure: what a row says goes, its leaf and the fact stay (依法删除).

Personal Information Protection Law, article 47: what has no basis any more is deleted. Two people
and a named basis, because an erasure is the one change that the log allows.
"""

from dataclasses import dataclass

from django.db import transaction

from gongxin.audit import actions
from gongxin.audit.models import Leaf, Row
from gongxin.core.audit import ERASED, By, Deed
from gongxin.core.errors import CreditError


class EraseRefused(CreditError):
    """A row of the audit log may not be erased in this way; nothing was changed."""

    code = "audit.erase_refused"


@dataclass(frozen=True, slots=True)
class Erasure:
    """Which row goes, on which basis (law and article, or case number), and who agreed to it."""

    row: int
    basis: str
    second: str


@transaction.atomic
def erase(erasure: Erasure, *, by: By) -> str:
    """Take content and salt from a sealed row, record that, and return the receipt.

    Raises:
        EraseRefused: no basis, not two people, no such row, not sealed yet, erased already, or
            the row of an erasure.
    """
    basis, second = erasure.basis.strip(), erasure.second.strip()
    if not basis:
        raise _refused(erasure, "name the law and article, or the decision, that it rests on")
    if not by.actor or not second or second == by.actor:
        raise _refused(erasure, "two different people agree to an erasure")
    row = Row.objects.select_for_update().filter(id=erasure.row).first()
    if row is None or row.content is None:
        raise _refused(erasure, "there is no such row, or it was erased already")
    if row.action == ERASED:
        raise _refused(erasure, "who erased what is never erased")
    if not Leaf.objects.filter(row_id=row.id).exists():
        raise _refused(erasure, "it is not sealed yet; try again in a minute")
    details = {"basis": basis, "second": second}
    receipt = actions.record(Deed(by.at, by.actor, ERASED, str(row.id), details=details))
    Row.objects.filter(id=row.id).update(content=None, salt=None)
    return receipt


def _refused(erasure: Erasure, why: str) -> EraseRefused:
    return EraseRefused(f"row {erasure.row} stays: {why}", row=erasure.row)
