"""The register of client systems by level, department and region, and who is connected (接入台账).

Level, department and region are those of the client's unit, which the platform holds already:
nobody types them a second time, and they are never out of date.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gongxin.accounts import client_use
from gongxin.accounts.client_queries import without_access
from gongxin.accounts.clients import Client
from gongxin.accounts.models import HandInRight, Unit
from gongxin.core import regions

SPAN = timedelta(days=30)  # of the calls and refusals that are told


@dataclass(frozen=True, slots=True)
class RegisteredSystem:
    """A client system with where it stands and what it used; never its secret.

    ``level`` is nation, province, city or county, empty where the unit has no region; ``calls`` and
    ``refused`` are of 30 days, ``asked_today`` is what is used of ``quota``. ``connected``: it has
    its access today.
    """

    client_id: str
    name: str
    unit: str
    unit_name: str
    level: str
    region: str
    connected: bool
    quota: int
    asked_today: int
    calls: int
    refused: int
    last_call_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many units and systems of theirs are connected under a level, department or region."""

    key: str
    name: str
    units: int
    systems: int


@dataclass(frozen=True, slots=True)
class Share:
    """Of the departments that may hand in some item those whose systems are connected (共享率).

    ``level`` is empty for all levels. The share is ``connected`` to ``departments``.
    """

    level: str
    connected: int
    departments: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The register counted, each list ordered by its key."""

    levels: tuple[Count, ...]
    departments: tuple[Count, ...]
    regions: tuple[Count, ...]


def register(*, today: date) -> list[RegisteredSystem]:
    """Return all client systems, ordered by unit and name."""
    units = {unit.uscc: unit for unit in Unit.objects.all()}
    used = client_use.use(first=today - SPAN, today=today)
    closed = set(without_access(today).values_list("client_id", flat=True))
    return [
        _row(client, units.get(client.unit), used, connected=client.client_id not in closed)
        for client in Client.objects.order_by("unit", "name", "client_id")
    ]


def counted(systems: Sequence[RegisteredSystem]) -> Counts:
    """Count the systems that are connected by level, department and region."""
    return Counts(
        levels=_counted(systems, lambda one: (one.level, one.level)),
        departments=_counted(systems, lambda one: (one.unit, one.unit_name)),
        regions=_counted(systems, lambda one: (one.region, one.region)),
    )


def shares(
    systems: Sequence[RegisteredSystem],
    *,
    today: date,
    pulled: Collection[str] = (),
    shown: Callable[[str, str], bool] = lambda _unit, _region: True,
) -> list[Share]:
    """Return the share of departments that are connected: of all, then of each level.

    Departments are the units in force that may hand in an item of the catalog. ``pulled`` are the
    units whose platform we take pages from: they are connected as well. ``shown`` tells of a unit
    and its region whether who asks sees it.
    """
    connected = {one.unit for one in systems if one.connected} | set(pulled)
    may = set(HandInRight.objects.values_list("unit", flat=True))
    found: dict[str, set[str]] = defaultdict(set)
    for unit in Unit.objects.filter(uscc__in=may):
        in_force = unit.valid_until is None or unit.valid_until >= today
        if in_force and shown(unit.uscc, unit.region):
            found[""].add(unit.uscc)
            found[_level(unit.region)].add(unit.uscc)
    return [
        Share(level, len(found[level] & connected), len(found[level])) for level in sorted(found)
    ]


def _row(
    client: Client,
    unit: Unit | None,
    used: client_use.Uses,
    *,
    connected: bool,
) -> RegisteredSystem:
    use = used.get(client.client_id, client_use.NONE)
    region = unit.region if unit else ""
    return RegisteredSystem(
        client_id=client.client_id,
        name=client.name,
        unit=client.unit,
        unit_name=unit.name if unit else "",
        level=_level(region),
        region=region,
        connected=connected,
        quota=client.quota,
        asked_today=use.asked_today,
        calls=use.calls,
        refused=use.refused,
        last_call_at=use.last_at,
    )


def _level(region: str) -> str:
    return regions.level_of(region).value if regions.is_region(region) else ""


def _counted(
    systems: Sequence[RegisteredSystem], key: Callable[[RegisteredSystem], tuple[str, str]]
) -> tuple[Count, ...]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in systems:
        if one.connected:
            groups[key(one)].append(one.unit)
    return tuple(
        Count(code, name, len(set(units)), len(units))
        for (code, name), units in sorted(groups.items())
    )
