"""Registering and finding units (单位)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongxin.accounts.models import Unit
from gongxin.core import clauses
from gongxin.core.documents import normalise_name


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A registered unit."""

    uscc: str
    name: str
    name_key: str
    member: bool
    vertical: bool


def register(units: Iterable[clauses.Unit]) -> int:
    """Register the units of a release or bring their names up to date; return how many."""
    rows = [
        Unit(
            uscc=u.uscc,
            name=u.name,
            name_key=normalise_name(u.name),
            region=u.region,
            member=u.member,
            vertical=u.vertical,
        )
        for u in units
    ]
    Unit.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["uscc"],
        update_fields=["name", "name_key", "region", "member", "vertical"],
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
