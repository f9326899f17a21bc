"""Readers of client systems: who calls, and which there are (接入系统查询)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from oauth2_provider.models import get_access_token_model

from gongxin.accounts.clients import Client
from gongxin.accounts.policy import Actor, Role, Scope

PREFIX = "client:"  # in the audit log, before a client's id


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that showed a valid token; as it stands now, not as when the token was issued."""

    client_id: str
    actor: Actor
    scopes: frozenset[str]
    quota: int
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
    disabled: bool


def caller(token: str, *, at: datetime) -> Caller | None:
    """Return who shows the token at an instant, with one query; None if it is good for nothing.

    Tokens are found by their checksum: the token itself is stored nowhere (RFC 9700).
    """
    checksum = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
    found = (
        get_access_token_model()
        .objects.select_related("application")
        .filter(token_checksum=checksum, expires__gt=at, application__disabled=False)
        .first()
    )
    if found is None:
        return None
    client: Client = found.application
    return Caller(
        client_id=client.client_id,
        actor=_actor(client),
        scopes=frozenset(found.scope.split()),
        quota=client.quota,
        verify_key=client.verify_key,
    )


def client_actor(token: str, *, at: datetime) -> Actor | None:
    """Return the actor of a token at an instant, None if the token is good for nothing."""
    found = caller(token, at=at)
    return found.actor if found is not None else None


def _actor(client: Client) -> Actor:
    return Actor(
        name=f"{PREFIX}{client.client_id}",
        unit=client.unit,
        roles=frozenset(Role(role) for role in client.roles),
        scope=Scope(_limit(client.purposes), _limit(client.matters), _limit(client.items)),
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
            disabled=client.disabled,
        )
        for client in Client.objects.order_by("unit", "name", "client_id")
    ]


def _listed(names: list[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
