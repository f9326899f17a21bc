"""A check asked in another envelope: other names, the same question and answer (核查对接).

What is asked goes the way of every check: matter, purpose and case number, a person or a one-person
undertaking refused before any look-up, a row in the audit log. Of the answer nothing is decided and
nothing that it must say is left out: the pack's lint sees to both. The signature is of our own
content, which is sent beside it: names changed here prove nothing.
"""

import json
from collections.abc import Mapping

from gongxin.core.adapter import Adapter, Checks, translate_back
from gongxin.core.errors import CreditError
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.sending import agreed
from gongxin.law import Release

LONGEST = 200
CONTENT = "gongxin_content"
SIGNATURE = "signature"


class BadEnvelope(CreditError):
    """What was asked is not in the agreed form; nothing was looked up and nothing is repeated."""

    code = "exchange.bad_envelope"


def open_envelope(name: str, release: Release) -> Checks:
    """Return how checks are asked and answered under an adapter that two people agreed to.

    Raises:
        BadPeer: there is no such adapter, it is of another style, or it is not agreed to.
    """
    adapter: Adapter | None = release.adapters.get(name)
    if adapter is None or adapter.checks is None or not agreed(adapter).exists():
        message = "nobody may ask under this adapter"
        raise BadPeer(message, reason="not_open")
    return adapter.checks


def asked(told: Mapping[str, str], checks: Checks) -> dict[str, str]:
    """Return uscc, matter, purpose and case_no of what was asked, in our codes.

    Raises:
        BadEnvelope: other fields than agreed, or one that is blank or no short text.
    """
    if set(told) != {field.theirs for field in checks.asks}:
        message = "ask with just the agreed fields"
        raise BadEnvelope(message)
    found: dict[str, str] = {}
    for field in checks.asks:
        value = told[field.theirs].strip()
        if not 0 < len(value) <= LONGEST:
            message = f"{field.theirs} is a text of 1 to {LONGEST} signs"
            raise BadEnvelope(message)
        found[field.ours] = translate_back(field, value)
    return found


def worded(answer: str, checks: Checks) -> dict[str, object]:
    """Return a signed answer in their names, with our own content that the signature is of."""
    plain = json.loads(answer)
    told: dict[str, object] = {field.theirs: plain[field.ours] for field in checks.answers}
    del plain[SIGNATURE]
    content = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return told | {CONTENT: content}
