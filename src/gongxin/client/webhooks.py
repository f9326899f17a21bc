"""Calls that the platform makes: are they its own, whole and of now (Standard Webhooks, 回调)."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongxin.client import clock
from gongxin.client.faults import BadWebhook

TOLERANCE = 300  # seconds, either way
SECRET = "whsec_"  # noqa: S105 - how a secret begins
VERSION = "v1"
LONGEST_TIME = 12  # digits
SHORTEST_KEY = 24  # bytes, as Standard Webhooks has it


@dataclass(frozen=True, slots=True)
class Webhook:
    """A call that is the platform's: the same ``id`` comes again when it was not acknowledged."""

    id: str
    at: int
    body: Any


def verify_webhook(
    headers: Mapping[str, str],
    body: bytes,
    secret: str | Sequence[str],
    *,
    now: int | None = None,
) -> Webhook:
    """Return the call if one of its signatures is by one of the secrets, and is of now.

    ``body`` are the bytes as they came. While a secret is renewed give the old and the new one.
    What has the ``id`` of one that was seen is the same call sent again.

    Raises:
        BadWebhook: a header is missing, no signature is good, or it is older than five minutes.
    """
    named = {name.lower(): value for name, value in headers.items()}
    try:
        name, sent, signatures = (named[f"webhook-{n}"] for n in ("id", "timestamp", "signature"))
    except KeyError as error:
        message = "a header of Standard Webhooks is missing"
        raise BadWebhook(message) from error
    if not (sent.isascii() and sent.isdigit() and len(sent) <= LONGEST_TIME):
        message = "webhook-timestamp is no time"
        raise BadWebhook(message)
    if abs((clock.now() if now is None else now) - int(sent)) > TOLERANCE:
        message = "sent more than five minutes ago, or by another clock"
        raise BadWebhook(message)
    signed = f"{name}.{sent}.".encode() + body
    secrets = (secret,) if isinstance(secret, str) else secret
    if not any(_is_good(signatures, signed, _key(one)) for one in secrets):
        message = "no signature is good"
        raise BadWebhook(message)
    try:
        return Webhook(name, int(sent), json.loads(body))
    except ValueError as error:
        message = "the body is no JSON"
        raise BadWebhook(message) from error


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except (binascii.Error, ValueError) as error:
        message = "the secret is not base64"
        raise BadWebhook(message) from error
    if len(key) < SHORTEST_KEY:
        message = "the secret is too short"
        raise BadWebhook(message)
    return key


def _is_good(signatures: str, signed: bytes, key: bytes) -> bool:
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
    found = False
    for one in signatures.split(" "):
        version, _, value = one.partition(",")
        if version == VERSION and value.isascii():
            found |= hmac.compare_digest(value.encode(), expected)
    return found
