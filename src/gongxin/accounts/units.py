"""Registering and finding units, their tree and their history (单位, 机构沿革)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from gongxin.accounts.models import FormerUnit, Unit
from gongxin.core import clauses, regions
from gongxin.core.documents import normalise_name
from gongxin.core.regions import Level

_FIELDS = ("name", "name_key", "region", "member", "vertical", "parent", "valid_until", "successor")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A registered unit."""

    uscc: str
    name: str
    name_key: str
    member: bool
    vertical: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit as it stood on a day: its name of that day, and who follows it (机构沿革).

    ``successor`` is the code of the unit that its tasks went to, if it had ended by the day.
    """

    code: str
    name: str
    in_force: bool
    successor: str


@transaction.atomic
def register(units: Iterable[clauses.Unit]) -> int:
    """Register the units of a release or bring them up to date; return how many."""
    given = list(units)
    rows = [
        Unit(
            uscc=u.uscc,
            name=u.name,
            name_key=normalise_name(u.name),
            region=u.region,
            member=u.member,
            vertical=u.vertical,
            parent=u.parent,
            valid_until=u.valid_until,
            successor=u.successor,
        )
        for u in given
    ]
    Unit.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["uscc"], update_fields=_FIELDS
    )
    FormerUnit.objects.filter(unit__in=[unit.uscc for unit in given]).delete()
    FormerUnit.objects.bulk_create(
        FormerUnit(
            unit_id=unit.uscc,
            uscc=former.uscc or unit.uscc,
            name=former.name,
            name_key=normalise_name(former.name),
            valid_from=former.valid_from,
            valid_until=former.valid_until,
        )
        for unit in given
        for former in unit.former
    )
    return len(rows)


def registered() -> list[UnitRow]:
    """Return all units, ordered by code."""
    found = Unit.objects.order_by("uscc").values_list(
        "uscc", "name", "name_key", "member", "vertical"
    )
    return [UnitRow(*row) for row in found]


def names() -> Mapping[str, str]:
    """Return the name of each unit by its code."""
    return {unit.uscc: unit.name for unit in registered()}


@dataclass(frozen=True, slots=True)
class NamesByDay:
    """The names of all units through time, read once."""

    names: Mapping[str, str]
    former: Mapping[str, tuple[tuple[date, date, str], ...]]  # by code: first day, last day, name

    def on(self, code: str, day: date) -> str:
        """Return the name that a code had on a day; empty if it names no unit.

        A record keeps the unit of its day: a later name never stands on an older act.
        """
        was = self.former.get(code, ())
        return next((name for a, z, name in was if a <= day <= z), self.names.get(code, ""))


def names_by_day() -> NamesByDay:
    """Return the names of all units through time, with former codes; one query."""
    former: dict[str, list[tuple[date, date, str]]] = {}
    now: dict[str, str] = {}
    old_names: dict[str, str] = {}
    rows = Unit.objects.order_by("formerunit__valid_until", "formerunit__id").values_list(
        "uscc",
        "name",
        "formerunit__uscc",
        "formerunit__name",
        "formerunit__valid_from",
        "formerunit__valid_until",
    )
    for uscc, name, code, old, first, last in rows:
        now[uscc] = name
        if code is not None:
            former.setdefault(code, []).append((first or date.min, last, old))
            old_names[code] = old  # a former code keeps its last name
    return NamesByDay(old_names | now, {code: tuple(spans) for code, spans in former.items()})


def standing_on(code: str, day: date) -> Standing | None:
    """Return how the unit of a code, today's or a former one, stood on a day; None for no unit."""
    unit = Unit.objects.filter(uscc=code).first()
    last = FormerUnit.objects.filter(uscc=code).order_by("valid_until", "id").last()
    name = names_by_day().on(code, day)
    if unit is not None:
        ended = unit.valid_until is not None and unit.valid_until < day
        return Standing(code, name, not ended, unit.successor if ended else "")
    if last is None:
        return None
    ended = last.valid_until < day
    return Standing(code, name, not ended, last.unit_id if ended else "")


def level(code: str) -> Level | None:
    """Return where a registered unit stands in the tree; None where its region is not known.

    A unit below another one of the same region is a department of it.
    """
    unit = Unit.objects.filter(uscc=code).first()
    if unit is None or unit.region == "":
        return None
    if Unit.objects.filter(uscc=unit.parent, region=unit.region).exists():
        return Level.DEPARTMENT
    return regions.level_of(unit.region)


def region_of(code: str) -> str:
    """Return the region of a registered unit; empty if there is none or it is not known."""
    found = Unit.objects.filter(uscc=code).values_list("region", flat=True).first()
    return found or ""


def all_regions() -> Mapping[str, str]:
    """Return the region of each registered unit by its code; empty where it is not known."""
    return dict(Unit.objects.order_by("uscc").values_list("uscc", "region"))


def below(code: str) -> list[str]:
    """Return the codes of all units below one in the tree, itself left out, ordered by code."""
    children: dict[str, list[str]] = {}
    for uscc, parent in Unit.objects.exclude(parent="").values_list("uscc", "parent"):
        children.setdefault(parent, []).append(uscc)
    found, waiting = set[str](), [code]
    while waiting:
        fresh = set(children.get(waiting.pop(), ())) - found
        found |= fresh
        waiting.extend(fresh)
    return sorted(found - {code})
