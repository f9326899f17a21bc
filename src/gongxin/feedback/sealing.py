"""What stands in a letter, for whoever handles it alone: encrypted at rest (封存)."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from gongxin.core import digest

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # none that reads like another, and no digits: no number
NUMBER_LENGTH, SECRET_LENGTH = 10, 20
GONE = ""  # what the key of another installation sealed cannot be read here


def seal(text: str) -> str:
    """Return the text encrypted."""
    return _cipher().encrypt(text.encode()).decode("ascii")


def opened(sealed: str) -> str:
    """Return the text of a sealed one; empty if another key sealed it."""
    try:
        return _cipher().decrypt(sealed).decode()
    except InvalidToken:
        return GONE


def number() -> str:
    """Return a number that nobody can guess from another."""
    return _drawn(NUMBER_LENGTH)


def secret() -> str:
    """Return what the writer of a letter alone holds; 90 bits."""
    return _drawn(SECRET_LENGTH)


def digest_of(secret_: str) -> str:
    """Return what is kept of a secret: it is drawn at random, so a plain digest hides it."""
    return digest.digest(secret_.encode())


def compact(typed: str) -> str:
    """Return a number or secret as it was given out: capitals alone."""
    return "".join(sign for sign in typed.upper() if sign in LETTERS)


def _drawn(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _cipher() -> Fernet:
    key = hashlib.sha256(b"feedback:" + settings.GONGXIN.factor_key).digest()
    return Fernet(base64.urlsafe_b64encode(key))
