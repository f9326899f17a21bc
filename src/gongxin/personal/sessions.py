"""Sessions of people who proved by real name who they are (本人会话).

What the browser holds is random and kept as its hash alone; what is kept beside it are keyed
hashes. A session of staff is of another kind, in another database, under another name.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from gongxin.audit import actions as log
from gongxin.core.audit import DENIED, Deed
from gongxin.personal.consent import NotAllowed
from gongxin.personal.models import Session
from gongxin.personal.routing import ALIAS
from gongxin.personal.sealing import Proven

IDLE = timedelta(minutes=15)  # [design] ADR 0024
WHOLE = timedelta(hours=2)  # [design] ADR 0024
STEP = timedelta(minutes=1)  # how exactly idleness is kept
NOBODY = Proven("")
KEY_BYTES = 32


def begin(who: Proven, *, at: datetime) -> str:
    """Begin a session of a person; return what the browser is to hold.

    Raises:
        NotAllowed: the identity service proved no number.
    """
    if who.person == "":
        message = "no number was proved"
        raise NotAllowed(message)
    key = secrets.token_urlsafe(KEY_BYTES)
    with transaction.atomic(using=ALIAS, durable=True):
        Session.objects.filter(began_at__lt=at - WHOLE).delete()
        Session.objects.create(
            key_hash=_hash(key), person=who.person, identity=who.identity, began_at=at, seen_at=at
        )
        _log(Deed(at, "person", "person.enter", ""))
    return key


def refuse(reason: str, *, at: datetime) -> None:
    """Record that somebody was not let in; ``reason`` is one of ours, never what was sent."""
    _log(Deed(at, "", "person.enter", "", decision=DENIED, reason=reason))


def who(key: str, *, at: datetime) -> Proven:
    """Return whose session it is, ``NOBODY`` if it is none or has ended."""
    row = Session.objects.filter(key_hash=_hash(key)).first()
    if row is None or at - row.seen_at > IDLE or at - row.began_at > WHOLE:
        return NOBODY
    if at - row.seen_at > STEP:
        Session.objects.filter(key_hash=row.key_hash).update(seen_at=at)
    return Proven(row.person, row.identity)


def end(key: str, *, at: datetime) -> None:
    """End a session; one that is none ends as well."""
    with transaction.atomic(using=ALIAS, durable=True):
        ended, _ = Session.objects.filter(key_hash=_hash(key)).delete()
        if ended:
            _log(Deed(at, "person", "person.leave", ""))


def _hash(key: str) -> str:
    return "sha256:" + hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _log(deed: Deed) -> None:
    with transaction.atomic(durable=True):
        log.record(deed)
