"""How messages to and from a platform are signed; secrets are files of the operator (签名)."""

import hashlib
import hmac
import re
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from gongxin.core.adapter import Adapter, Signing
from gongxin.core.errors import CreditError
from gongxin.push import signing

FOLDER = "exchange"
OTHERS = 0o077
_FORM = re.compile(r"whsec_(?:[A-Za-z0-9+/]{4}){6,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
LEAST_SECRET = 24  # signs of a secret: shorter ones can be guessed


class NoSecret(CreditError):
    """The platform's folder has no fit secret for the adapter; ``facts["reason"]`` says why."""

    code = "exchange.no_secret"


def read_secret(home: Path, adapter: Adapter) -> str:
    """Read ``keys/exchange/ADAPTER``, which its owner alone may read.

    For HMAC it is ``whsec_`` and base64, as receivers of pushes keep theirs.

    Raises:
        NoSecret: it is not there, open to others, too short or of another form.
    """
    name = adapter.adapter
    path = home / "keys" / FOLDER / name
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"put the secret into keys/{FOLDER}/{name} and make it chmod 0400"
        raise NoSecret(message, reason="missing") from error
    if stat.S_IMODE(mode) & OTHERS:
        message = f"others may read keys/{FOLDER}/{name}: chmod 0400, and change the secret"
        raise NoSecret(message, reason="open")
    if len(text) < LEAST_SECRET:
        message = f"the secret in keys/{FOLDER}/{name} is too short"
        raise NoSecret(message, reason="short")
    if adapter.signing is Signing.HMAC and _FORM.fullmatch(text) is None:
        message = f"write the secret in keys/{FOLDER}/{name} as whsec_ and base64"
        raise NoSecret(message, reason="form")
    return text


def headers(
    adapter: Adapter, secret: str, number: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the headers that sign a message.

    MD5 is of ``app_key + secret + time`` and proves nothing about the body; TLS alone does.
    """
    timestamp = str(int(at.timestamp()))
    if adapter.signing is Signing.MD5:
        text = f"{adapter.app_key}{secret}{timestamp}".encode()
        sign = hashlib.md5(text, usedforsecurity=False).hexdigest()
        return {"appKey": adapter.app_key, "time": timestamp, "sign": sign}
    return {
        "webhook-id": number,
        "webhook-timestamp": timestamp,
        "webhook-signature": _sign(secret, number, timestamp, body),
    }


def is_signed(secret: str, told: Mapping[str, str], at: datetime, body: bytes) -> bool:
    """Tell whether an answer is signed by the secret, a few minutes ago at most."""
    number, timestamp = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(int(at.timestamp()) - int(timestamp[:18])) > signing.TOLERANCE:
        return False
    wanted = _sign(secret, number, timestamp, body).encode()
    given = told.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(wanted, one.encode()) for one in given)


def _sign(secret: str, number: str, timestamp: str, body: bytes) -> str:
    return signing.sign((secret,), number, int(timestamp), body)
