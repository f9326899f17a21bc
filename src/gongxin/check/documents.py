"""An answer as a document that can be shown to others: canonical JSON, signed (核查结果)."""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from gongxin.audit import signing
from gongxin.audit.signing import Signer, Verifier
from gongxin.core.errors import CreditError

KEY = "check"


class NoKey(CreditError):
    """The platform has no key to sign answers with."""

    code = "check.no_key"


def content_of(answer: object) -> str:
    """Return an answer as canonical JSON: sorted keys, no blanks, days as YYYY-MM-DD."""
    return _CANONICAL.encode(answer)


def _plain(value: Any) -> object:
    """What JSON does not know: days, and the parts of an answer, taken without copying them."""
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {name: getattr(value, name) for name in _names(value.__class__)}
    message = f"an answer holds no {type(value).__name__}"
    raise TypeError(message)


@cache
def _names(part: type[Any]) -> tuple[str, ...]:
    """The names of a part of an answer; there are a dozen parts."""
    return tuple(field.name for field in fields(part))


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
)


@lru_cache(maxsize=1)
def signer(home: Path) -> Signer:
    """Read the key by which the platform signs answers.

    Raises:
        NoKey: the platform was made by an earlier version; made again it has the key.
    """
    try:
        return signing.read(home, KEY)
    except FileNotFoundError as error:
        message = "the platform has no key for its answers; run gongxin init --pack NAME again"
        raise NoKey(message) from error


def signature(content: str, by: Signer) -> str:
    """Return the signature of an answer's content, as the last line of a signed note."""
    return by.sign(f"{content}\n")


def is_signed(content: str, line: str, key: Verifier) -> bool:
    """Tell whether the line is the signature of the content by the key."""
    return key.signed(f"{content}\n", line)
