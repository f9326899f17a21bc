"""What belongs to the place: units, the calendar, where pushes may go (单位, 工作日, 推送范围)."""

from collections.abc import Iterator
from itertools import pairwise

from gongxin.core import destinations, periods, regions, uscc
from gongxin.core.clauses import Supply, Unit
from gongxin.law.lints.findings import Found, under
from gongxin.law.release import Content

LAST_PORT = 65_535
METHODS = ("manual", "system")
LONGEST = 366  # days after a period in which it may be handed in


def lint_units(content: Content) -> Found:
    """A unit has a valid code and region; the tree above it and its history name known units."""
    known = {unit.uscc for unit in content.units}
    for unit in content.units:
        key = ("units", unit.uscc)
        yield from under(key, _faults(unit, known, content.units))
        yield from under(key, _history(unit))
    for right in content.hand_in:
        key = ("hand_in", right.unit)
        if right.unit not in known:
            yield key, f"{right.unit} is no unit of the packs"
        unknown = sorted(set(right.items) - {item.item for item in content.items})
        yield from under(key, (f"there is no item {item}" for item in unknown))


def lint_supplies(content: Content) -> Found:
    """What is handed in regularly is of a unit that may, of organisations, and due some day."""
    rights = {right.unit: right.items for right in content.hand_in}
    items = {item.item: item for item in content.items}
    for supply in content.supplies:
        key, item = ("supplies", supply.supply), items.get(supply.item)
        if item is None:
            yield key, f"there is no item {supply.item}"
        elif "organisation" not in item.subjects:
            yield (
                key,
                f"{supply.item} is not about organisations: nobody hands in persons regularly",
            )
        allowed = rights.get(supply.unit)
        if allowed is None or (len(allowed) > 0 and supply.item not in allowed):
            yield key, f"{supply.unit} may not hand in {supply.item}"
        yield from under(key, _supply_faults(supply))


def _supply_faults(supply: Supply) -> Iterator[str]:
    if supply.method not in METHODS:
        yield f"method must be one of {', '.join(METHODS)}"
    if supply.cycle not in periods.MONTHS:
        yield f"cycle must be one of {', '.join(periods.MONTHS)}"
    if not 1 <= supply.due_days <= LONGEST:
        yield f"due_days must be from 1 to {LONGEST}"
    if len(supply.cite) == 0 and not supply.illustrative:
        yield "name the document that sets the day (cite), or say illustrative"


def _faults(unit: Unit, known: set[str], units: tuple[Unit, ...]) -> Iterator[str]:
    if not uscc.is_valid(unit.uscc):
        yield f"{unit.name}: {unit.uscc} is not a valid code"
    if unit.region != "" and not regions.is_region(unit.region):
        yield f"{unit.name}: {unit.region} is no region code"
    for name, other in (("parent", unit.parent), ("successor", unit.successor)):
        if other != "" and other not in known:
            yield f"{unit.name}: its {name} {other} is no unit of the packs"
    if unit.successor != "" and unit.valid_until is None:
        yield f"{unit.name}: it has a successor and no last day"
    if _is_above_itself(unit, {other.uscc: other.parent for other in units}):
        yield f"{unit.name}: it stands above itself"


def _is_above_itself(unit: Unit, parents: dict[str, str]) -> bool:
    above, seen = unit.parent, set[str]()
    while above != "" and above not in seen:
        if above == unit.uscc:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _history(unit: Unit) -> Iterator[str]:
    for former in unit.former:
        if former.uscc != "" and not uscc.is_valid(former.uscc):
            yield f"{former.name}: {former.uscc} is not a valid code"
        if former.valid_from is not None and former.valid_from > former.valid_until:
            yield f"{former.name}: it ended before it began"


def lint_calendar(content: Content) -> Found:
    """Published years follow each other, and no day is both off and worked."""
    published = sorted((y for y in content.calendar if len(y.holidays) > 0), key=lambda y: y.year)
    for earlier, later in pairwise(published):
        if later.year != earlier.year + 1:
            yield ("calendar", str(later.year)), f"the years after {earlier.year} are missing"
    holidays = {day for year in published for day in year.holidays}
    for year in content.calendar:
        both = sorted(holidays.intersection(year.workdays))
        key = ("calendar", str(year.year))
        yield from under(key, (f"{day} is both a holiday and a working day" for day in both))


def lint_site(content: Content) -> Found:
    """Pushes may reach private networks that are named, never the machine, its link or all."""
    for site in content.site:
        key = ("site", site.place)
        for network in site.push.networks:
            if not destinations.may_be_opened(network):
                yield key, f"push.networks: {network} is no private network that may be opened"
        for port in site.push.ports:
            if not 1 <= port <= LAST_PORT:
                yield key, f"push.ports: {port} is no port"
