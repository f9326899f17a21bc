"""Which unit may hand in whose records: the rights of a release (报送权限, SAFETY T19)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from gongxin.accounts import units
from gongxin.accounts.models import HandInRight
from gongxin.core import clauses
from gongxin.core.errors import CreditError

EVERY_ITEM = ""


class MayNotHandIn(CreditError):
    """A unit hands in records of an item that it has no right to hand in."""

    code = "accounts.may_not_hand_in"


@transaction.atomic
def register(rights: Iterable[clauses.HandIn]) -> int:
    """Put the rights of a release in the place of those before; return how many there are."""
    HandInRight.objects.all().delete()
    rows = [
        HandInRight(unit_id=right.unit, item=item)
        for right in rights
        for item in right.items or (EVERY_ITEM,)
    ]
    return len(HandInRight.objects.bulk_create(rows))


def may_hand_in(unit: str, item: str) -> bool:
    """Tell whether a unit may hand in records of an item; without a right it may not."""
    return HandInRight.objects.filter(unit=unit, item__in=(item, EVERY_ITEM)).exists()


def demand(unit: str, item: str, *, on: date) -> None:
    """Let pass only who may hand in the item on the day.

    Raises:
        MayNotHandIn: the unit has no right to the item, or was dissolved.
    """
    standing = units.standing_on(unit, on)
    if standing is not None and not standing.in_force:
        after = f"; its tasks went to {standing.successor}" if standing.successor else ""
        message = f"unit {unit} ({standing.name}) was dissolved and hands in nothing{after}"
        raise MayNotHandIn(message, unit=unit, item=item)
    if may_hand_in(unit, item):
        return
    message = (
        f"unit {unit} may not hand in {item}; send the file as the unit that may, or have the"
        " right added to hand_in in the pack's units file"
    )
    raise MayNotHandIn(message, unit=unit, item=item)
