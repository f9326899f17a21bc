"""What units hand in regularly, and which of it is missing (供数情况, 2-40).

A batch that came after a period's last day and of which some row was good is that period's; one
that repeats what is known says that nothing is new. What is missing is the unit's affair and the
centre's: it counts against no organisation.
"""

from dataclasses import dataclass
from datetime import date

from gongxin.accounts.models import Unit
from gongxin.core import periods
from gongxin.core.citation import Label
from gongxin.core.clauses import Supply
from gongxin.core.dates import CHINA
from gongxin.intake.models import Source
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """A supply on a day: the last period that was due, and the next that is.

    ``missing``: nothing good came after that period's last day. ``taken_on`` is when something good
    last came, None if never.
    """

    supply: str
    unit: str
    unit_name: str
    region: str
    item: str
    item_name: Label
    method: str
    illustrative: bool
    period_first: date
    period_last: date
    due_on: date
    taken_on: date | None
    missing: bool
    next_due_on: date


def supplies(*, release: Release, today: date) -> list[SupplyRow]:
    """Return every supply of the release whose unit is in force, by unit and item."""
    units = {unit.uscc: unit for unit in Unit.objects.all() if _in_force(unit, today)}
    taken = {
        (unit, item): at.astimezone(CHINA).date()
        for unit, item, at in Source.objects.values_list("unit", "item", "taken_at")
        if at is not None
    }
    rows = [
        _row(one, units[one.unit], release, taken.get((one.unit, one.item)), today)
        for one in release.content.supplies
        if one.unit in units
    ]
    return sorted(rows, key=lambda row: (row.unit, row.item, row.supply))


def missing(*, release: Release, today: date) -> list[SupplyRow]:
    """Return the supplies that were due and did not come, the longest overdue first (缺报清单)."""
    found = [row for row in supplies(release=release, today=today) if row.missing]
    return sorted(found, key=lambda row: (row.due_on, row.unit, row.item))


def _in_force(unit: Unit, today: date) -> bool:
    return unit.valid_until is None or unit.valid_until >= today


def _row(
    one: Supply, unit: Unit, release: Release, taken_on: date | None, today: date
) -> SupplyRow:
    period = periods.last_due(one.cycle, one.due_days, today=today)
    return SupplyRow(
        supply=one.supply,
        unit=one.unit,
        unit_name=unit.name,
        region=unit.region,
        item=one.item,
        item_name=release.items[one.item].name,
        method=one.method,
        illustrative=one.illustrative,
        period_first=period.first,
        period_last=period.last,
        due_on=period.due_on,
        taken_on=taken_on,
        missing=taken_on is None or taken_on <= period.last,
        next_due_on=periods.following(period, one.cycle, one.due_days).due_on,
    )
