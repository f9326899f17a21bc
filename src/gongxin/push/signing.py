"""Signatures by which a receiver knows that a message is ours: Standard Webhooks (推送签名).

Secrets are made from the platform's key, the subscription and the count of its secrets: none is
stored, so none is in a dump of the database (SAFETY T17). After a rotation both secrets sign for a
day, so that a receiver loses nothing while it changes over.
"""

import base64
import hmac
from datetime import datetime, timedelta
from pathlib import Path

from gongxin.core.errors import CreditError

KEY = "push"
PREFIX = "whsec_"
OVERLAP = timedelta(hours=24)
TOLERANCE = 300  # seconds between a receiver's clock and the timestamp
SECRET_BYTES = 32


class NoKey(CreditError):
    """The platform has no key to make secrets of receivers from."""

    code = "push.no_key"


def platform_key(home: Path) -> bytes:
    """Read the key that the secrets are made from.

    Raises:
        NoKey: the platform was made by an earlier version; opened by a command it has the key.
    """
    try:
        return (home / "keys" / KEY).read_bytes()
    except FileNotFoundError as error:
        message = "the platform has no key for its pushes; run gongxin init --pack NAME again"
        raise NoKey(message) from error


def secret(key: bytes, subscription: str, generation: int) -> str:
    """Return a subscription's secret as its receiver keeps it: ``whsec_`` and base64."""
    raw = hmac.digest(key, f"push:{subscription}:{generation}".encode(), "sha256")
    return PREFIX + base64.b64encode(raw[:SECRET_BYTES]).decode("ascii")


def secrets_in_force(
    key: bytes, subscription: str, generation: int, *, rotated_at: datetime | None, at: datetime
) -> tuple[str, ...]:
    """Return the secrets that sign at an instant, the newest first."""
    overlaps = rotated_at is not None and at - rotated_at < OVERLAP
    generations = (generation, generation - 1) if overlaps else (generation,)
    return tuple(secret(key, subscription, one) for one in generations)


def sign(secrets: tuple[str, ...], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header ``webhook-signature``: one signature a secret, parted by blanks."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(one, signed)}" for one in secrets)


def _signature(one: str, signed: bytes) -> str:
    key = base64.b64decode(one.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode("ascii")
