"""The rules of a consent and of its token: who may read what of a person, and until when (授权).

Personal Information Protection Law, articles 14, 15 and 29: informed, voluntary, separate for each
thing that is agreed to, and withdrawn as easily as it was given.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongxin.core.errors import CreditError
from gongxin.personal.keys import Keys

LONGEST = timedelta(days=30)  # [design] ADR 0020
MOST_USES = 20  # [design] ADR 0020
TEXT_VERSION = "2026-11"
NOTICES = frozenset({"who_reads", "for_what", "which_items", "until_when", "withdrawal"})
MATCH = "identity-match"  # agreed to like an item, and opens no record: name and number, yes or no
NUMBER_BYTES, MAC_BYTES = 32, 32


class BadConsent(CreditError):
    """A consent was not given as law and this platform demand; nothing was granted."""

    code = "personal.bad_consent"


class NotAllowed(CreditError):
    """Records of a person are not for whoever asked; one text for every reason."""

    code = "personal.not_allowed"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person agrees to: one client, one purpose, the catalog items, an end, how often."""

    client: str
    purpose: str
    items: frozenset[str]
    until: datetime
    uses: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """How it was agreed to: the version of the text, and each notice and item ticked by itself."""

    text_version: str
    notices: frozenset[str]
    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wants with a token."""

    client: str
    purpose: str
    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A consent as it is at a moment; ``used`` counts the uses so far."""

    terms: Terms
    used: int
    withdrawn: bool

    def allows(self, asked: Asked, *, at: datetime) -> bool:
        """Tell whether a use is within the consent."""
        terms = self.terms
        within = (asked.client, asked.purpose) == (terms.client, terms.purpose)
        wanted = len(asked.items) > 0 and asked.items <= terms.items
        lives = not self.withdrawn and at < terms.until and self.used < terms.uses
        return within and wanted and lives


def demand(terms: Terms, agreed: Agreed, *, at: datetime) -> None:
    """Refuse a consent that is wider than may be, or was not agreed to piece by piece.

    Raises:
        BadConsent: what is wrong.
    """
    faults = {
        "name the client and the purpose": not (terms.client.strip() and terms.purpose.strip()),
        "name at least one item": len(terms.items) == 0,
        "it ends later than now and at most 30 days on": not at < terms.until <= at + LONGEST,
        "it holds for one use at least and twenty at most": not 1 <= terms.uses <= MOST_USES,
        "the text that was shown is not the one in force": agreed.text_version != TEXT_VERSION,
        "every notice is ticked by itself": agreed.notices != NOTICES,
        "every item is ticked by itself": agreed.items != terms.items,
    }
    found = [fault for fault, is_so in faults.items() if is_so]
    if found:
        message = f"nothing was granted: {'; '.join(found)}"
        raise BadConsent(message)


def make_token(keys: Keys) -> str:
    """Return a new token: random, signed, and shown once."""
    number = secrets.token_bytes(NUMBER_BYTES)
    return base64.urlsafe_b64encode(number + _mac(number, keys)).decode("ascii").rstrip("=")


def signed_by_us(token: str, keys: Keys) -> bool:
    """Tell whether a text is exactly a token that these keys signed."""
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        whole = b""
    exact = base64.urlsafe_b64encode(whole).decode("ascii").rstrip("=") == token
    number, mac = whole[:NUMBER_BYTES], whole[NUMBER_BYTES:]
    same = hmac.compare_digest(mac, _mac(number, keys))
    return exact and same and len(whole) == NUMBER_BYTES + MAC_BYTES


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


def _mac(number: bytes, keys: Keys) -> bytes:
    key = hmac.new(keys.blind, b"gongxin consent token", hashlib.sha256).digest()
    return hmac.new(key, number, hashlib.sha256).digest()
