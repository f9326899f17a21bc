"""Documents of the open data and their signatures: canonical JSON, verified offline (签名清单)."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from gongxin.audit import signing
from gongxin.audit.signing import Signer, Verifier
from gongxin.core.errors import CreditError

KEY = "opendata"
SIGNATURE = "signature"


class NoKey(CreditError):
    """The platform has no key to sign its open data with."""

    code = "opendata.no_key"


@lru_cache(maxsize=1)
def signer(home: Path) -> Signer:
    """Read the key by which the platform signs its open data.

    Raises:
        NoKey: the platform was made by an earlier version; made again it has the key.
    """
    try:
        return signing.read(home, KEY)
    except FileNotFoundError as error:
        message = "the platform has no key for its open data; run gongxin init --pack NAME again"
        raise NoKey(message) from error


def canonical(document: Mapping[str, Any]) -> str:
    """Return a document as canonical JSON: sorted keys, no blanks, days as YYYY-MM-DD."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def signed(document: Mapping[str, Any], by: Signer) -> str:
    """Return the document as JSON with its signature over the rest as canonical JSON."""
    line = by.sign(f"{canonical(document)}\n")
    return canonical({**document, SIGNATURE: line})


def is_signed(text: str, key: Verifier) -> bool:
    """Tell whether a document was signed by the key, as it stands."""
    try:
        document = json.loads(text)
        line = document.pop(SIGNATURE)
    except (ValueError, KeyError, AttributeError, TypeError):
        return False
    return isinstance(line, str) and key.signed(f"{canonical(document)}\n", line)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    message = f"a document holds no {type(value).__name__}"
    raise TypeError(message)
