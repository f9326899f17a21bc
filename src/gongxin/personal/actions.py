"""Granting, using and withdrawing a consent, and reading one's own records (授权与查阅).

The log is in the platform's own database: it is committed inside the transaction of the personal
one and so before it. An answer without its row in the log does not exist (ADR 0020).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from gongxin.audit import actions as log
from gongxin.core.audit import DENIED, Deed
from gongxin.core.dates import CHINA
from gongxin.personal import consent, sealing
from gongxin.personal.consent import Agreed, Asked, NotAllowed, Standing, Terms
from gongxin.personal.keys import Keys
from gongxin.personal.models import Grant, Sealed, Use
from gongxin.personal.routing import ALIAS

REFUSED = "records of a person are for that person, or under that person's consent"


@dataclass(frozen=True, slots=True)
class Granted:
    """A new consent; ``token`` is shown once and kept nowhere."""

    id: str
    token: str


@dataclass(frozen=True, slots=True)
class Own:
    """A record about a person, opened for that person or under consent."""

    item: str
    fields: dict[str, str]


def grant(number: str, terms: Terms, agreed: Agreed, *, at: datetime, keys: Keys) -> Granted:
    """Grant a consent for the person with that number, who is logged in by real name.

    Raises:
        BadConsent: it is wider than may be, or was not agreed to piece by piece.
    """
    consent.demand(terms, agreed, at=at)
    made = Granted(secrets.token_hex(16), consent.make_token(keys))
    with transaction.atomic(using=ALIAS, durable=True):
        Grant.objects.create(
            id=made.id,
            token_hash=consent.token_hash(made.token),
            person=_key(number, keys),
            client=terms.client,
            purpose=terms.purpose,
            items=sorted(terms.items),
            uses=terms.uses,
            text_version=agreed.text_version,
            granted_at=at,
            until=terms.until,
        )
        _log(Deed(at, "person", "consent.grant", made.id, purpose=terms.purpose))
    return made


def withdraw(number: str, id_: str, *, at: datetime, keys: Keys) -> None:
    """Withdraw a consent of one's own; it holds for every use from now on.

    Raises:
        NotAllowed: it is not there, or not one's own: the same answer.
    """
    with transaction.atomic(using=ALIAS, durable=True):
        mine = Grant.objects.select_for_update().filter(id=id_, person=_key(number, keys)).first()
        if mine is None:
            raise NotAllowed(REFUSED)
        if mine.withdrawn_at is None:
            Grant.objects.filter(id=mine.id).update(withdrawn_at=at)
            _log(Deed(at, "person", "consent.withdraw", mine.id))


def use(token: str, asked: Asked, *, at: datetime, keys: Keys) -> tuple[Own, ...]:
    """Return a person's records of the items that a token opens for this client and purpose.

    Raises:
        NotAllowed: for whatever reason; it is in the log, and nothing else changed.
    """
    ours = consent.signed_by_us(token, keys)
    found: tuple[Own, ...] | None = None
    with transaction.atomic(using=ALIAS, durable=True):
        given = Grant.objects.select_for_update().filter(token_hash=consent.token_hash(token))
        row = given.first()
        deed = partial(Deed, at, asked.client, "consent.use", purpose=asked.purpose)
        if ours and row is not None and _standing(row).allows(asked, at=at):
            found = _records(row.person, asked.items, at=at, keys=keys)
            Use.objects.create(grant=row, at=at, items=sorted(asked.items), n_records=len(found))
            Grant.objects.filter(id=row.id).update(used=row.used + 1)
            _log(deed(row.id))
        else:
            _log(deed("", decision=DENIED, reason="no_consent"))
    if found is None:
        raise NotAllowed(REFUSED)
    return found


def own_records(number: str, *, at: datetime, keys: Keys) -> tuple[Own, ...]:
    """Return all records of the person with that number, who is logged in by real name.

    Raises:
        NotAllowed: there is no such session; it is in the log.
    """
    person = sealing.person_key(number, keys)
    if person == "":
        _log(Deed(at, "", "person.own", "", decision=DENIED, reason="no_session"))
        raise NotAllowed(REFUSED)
    _log(Deed(at, "person", "person.own", ""))
    return _records(person, None, at=at, keys=keys)


def _key(number: str, keys: Keys) -> str:
    person = sealing.person_key(number, keys)
    if person == "":
        raise NotAllowed(REFUSED)
    return person


def _standing(row: Grant) -> Standing:
    terms = Terms(row.client, row.purpose, frozenset(row.items), row.until, row.uses)
    return Standing(terms, row.used, row.withdrawn_at is not None)


def _records(
    person: str, items: Iterable[str] | None, *, at: datetime, keys: Keys
) -> tuple[Own, ...]:
    today = at.astimezone(CHINA).date()
    rows = Sealed.objects.filter(
        person=person, purpose=sealing.ROW, stands=True, retain_until__gte=today
    )
    if items is not None:
        rows = rows.filter(item__in=list(items))
    return tuple(Own(row.item, sealing.opened(row, keys)) for row in rows.order_by("blind_key"))


def _log(deed: Deed) -> None:
    with transaction.atomic(durable=True):
        log.record(deed)
