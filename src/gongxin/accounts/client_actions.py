"""Writers of client systems: add, disable, give another secret; each is audited (接入系统管理)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from gongxin.accounts.client_queries import PREFIX
from gongxin.accounts.clients import Client
from gongxin.accounts.models import Unit
from gongxin.accounts.policy import ADMINISTRATORS, Role
from gongxin.audit import actions
from gongxin.core.audit import By, Deed
from gongxin.core.errors import CreditError

FOR_SYSTEMS = frozenset(Role) - ADMINISTRATORS - {Role.SUBJECT, Role.LEADER, Role.RELEASER}


class BadClient(CreditError):
    """A client cannot be registered in this way, or there is none of this id."""

    code = "accounts.bad_client"


@dataclass(frozen=True, slots=True)
class NewClient:
    """What a unit's system is to be; a limit that is None is everything of its roles."""

    name: str
    unit: str
    roles: tuple[str, ...]
    purposes: tuple[str, ...] | None = None
    matters: tuple[str, ...] | None = None
    items: tuple[str, ...] | None = None
    quota: int = 10_000
    rate: int = 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client logs in with; the secret is told once and stored nowhere."""

    client_id: str
    secret: str


@transaction.atomic
def add_client(new: NewClient, *, by: By) -> Credentials:
    """Register a unit's system.

    Raises:
        BadClient: no registered unit, no name, or a role that no system has.
    """
    _refuse(new)
    secret = generate_client_secret()
    client = Client.objects.create(
        name=new.name,
        unit=new.unit,
        roles=list(new.roles),
        purposes=_listed(new.purposes),
        matters=_listed(new.matters),
        items=_listed(new.items),
        quota=new.quota,
        rate=new.rate,
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )
    _record("add-client", client, by)
    return Credentials(client.client_id, secret)


@transaction.atomic
def disable_client(client_id: str, *, by: By) -> None:
    """Take a client its access: from the next call on none of its tokens is good.

    Raises:
        BadClient: there is none of this id.
    """
    client = _locked(client_id)
    client.disabled = True
    client.save(update_fields=["disabled", "updated"])
    _forget_tokens(client)
    _record("disable-client", client, by)


@transaction.atomic
def rotate_secret(client_id: str, *, by: By) -> Credentials:
    """Give a client another secret; the old one and all its tokens end.

    Raises:
        BadClient: there is none of this id.
    """
    client = _locked(client_id)
    secret = generate_client_secret()
    client.client_secret = secret
    client.save(update_fields=["client_secret", "updated"])
    _forget_tokens(client)
    _record("rotate-client", client, by)
    return Credentials(client_id, secret)


@transaction.atomic
def set_verify_key(client_id: str, pem: str, *, by: By) -> None:
    """Keep the public key with which the signatures of a client's calls are checked.

    Raises:
        BadClient: there is none of this id, or the text is no Ed25519 public key in PEM.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        message = "the file is no public key in PEM; a private key stays with its client"
        raise BadClient(message) from error
    if not isinstance(key, Ed25519PublicKey):
        message = "signatures are made with Ed25519: give a public key of it"
        raise BadClient(message)
    client = _locked(client_id)
    client.verify_key = pem
    client.save(update_fields=["verify_key", "updated"])
    _record("set-client-key", client, by)


def forget_expired(*, at: datetime) -> None:
    """Delete the tokens that ended before the instant."""
    get_access_token_model().objects.filter(expires__lte=at).delete()


def _refuse(new: NewClient) -> None:
    allowed = {role.value for role in FOR_SYSTEMS}
    if new.name.strip() == "":
        message = "a client has the name of its system"
        raise BadClient(message)
    if len(new.roles) == 0 or not set(new.roles) <= allowed:
        message = f"a client has one or more of these roles: {', '.join(sorted(allowed))}"
        raise BadClient(message)
    if not Unit.objects.filter(uscc=new.unit).exists():
        message = "a client acts for a registered unit; give its code"
        raise BadClient(message)


def _locked(client_id: str) -> Client:
    found = Client.objects.select_for_update().filter(client_id=client_id).first()
    if found is None:
        message = "there is no client of this id; see gongxin client list"
        raise BadClient(message)
    return found  # type: ignore[no-any-return]


def _forget_tokens(client: Client) -> None:
    get_access_token_model().objects.filter(application=client).delete()


def _record(action: str, client: Client, by: By) -> None:
    limits = {
        name: ",".join(getattr(client, name))
        for name in ("roles", "purposes", "matters", "items")
        if getattr(client, name) is not None
    }
    actions.record(
        Deed(
            at=by.at,
            actor=by.actor,
            action=action,
            object=f"{PREFIX}{client.client_id}",
            on_behalf=client.unit,
            details={
                **limits,
                "name": client.name,
                "quota": str(client.quota),
                "rate": str(client.rate),
            },
        )
    )


def _listed(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else list(names)
