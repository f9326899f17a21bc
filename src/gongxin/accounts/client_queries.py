"""Readers of client systems: who calls, and which there are (接入系统查询)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from oauth2_provider.models import get_access_token_model

from gongxin.accounts.clients import PERSONS, Client, may_have
from gongxin.accounts.models import Unit
from gongxin.accounts.policy import Actor, Role, Scope
from gongxin.core.dates import CHINA

# Plain SQL: every call begins with it, and the ORM would take half of a call's time. Its row is
# what ``caller_of`` reads; whoever counts calls does so in the same statement. A client whose unit
# was dissolved has no access: its authority ended with the unit.
CALLER = """
SELECT t.scope, c.quota, c.rate, c.verify_key, c.client_id, c.unit, c.roles,
    coalesce(c.purposes, 'null'), coalesce(c.matters, 'null'), coalesce(c.items, 'null'),
    u.region
FROM oauth2_provider_accesstoken t JOIN accounts_client c ON c.id = t.application_id
    LEFT JOIN accounts_unit u ON u.uscc = c.unit
WHERE t.token_checksum = %(checksum)s AND t.expires > %(at)s AND NOT c.disabled
    AND (u.valid_until IS NULL OR u.valid_until >= %(today)s)
"""
PREFIX = "client:"  # in the audit log, before a client's id


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that showed a valid token; as it stands now, not as when the token was issued."""

    client_id: str
    actor: Actor
    scopes: frozenset[str]
    quota: int
    rate: int
    verify_key: str


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A registered client system; never its secret."""

    client_id: str
    name: str
    unit: str
    roles: tuple[str, ...]
    purposes: tuple[str, ...] | None
    matters: tuple[str, ...] | None
    items: tuple[str, ...] | None
    quota: int
    rate: int
    disabled: bool


def caller(token: str, *, at: datetime) -> Caller | None:
    """Return who shows the token at an instant, with one query; None if it is good for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(CALLER, shown(token, at=at))
        found = cursor.fetchone()
    return caller_of(found) if found is not None else None


def shown(token: str, *, at: datetime) -> dict[str, str | date]:
    """Return the parameters of ``CALLER`` for a token.

    Tokens are found by their checksum: the token itself is stored nowhere (RFC 9700).
    """
    return {
        "checksum": hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest(),
        "at": at,
        "today": at.astimezone(CHINA).date(),
    }


def caller_of(row: Sequence[Any]) -> Caller:
    """Return the caller that a row of ``CALLER`` tells of."""
    scope, quota, rate, verify_key, client_id, unit, *limits, region = row
    return Caller(
        client_id=client_id,
        actor=_actor(client_id, unit, region or "", *map(json.loads, limits)),
        scopes=frozenset(scope.split()),
        quota=quota,
        rate=rate,
        verify_key=verify_key,
    )


def without_access(on: date) -> QuerySet[Client]:
    """Return the clients that may not call on a day: disabled, or of a unit that was dissolved."""
    dissolved = Unit.objects.filter(uscc=OuterRef("unit"), valid_until__lt=on)
    found: QuerySet[Client] = Client.objects.filter(Q(disabled=True) | Exists(dissolved))
    return found


def is_without_access(client_id: str, *, on: date) -> bool:
    """Tell whether a registered client may not call on a day."""
    return without_access(on).filter(client_id=client_id).exists()


def client_of(token: str) -> str:
    """Return the client that a token was issued to, whatever the token is good for; else empty."""
    checksum = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
    found = Client.objects.filter(
        id__in=get_access_token_model()
        .objects.filter(token_checksum=checksum)
        .values("application_id")
    )
    return found.values_list("client_id", flat=True).first() or ""


def items_of(client_id: str) -> frozenset[str] | None:
    """Return the record types that a client was given, None for every one; empty: no client."""
    found = Client.objects.filter(client_id=client_id).values_list("items", flat=True)
    return _limit(found[0]) if len(found) == 1 else frozenset()


def client_actor(token: str, *, at: datetime) -> Actor | None:
    """Return the actor of a token at an instant, None if the token is good for nothing."""
    found = caller(token, at=at)
    return found.actor if found is not None else None


def _actor(  # noqa: PLR0913, PLR0917 - as the row has it
    client_id: str,
    unit: str,
    region: str,
    roles: list[str],
    purposes: list[str] | None,
    matters: list[str] | None,
    items: list[str] | None,
) -> Actor:
    return Actor(
        name=f"{PREFIX}{client_id}",
        unit=unit,
        region=region,
        roles=frozenset(Role(role) for role in roles),
        scope=Scope(_limit(purposes), _limit(matters), _limit(items)),
    )


def _limit(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def registered() -> list[ClientRow]:
    """Return all clients, ordered by unit and name."""
    return [
        ClientRow(
            client_id=client.client_id,
            name=client.name,
            unit=client.unit,
            roles=tuple(client.roles),
            purposes=_listed(client.purposes),
            matters=_listed(client.matters),
            items=_listed(client.items),
            quota=client.quota,
            rate=client.rate,
            disabled=client.disabled,
        )
        for client in Client.objects.order_by("unit", "name", "client_id")
    ]


def for_persons() -> dict[str, str]:
    """Return the systems that a person may give a consent to: how the log names each, and words.

    Reads no more columns than the role of the process for persons may (ADR 0024).
    """
    units = dict(Unit.objects.values_list("uscc", "name"))
    rows = Client.objects.filter(disabled=False).values_list("client_id", "name", "unit", "roles")
    return {
        f"{PREFIX}{client_id}": f"{units.get(unit, unit)} · {name}"
        for client_id, name, unit, roles in rows.order_by("unit", "name", "client_id")
        if may_have(PERSONS, roles)
    }


def _listed(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
