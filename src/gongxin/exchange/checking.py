"""A check asked in another envelope: other names, the same question and answer (核查对接).

What is asked goes the way of every check (``check.asking``): matter, purpose and case number, a
person or a one-person undertaking refused before any look-up, a row in the audit log. Of the
answer nothing is decided and nothing that it must say is left out: the pack's lint sees to both.
The signature is of our own content, which is sent beside it: names changed here prove nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.documents import content_of, signature, signer
from gongxin.core.adapter import Adapter, Checks, translate_back
from gongxin.core.errors import CreditError
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.sending import agreed
from gongxin.law import Release

LONGEST = 200
CONTENT = "gongxin_content"


class BadEnvelope(CreditError):
    """What was asked is not in the agreed form; nothing was looked up and nothing is repeated."""

    code = "exchange.bad_envelope"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, for which unit, and when; the way in has made sure of it."""

    asker: str
    unit: str
    at: datetime
    today: date


def checked(
    told: Mapping[str, object], adapter: Adapter, caller: Caller, *, release: Release, home: Path
) -> dict[str, object]:
    """Answer a check in the adapter's words.

    Raises:
        BadPeer: the adapter is of another style, or two people did not agree to it.
        BadEnvelope: other fields than agreed, one that is no short text, or no case number.
        CheckRefused: as ``check.asking.check``.
        NoKey: the platform has no key to sign with.
    """
    checks = adapter.checks
    if checks is None or not agreed(adapter).exists():
        message = "nobody may ask under this adapter"
        raise BadPeer(message, reason="not_open")
    by = signer(home)
    asked = _asked(told, checks)
    question = Question(
        uscc=asked["uscc"],
        matter=asked["matter"],
        purpose=asked["purpose"],
        as_of=caller.today,
        asked_at=caller.at,
        asker=caller.asker,
        case_no=asked["case_no"],
        unit=caller.unit,
    )
    content = content_of(check(question, release))
    plain = json.loads(content) | {"signature": signature(content, by)}
    answer = {field.theirs: plain[field.ours] for field in checks.answers}
    return answer | {CONTENT: content}


def _asked(told: Mapping[str, object], checks: Checks) -> dict[str, str]:
    if set(told) != {field.theirs for field in checks.asks}:
        message = "ask with just the agreed fields"
        raise BadEnvelope(message)
    asked: dict[str, str] = {}
    for field in checks.asks:
        value = told[field.theirs]
        if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST:
            message = f"{field.theirs} is a text of 1 to {LONGEST} signs"
            raise BadEnvelope(message)
        asked[field.ours] = translate_back(field, value.strip())
    return asked
