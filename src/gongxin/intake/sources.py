"""How each source stands: when it last reported, how much was taken, refused, late (信源情况)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from gongxin.accounts.models import HandInRight, Unit
from gongxin.core.dates import CHINA
from gongxin.intake.models import Source


@dataclass(frozen=True, slots=True)
class SourceItem:
    """What a unit reported of an item; ``late`` counts rows after the item's deadline."""

    item: str
    last_on: date
    batches: int
    rows: int
    accepted: int
    refused: int
    late: int


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A unit that may report or did, with the sums of its items.

    ``silent_days`` counts the days since its last report, None if it never reported. Silence is no
    fault: who decides nothing reports nothing.
    """

    unit: str
    name: str
    region: str
    may_report: bool
    last_on: date | None
    silent_days: int | None
    rows: int
    accepted: int
    refused: int
    late: int
    items: tuple[SourceItem, ...]


def sources(*, today: date) -> list[SourceRow]:
    """Return every unit that may report today or ever did, ordered by code."""
    rights = set(HandInRight.objects.values_list("unit", flat=True))
    reported: dict[str, list[SourceItem]] = defaultdict(list)
    for row in Source.objects.order_by("unit", "item"):
        reported[row.unit].append(_item(row))
    units = Unit.objects.filter(uscc__in=rights | set(reported)).order_by("uscc")
    return [
        _row(unit, tuple(reported.get(unit.uscc, ())), today, may_report=unit.uscc in rights)
        for unit in units
    ]


def _item(row: Source) -> SourceItem:
    return SourceItem(
        item=row.item,
        last_on=row.last_at.astimezone(CHINA).date(),
        batches=row.batches,
        rows=row.rows,
        accepted=row.accepted,
        refused=row.rejected,
        late=row.late,
    )


def _row(unit: Unit, items: tuple[SourceItem, ...], today: date, *, may_report: bool) -> SourceRow:
    last = max((one.last_on for one in items), default=None)
    in_force = unit.valid_until is None or unit.valid_until >= today
    return SourceRow(
        unit=unit.uscc,
        name=unit.name,
        region=unit.region,
        may_report=may_report and in_force,
        last_on=last,
        silent_days=None if last is None else max(0, (today - last).days),
        rows=sum(one.rows for one in items),
        accepted=sum(one.accepted for one in items),
        refused=sum(one.refused for one in items),
        late=sum(one.late for one in items),
        items=items,
    )
