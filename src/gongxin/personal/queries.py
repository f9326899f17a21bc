"""What a person sees of their own consents: each, how it stands, and who used it when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gongxin.personal.models import Grant, Use
from gongxin.personal.sealing import Proven

State = Literal["granted", "withdrawn", "expired", "exhausted"]


@dataclass(frozen=True, slots=True)
class Used:
    """A use of a consent."""

    at: datetime
    items: tuple[str, ...]
    n_records: int


@dataclass(frozen=True, slots=True)
class Given:
    """A consent as the person sees it, with every use, oldest first."""

    id: str
    client: str
    purpose: str
    items: tuple[str, ...]
    until: datetime
    state: State
    used: tuple[Used, ...]


def given(who: Proven, *, at: datetime) -> tuple[Given, ...]:
    """Return the consents of a person who is logged in by real name, oldest first."""
    rows = Grant.objects.filter(person=who.person).exclude(person="").order_by("granted_at", "id")
    return tuple(_given(row, at) for row in rows)


def _given(row: Grant, at: datetime) -> Given:
    uses = Use.objects.filter(grant=row).order_by("id")
    return Given(
        row.id,
        row.client,
        row.purpose,
        tuple(row.items),
        row.until,
        _state(row, at),
        tuple(Used(one.at, tuple(one.items), one.n_records) for one in uses),
    )


def _state(row: Grant, at: datetime) -> State:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if at >= row.until:
        return "expired"
    return "exhausted" if row.used >= row.uses else "granted"
