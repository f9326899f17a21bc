"""Looking at organisations without telling the platform which: by the hash's beginning (隐私核查).

What may be asked at all is decided here, since the platform does not see it.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gongxin.client import answers
from gongxin.client.answers import Nonsense, Range, RangeSize
from gongxin.client.asking import PrivateReply, Question, said_of
from gongxin.client.calling import Call, Flow, Line, Silence
from gongxin.client.faults import Refused
from gongxin.client.settings import Why

if TYPE_CHECKING:
    from gongxin.client import keys

HASH = "sha256"
LEAST = 1_000  # codes of a prefix
LONGEST = 4
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
Buckets = dict[str, Range | Silence]


def is_person_number(text: str) -> bool:
    """Tell whether a text is a resident's number by its form and check digit (GB 11643)."""
    if _RESIDENT.fullmatch(text) is None:
        return False
    weighed = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(text[:17]))
    return "10X98765432"[weighed % 11] == text[17]


def check(
    line: Line, key: "keys.AnswerKey | None", organisations: Sequence[str], question: Question
) -> Flow[list[PrivateReply]]:
    """Get the buckets of all organisations, each once, and look into them here."""
    found: Buckets | Silence = Silence(Why.NONSENSE)
    digits = 0
    for _ in range(2):  # at midnight in China the length may have changed
        size = yield from _size(line)
        if isinstance(size, Silence):
            found = size
            break
        digits = size
        wanted = sorted({_prefix(code, size) for code in organisations if not _not_checked(code)})
        try:
            found = yield from _buckets(line, key, wanted, question)
            break
        except Refused as error:
            if error.problem != "range-prefix":
                raise
    return [_reply(code, found, digits) for code in organisations]


def _size(line: Line) -> Flow[int | Silence]:
    found = yield from line.call(Call("GET", "/checks:range"))
    if isinstance(found, Silence):
        return found
    try:
        size = answers.read(RangeSize, found)
    except Nonsense:
        return Silence(Why.NONSENSE)
    if size.hash != HASH:
        return Silence(Why.NONSENSE)
    # A platform that asks for a long prefix would learn who is meant.
    if size.digits is None or size.least < LEAST or not 0 <= size.digits <= LONGEST:
        return Silence(Why.TOO_FEW)
    return size.digits


def _buckets(
    line: Line, key: "keys.AnswerKey | None", wanted: Sequence[str], question: Question
) -> Flow[Buckets]:
    found: Buckets = {}
    for prefix in wanted:
        body = {**said_of(question), "prefix": prefix}
        call = Call("POST", "/checks:range", body, "", "check", is_signed=True)
        document = yield from line.call(call)
        if isinstance(document, Silence):
            found |= dict.fromkeys(set(wanted) - set(found), Silence(Why.NOT_ASKED))
            return found | {prefix: document}
        found[prefix] = _bucket(document, prefix, question, key)
    return found


def _bucket(
    document: object, prefix: str, question: Question, key: "keys.AnswerKey | None"
) -> Range | Silence:
    try:
        bucket = answers.read(Range, document)
    except Nonsense:
        return Silence(Why.NONSENSE)
    said = (bucket.prefix, bucket.matter, bucket.purpose)
    if said != (prefix, question.matter, question.purpose) or bucket.organisations < LEAST:
        return Silence(Why.NONSENSE)
    if key is not None and (not isinstance(document, dict) or not key.signed(document)):
        return Silence(Why.BAD_SIGNATURE)
    return bucket


def _reply(code: str, found: Buckets | Silence, digits: int) -> PrivateReply:
    if problem := _not_checked(code):
        return PrivateReply(code, "refused", why=problem)
    bucket = found if isinstance(found, Silence) else found[_prefix(code, digits)]
    if isinstance(bucket, Silence):
        return PrivateReply(code, "unknown", why=bucket.why.value)
    for entry in bucket.entries:
        if entry.uscc == code:
            return PrivateReply(code, "facts", entry.facts, entry.list_entries, bucket.as_of)
    return PrivateReply(code, "nothing", as_of=bucket.as_of)


def _prefix(code: str, digits: int) -> str:
    return hashlib.sha256(code.encode()).hexdigest()[:digits]


def _not_checked(code: str) -> str:
    """Why nobody checks this, as the platform would say of a code that it sees; empty: it does."""
    if is_person_number(code):
        return "check-person"
    if _CODE.fullmatch(code) is None:
        return "check-no-code"
    if code.startswith("92"):
        return "check-one-person"
    return "check-archive-only" if code[0] in "278" else ""
