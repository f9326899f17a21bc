"""What the audit log holds of a deed, as bytes that can be shown to be unchanged (审计).

A deed is a change, a decision or a look at what is not public. Its leaf in the log's Merkle tree
is salted: who knows a deed cannot find its leaf by guessing, and a deed that law erases leaves
its leaf behind, so that the rest can still be proved.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from gongxin.core import merkle
from gongxin.core.errors import CreditError
from gongxin.core.merkle import Hash, Head

ALLOWED = "allow"
DENIED = "deny"
_NEVER = datetime.min.replace(tzinfo=UTC)
ERASED = "audit.erase"  # the action of a lawful erasure; its object is the row's number


class BadCheckpoint(CreditError):
    """A text is no checkpoint of an audit log."""

    code = "audit.bad_checkpoint"


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, as the audit log names him, and when; the time has a zone."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what to what, for which purpose, and how it was decided.

    ``at`` has a time zone. ``actor`` and ``on_behalf`` name an account or client, ``object`` an
    organisation's code or an id; a natural person is named by a blind index only.
    """

    at: datetime
    actor: str
    action: str
    object: str
    on_behalf: str = ""
    purpose: str = ""
    matter: str = ""
    case_no: str = ""
    decision: str = ALLOWED
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


# Made once: each check and each row of a batch is written through them.
_NAMES = tuple(one.name for one in fields(Deed))
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content(deed: Deed) -> bytes:
    """Return the deed as canonical JSON: sorted keys, no blanks, UTF-8, the time in UTC.

    Raises:
        ValueError: the time has no zone.
    """
    if deed.at.tzinfo is None:
        message = "the time of a deed has a zone"
        raise ValueError(message)
    plain = {name: getattr(deed, name) for name in _NAMES}
    plain |= {"at": instant(deed.at), "details": dict(deed.details)}
    return _JSON.encode(plain).encode()


def instant(at: datetime) -> str:
    """Return an instant as the content of a deed holds it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def leaf(salt: bytes, deed: bytes, hash_: Hash) -> bytes:
    """Return the leaf of a deed's content: ``H(0x00 ‖ H(salt ‖ content))``."""
    return merkle.leaf_hash(hash_(salt + deed), hash_)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head of the log that was signed (检查点); ``origin`` names the log, ``at`` has a zone."""

    origin: str
    algorithm: str
    head: Head
    at: datetime

    def text(self) -> str:
        """Return what is signed, in the form of C2SP tlog-checkpoint.

        Two lines of extension name the hash and the instant, which else could be back-dated.
        """
        root = base64.b64encode(self.head.root).decode("ascii")
        return (
            f"{self.origin}\n{self.head.size}\n{root}\n"
            f"algorithm {self.algorithm}\nat {instant(self.at)}\n"
        )


def read_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        BadCheckpoint: it is none.
    """
    match text.split("\n"):
        case [origin, size, root, algorithm, at, ""] if (
            origin and size.isascii() and size.isdigit() and algorithm.startswith("algorithm ")
        ):
            name = algorithm.removeprefix("algorithm ")
            head = Head(int(size), from_base64(root))
            found = Checkpoint(origin, name, head, _instant(at.removeprefix("at ")))
            if found.text() == text:
                return found
    message = "not a checkpoint: origin, size, root, algorithm and instant, a line each"
    raise BadCheckpoint(message)


def _instant(text: str) -> datetime:
    """Return the instant of a text, the first of all if it is none: it is not written so."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else _NEVER
    except (ValueError, OverflowError):
        return _NEVER


def from_base64(text: str) -> bytes:
    """Return the bytes of a base64 text, none if it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
