"""Looking into a snapshot at a counter without a line: no database and no Django (离线查阅).

The whole file is held against the platform's key before a line of it is read. A snapshot whose
day is over answers ``unknown``, and so does a clock that was set back before it was made. Who looks
writes nothing: the platform is asked when it is back, before anybody is treated worse.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gongxin.audit.signing import Verifier
from gongxin.check.answer import FACTS, refuse_who_is_no_organisation
from gongxin.core.errors import CreditError

KIND = "gongxin.snapshot/1"
UNKNOWN = "unknown"
NOTHING = "nothing"
TOLERANCE = timedelta(minutes=5)  # clocks of counters are not good
LONGEST_LINE = 16 * 1024 * 1024


class BadSnapshot(CreditError):
    """The file is no snapshot, or not as the key signed it: nothing in it may be used."""

    code = "check.bad_snapshot"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a snapshot says of an organisation: ``facts``, ``nothing`` or ``unknown``.

    ``entry`` has facts, list entries and measures as they were ``as_of`` the day; nothing in it
    decides, and it has no number of a check.
    """

    status: str
    uscc: str
    matter: str
    purpose: str
    unit: str
    as_of: str
    expires_at: str
    why: str = ""
    entry: dict[str, Any] | None = None


def look(file: Path, code: str, *, key: Verifier, now: datetime) -> Seen:
    """Return what a snapshot says of an organisation.

    Raises:
        CheckRefused: a person, a one-person undertaking, or no code; the file is not read.
        BadSnapshot: it is none, or it was altered.
    """
    refuse_who_is_no_organisation(code)
    first, line = _verified(file, code, key)
    try:
        head: dict[str, Any] = json.loads(first)
        entry = json.loads(line) if line else None
        made, expires = (datetime.fromisoformat(head[n]) for n in ("made_at", "expires_at"))
        known = head["kind"] == KIND
        seen = Seen(
            status=FACTS if entry else NOTHING,
            uscc=code,
            matter=str(head["matter"]),
            purpose=str(head["purpose"]),
            unit=str(head["unit"]),
            as_of=str(head["as_of"]),
            expires_at=str(head["expires_at"]),
            entry=entry,
        )
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file.name} is signed, and is no snapshot"
        raise BadSnapshot(message) from error
    if not known:
        message = f"{file.name} is a snapshot of another version"
        raise BadSnapshot(message)
    if not made - TOLERANCE <= now < expires:
        why = "expired" if now >= expires else "clock"
        return replace(seen, status=UNKNOWN, entry=None, why=why)
    return seen


def signed_text(digest: str) -> str:
    """Return what the key signs: no answer to a check has this form."""
    return f"{KIND}\n{digest}\n"


def _verified(file: Path, code: str, key: Verifier) -> tuple[bytes, bytes]:
    """Return the first line and that of the code, once all of the file is as it was signed."""
    hashed, first, found, before = hashlib.sha256(), b"", b"", b""
    mark = f'"uscc":"{code}"'.encode()
    for line in _lines(file):
        if before:
            hashed.update(before)
            first = first or before
            found = before if mark in before else found
        before = line
    try:
        last = json.loads(before)
        digest, signature = str(last["digest"]), str(last["signature"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file.name} is no snapshot"
        raise BadSnapshot(message) from error
    good = digest == f"sha256:{hashed.hexdigest()}" and key.signed(signed_text(digest), signature)
    if not good:
        message = f"{file.name} is not as {key.name} signed it: use nothing of it"
        raise BadSnapshot(message)
    return first, found


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as stream:
            while line := stream.readline(LONGEST_LINE):
                yield line
    except OSError as error:
        message = f"{file.name} cannot be read: {error.strerror}"
        raise BadSnapshot(message) from error
