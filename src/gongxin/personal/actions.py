"""Granting, using and withdrawing a consent, and reading one's own records (授权与查阅).

The log is in the platform's own database: it is committed inside the transaction of the personal
one and so before it. An answer without its row in the log does not exist (ADR 0020).
"""

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import NoReturn, TypeVar

from django.db import transaction

from gongxin.audit import actions as log
from gongxin.core.audit import DENIED, Deed
from gongxin.core.dates import CHINA
from gongxin.personal import consent, sealing
from gongxin.personal.consent import Agreed, Asked, BadConsent, NotAllowed, Standing, Terms
from gongxin.personal.keys import Keys
from gongxin.personal.models import Grant, Sealed, Use
from gongxin.personal.routing import ALIAS
from gongxin.personal.sealing import Proven

T = TypeVar("T")
REFUSED = "records of a person are for that person, or under that person's consent"


@dataclass(frozen=True, slots=True)
class Granted:
    """A new consent; ``token`` is shown once and kept nowhere."""

    id: str
    token: str


@dataclass(frozen=True, slots=True)
class Own:
    """A record about a person, opened for that person or under consent.

    It is deleted after ``retain_until``. ``only_stored``: nobody may use it until then.
    """

    item: str
    fields: dict[str, str]
    sealed_at: datetime
    retain_until: date
    only_stored: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """Who somebody is said to be; compared, never kept."""

    name: str
    number: str


def grant(who: Proven, terms: Terms, agreed: Agreed, *, at: datetime, keys: Keys) -> Granted:
    """Grant a consent for a person who is logged in by real name.

    Raises:
        BadConsent: it is wider than may be, or was not agreed to piece by piece.
        NotAllowed: nobody is logged in.
    """
    person = _proven(who)
    consent.demand(terms, agreed, at=at)
    if consent.MATCH in terms.items and who.identity == "":
        message = "nothing was granted: the login proved no name that could be compared"
        raise BadConsent(message)
    made = Granted(secrets.token_hex(16), consent.make_token(keys))
    with transaction.atomic(using=ALIAS, durable=True):
        Grant.objects.create(
            id=made.id,
            token_hash=consent.token_hash(made.token),
            person=person,
            identity=who.identity,
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


def withdraw(who: Proven, id_: str, *, at: datetime) -> None:
    """Withdraw a consent of one's own; it holds for every use from now on.

    Raises:
        NotAllowed: it is not there, or not one's own: the same answer.
    """
    with transaction.atomic(using=ALIAS, durable=True):
        mine = Grant.objects.select_for_update().filter(id=id_, person=_proven(who)).first()
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

    def records(row: Grant) -> tuple[tuple[Own, ...], int]:
        found = _records(row.person, asked.items, at=at, keys=keys)
        return found, len(found)

    return _used(token, asked, records, at=at, keys=keys)


def matches(token: str, asked: Asked, stated: Stated, *, at: datetime, keys: Keys) -> bool:
    """Tell whether who gave a consent has that name and number: yes or no, nothing else (3-13).

    The person must have agreed to it as to an item of its own (``consent.MATCH``).

    Raises:
        NotAllowed: for whatever reason; it is in the log, and nothing else changed.
    """
    alone = Asked(asked.client, asked.purpose, frozenset({consent.MATCH}))
    identity = sealing.identity_key(stated.number, stated.name, keys)

    def compared(row: Grant) -> tuple[bool, int]:
        return row.identity != "" and hmac.compare_digest(row.identity, identity), 0

    return _used(token, alone, compared, at=at, keys=keys)


def _used(
    token: str, asked: Asked, read: Callable[[Grant], tuple[T, int]], *, at: datetime, keys: Keys
) -> T:
    """Read under a consent and count the use; both only if it stands, seen under its lock."""
    ours = consent.signed_by_us(token, keys)
    answer: list[T] = []
    with transaction.atomic(using=ALIAS, durable=True):
        given = Grant.objects.select_for_update().filter(token_hash=consent.token_hash(token))
        row = given.first()
        deed = partial(Deed, at, asked.client, "consent.use", purpose=asked.purpose)
        if ours and row is not None and _standing(row).allows(asked, at=at):
            found, count = read(row)
            answer.append(found)
            Use.objects.create(grant=row, at=at, items=sorted(asked.items), n_records=count)
            Grant.objects.filter(id=row.id).update(used=row.used + 1)
            _log(deed(row.id))
        else:
            _log(deed("", decision=DENIED, reason="no_consent"))
    if len(answer) == 0:
        raise NotAllowed(REFUSED)
    return answer[0]


def refuse(asked: Asked, reason: str, *, at: datetime) -> NoReturn:
    """Refuse a client that may not ask this whatever the consent says, as if there were none.

    Raises:
        NotAllowed: always; it is in the log.
    """
    deed = partial(Deed, at, asked.client, "consent.use", "", purpose=asked.purpose)
    _log(deed(decision=DENIED, reason=reason))
    raise NotAllowed(REFUSED)


def own_records(who: Proven, *, at: datetime, keys: Keys) -> tuple[Own, ...]:
    """Return all records of a person who is logged in by real name.

    Raises:
        NotAllowed: there is no such session; it is in the log.
    """
    if who.person == "":
        _log(Deed(at, "", "person.own", "", decision=DENIED, reason="no_session"))
        raise NotAllowed(REFUSED)
    _log(Deed(at, "person", "person.own", ""))
    return _records(who.person, None, at=at, keys=keys)


def _proven(who: Proven) -> str:
    if who.person == "":
        raise NotAllowed(REFUSED)
    return who.person


def _standing(row: Grant) -> Standing:
    terms = Terms(row.client, row.purpose, frozenset(row.items), row.until, row.uses)
    return Standing(terms, row.used, row.withdrawn_at is not None)


def _records(
    person: str, items: Iterable[str] | None, *, at: datetime, keys: Keys
) -> tuple[Own, ...]:
    """Return records for their person, or those of the items for another: no blocked one."""
    today, blocked = at.astimezone(CHINA).date(), sealing.blocked(keys)
    rows = Sealed.objects.filter(
        person=person, purpose=sealing.ROW, stands=True, retain_until__gte=today
    )
    if items is not None:
        rows = rows.filter(item__in=list(items))
    return tuple(
        Own(
            row.item,
            sealing.opened(row, keys),
            row.sealed_at,
            row.retain_until,
            only_stored=row.blind_key in blocked,
        )
        for row in rows.order_by("blind_key")
        if items is None or row.blind_key not in blocked
    )


def _log(deed: Deed) -> None:
    with transaction.atomic(durable=True):
        log.record(deed)
