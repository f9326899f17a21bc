"""Sealing: encrypting what concerns persons, so that nothing here can be read or joined (封存)."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gongxin.core import uscc
from gongxin.personal.keys import KeyDestroyed, Keys
from gongxin.personal.models import Sealed

ALGORITHM = "aes-256-gcm"
NONCE_BYTES = 12
ROW = "row"
PARTICULARS = "particulars"
LONG = 15  # characters of a resident number, the old ones too: shorter ones stand in others
ERASED, BLOCKED = ".erased", ".blocked"  # among the months' keys


@dataclass(frozen=True, slots=True)
class Envelope:
    """What belongs to all rows that are sealed together."""

    item: str
    batch: str
    purpose: str
    sealed_at: datetime
    retain_until: date


@dataclass(frozen=True, slots=True)
class Content:
    """One row to seal; ``identity`` are the texts that make it the same row when sent again.

    ``number`` is the number of the person whom the row is about, empty where none was given.
    """

    identity: tuple[str, ...]
    fields: Mapping[str, str]
    record_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who logged in by real name: keyed hashes of the number alone, and of name and number.

    Neither says who it is without the key; the name and the number themselves are kept nowhere.
    """

    person: str
    identity: str = ""


def proven(number: str, name: str, keys: Keys) -> Proven:
    """Return the hashes of who an identity service proved somebody to be (实名盲索引)."""
    return Proven(person_key(number, keys), identity_key(number, name, keys))


def seal(contents: Iterable[Content], envelope: Envelope, keys: Keys) -> int:
    """Seal rows; a row that is sealed already stays as it is. Returns how many were new.

    They stand once ``confirm`` is told of their batch. What was erased is not sealed again, nor
    are particulars of a record from which a person's were erased.
    """
    month = keys.of_end(envelope.retain_until)
    rows = {r.blind_key: r for r in (_sealed(c, envelope, keys, month) for c in contents)}
    known = set(Sealed.objects.filter(blind_key__in=list(rows)).values_list("blind_key", flat=True))
    gone = erased(keys)
    known |= gone
    fresh = [
        row
        for key, row in rows.items()
        if key not in known and (row.record_id == "" or record_key(row.record_id, keys) not in gone)
    ]
    Sealed.objects.bulk_create(fresh, batch_size=1000, ignore_conflicts=True)
    return len(fresh)


def erased(keys: Keys) -> frozenset[str]:
    """Return the blind keys of what was erased: it does not come back."""
    return _remembered(keys, ERASED)


def blocked(keys: Keys) -> frozenset[str]:
    """Return the blind keys of what is only stored: it is shown to its person and used by nobody.

    It stands beside the months' keys like what was erased, so no restored copy frees it.
    """
    return _remembered(keys, BLOCKED)


def waiting() -> set[str]:
    """Return the batches whose rows are sealed and do not stand yet."""
    return set(Sealed.objects.filter(stands=False).values_list("batch", flat=True).distinct())


def confirm(batches: Iterable[str]) -> None:
    """Let the rows of batches that were committed stand."""
    Sealed.objects.filter(batch__in=list(batches), stands=False).update(stands=True)


def doubt(batches: Iterable[str]) -> None:
    """Let the rows of batches that are about to be revoked wait: confirmed or discarded later."""
    Sealed.objects.filter(batch__in=list(batches), stands=True).update(stands=False)


def discard(batches: Iterable[str]) -> None:
    """Take back the rows of batches that were not committed."""
    Sealed.objects.filter(batch__in=list(batches), stands=False).delete()


def person_key(number: str, keys: Keys) -> str:
    """Return the keyed hash of a person's number; empty for no number (盲索引)."""
    plain = "".join(number.split()).upper()
    if plain == "":
        return ""
    message = f"person\x1f{plain}".encode()
    return "hmac-sha256:" + hmac.new(keys.blind, message, hashlib.sha256).hexdigest()


def record_key(record_id: str, keys: Keys) -> str:
    """Return the keyed hash of a record whose particulars are not to be sealed again."""
    message = f"record\x1f{record_id}".encode()
    return "hmac-sha256:" + hmac.new(keys.blind, message, hashlib.sha256).hexdigest()


def names(row: Sealed, number: str, keys: Keys) -> bool:
    """Tell whether a number stands in a sealed row; what nobody can read any more names nobody.

    No index leads to it: one by people would join the organisations that a person is named at.
    """
    plain = uscc.compact(number)
    try:
        fields = opened(row, keys)
    except KeyDestroyed:
        return False
    texts = [uscc.compact(value) for value in fields.values()]
    return any(plain == text or (len(plain) >= LONG and plain in text) for text in texts)


def identity_key(number: str, name: str, keys: Keys) -> str:
    """Return the keyed hash of a person's name and number; empty unless both are given."""
    plain, named = "".join(number.split()).upper(), "".join(name.split())
    if "" in {plain, named}:
        return ""
    message = f"identity\x1f{plain}\x1f{named}".encode()
    return "hmac-sha256:" + hmac.new(keys.blind, message, hashlib.sha256).hexdigest()


def blind_key(identity: tuple[str, ...], envelope: Envelope, keys: Keys) -> str:
    """Return a keyed hash by which the same row is recognised."""
    message = "\x1f".join((envelope.purpose, envelope.item, *identity)).encode()
    return "hmac-sha256:" + hmac.new(keys.blind, message, hashlib.sha256).hexdigest()


def opened(row: Sealed, keys: Keys) -> dict[str, str]:
    """Return the fields of a sealed row. Only the person's own pages may ask for this.

    Raises:
        KeyDestroyed: the row's key is gone.
    """
    nonce, ciphertext = bytes(row.ciphertext)[:NONCE_BYTES], bytes(row.ciphertext)[NONCE_BYTES:]
    plain = AESGCM(keys.named(row.key_id)).decrypt(nonce, ciphertext, row.blind_key.encode())
    fields: dict[str, str] = json.loads(plain)
    return fields


def _remembered(keys: Keys, name: str) -> frozenset[str]:
    path = keys.months / name if keys.months is not None else None
    return frozenset(path.read_text("ascii").split()) if path and path.is_file() else frozenset()


def _sealed(content: Content, envelope: Envelope, keys: Keys, month: tuple[str, bytes]) -> Sealed:
    key = blind_key(content.identity, envelope, keys)
    key_id, secret = month
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps(content.fields, ensure_ascii=False, sort_keys=True).encode()
    return Sealed(
        blind_key=key,
        person=person_key(content.number, keys),
        purpose=envelope.purpose,
        item=envelope.item,
        record_id=content.record_id,
        batch=envelope.batch,
        ciphertext=nonce + AESGCM(secret).encrypt(nonce, plain, key.encode()),
        algorithm=ALGORITHM,
        key_id=key_id,
        sealed_at=envelope.sealed_at,
        retain_until=envelope.retain_until,
    )
