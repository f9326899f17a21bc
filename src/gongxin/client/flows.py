"""What a client can do, once for both clients (业务流程)."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

from gongxin.client import answers, privately
from gongxin.client.answers import Answer, Batch, BatchRow, Nonsense
from gongxin.client.asking import (
    NOT_CHECKED,
    PrivateReply,
    Question,
    Reply,
    answered,
    refused,
    said_of,
    unknown,
)
from gongxin.client.calling import PROBLEMS, Call, Flow, Line, Silence
from gongxin.client.evaluations import Evaluation
from gongxin.client.faults import ClientFault, Refused, Unavailable
from gongxin.client.settings import Credentials, Manner, Why

if TYPE_CHECKING:
    from gongxin.client import keys

Shape = TypeVar("Shape")
Progress = Callable[[int, int], None]
BATCH_MOST = 1_000
PAGE = 200
NOT_FOUND = 404
_KEY = re.compile(r"[A-Za-z0-9._-]{1,48}")  # a batch adds the number of its part


class Flows:
    """The calls of one client as flows; ``calling`` says what a flow is."""

    def __init__(self, url: str, who: Credentials | None, manner: Manner) -> None:
        self.line = Line(url, who, manner)
        self.key = _answer_key(manner.answer_key)

    def check(self, uscc: str, question: Question, key: str) -> Flow[Reply]:
        """Ask about one organisation; an outage is a reply."""
        body = {**said_of(question), "uscc": uscc}
        call = Call("POST", "/checks", body, key_of(key), "check", is_signed=True)
        try:
            found = yield from self.line.call(call)
        except Refused as error:
            if error.problem in NOT_CHECKED:
                return refused(uscc, error.problem)
            raise
        if isinstance(found, Silence):
            return unknown(uscc, found.why, found.retry_after)
        return self._reply(uscc, question, found)

    def check_batch(
        self,
        organisations: Sequence[str],
        question: Question,
        *,
        key: str,
        progress: Progress | None,
    ) -> Flow[list[Reply]]:
        """Ask about any number of organisations, a thousand at a time.

        After a part without an answer the rest is not asked: who is out is not asked in a loop.
        """
        whole, replies, out = key_of(key), list[Reply](), False
        for first in range(0, len(organisations), BATCH_MOST):
            part = organisations[first : first + BATCH_MOST]
            if out:
                replies += [unknown(code, Why.NOT_ASKED) for code in part]
            else:
                told = yield from self._part(part, question, f"{whole}-{first // BATCH_MOST}")
                out = isinstance(told, Silence)
                replies += _silent(part, told) if isinstance(told, Silence) else told
            if progress is not None:
                progress(len(replies), len(organisations))
        return replies

    def check_private(
        self, organisations: Sequence[str], question: Question
    ) -> Flow[list[PrivateReply]]:
        """Look at organisations without telling the platform which."""
        return (yield from privately.check(self.line, self.key, organisations, question))

    def report_outcome(self, check_no: str, said: Mapping[str, object]) -> Flow[answers.Outcome]:
        """Report what became of a case; the same again changes nothing."""
        path = f"/checks/{quote(check_no, safe='')}/outcome"
        call = Call("POST", path, said, "", "check", is_signed=True)
        return (yield from self._read(call, answers.Outcome))

    def changes(self, since: str) -> Flow[answers.ChangesPage]:
        """Read a part of the feed."""
        query = urlencode({"since": since, "limit": PAGE})
        return (yield from self._read(_get(f"/changes?{query}", "changes"), answers.ChangesPage))

    def subject(self, uscc: str) -> Flow[answers.Subject | None]:
        """Read the public archive of an organisation, None if there is nothing to be shown."""
        return (yield from self._found(uscc, "", answers.Subject))

    def evaluation(self, uscc: str, purpose: str) -> Flow[Evaluation | None]:
        """Read an organisation's published grade, None if there is none to be shown."""
        path = f"/evaluation?{urlencode({'purpose': purpose})}"
        return (yield from self._found(uscc, path, Evaluation, scope="evaluation"))

    def records(self, uscc: str, item: str, cursor: str) -> Flow[answers.RecordsPage | None]:
        """Read a part of an organisation's records, None if there is nothing to be shown."""
        wanted = {"limit": str(PAGE), "cursor": cursor, "item": item}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return (yield from self._found(uscc, f"/records?{query}", answers.RecordsPage))

    def catalog(self, cursor: str) -> Flow[answers.Catalog]:
        """Read a part of the catalog."""
        wanted = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        return (yield from self._read(_get(f"/catalog?{urlencode(wanted)}"), answers.Catalog))

    def _part(
        self, part: Sequence[str], question: Question, key: str
    ) -> Flow[list[Reply] | Silence]:
        body = {**said_of(question), "organisations": list(part)}
        found = yield from self.line.call(
            Call("POST", "/checks:batch", body, key, "check", is_signed=True)
        )
        if isinstance(found, Silence):
            return found
        try:
            rows = answers.read(Batch, found).items
        except Nonsense:
            return Silence(Why.NONSENSE)
        if [row.row for row in rows] != list(range(len(part))):
            return Silence(Why.NONSENSE)
        pairs = zip(part, rows, found["items"], strict=True)
        return [self._row(code, question, row, raw["answer"]) for code, row, raw in pairs]

    def _row(self, code: str, question: Question, row: BatchRow, raw: Any) -> Reply:
        if row.problem is None:
            return self._reply(code, question, raw)
        problem = row.problem.type.removeprefix(PROBLEMS)
        if problem in NOT_CHECKED:
            return refused(code, problem)
        raise Refused(problem, row.problem.status, row.problem.detail, "")

    def _reply(self, uscc: str, question: Question, document: Any) -> Reply:
        """Return the reply of a document that is the answer to this very question, or unknown."""
        try:
            answer = answers.read(Answer, document)
        except Nonsense:
            return unknown(uscc, Why.NONSENSE)
        said = (answer.uscc, answer.matter, answer.purpose)
        asked = (uscc, question.matter, question.purpose)
        if said != asked or answer.status not in ("facts", "neutral"):
            return unknown(uscc, Why.NONSENSE)
        if self.key is not None and not self.key.signed(document):
            return unknown(uscc, Why.BAD_SIGNATURE)
        return answered(uscc, answer)

    def _read(self, call: Call, shape: type[Shape]) -> Flow[Shape]:
        found = yield from self.line.call(call)
        if isinstance(found, Silence):
            raise Unavailable(found.why, found.retry_after)
        try:
            return answers.read(shape, found)
        except Nonsense as error:
            raise Unavailable(Why.NONSENSE) from error

    def _found(
        self, uscc: str, path: str, shape: type[Shape], scope: str = ""
    ) -> Flow[Shape | None]:
        if privately.is_person_number(uscc):
            return None  # as the platform would say; addresses are written into many logs
        try:
            code = quote(uscc, safe="")
            return (yield from self._read(_get(f"/subjects/{code}{path}", scope), shape))
        except Refused as error:
            if error.status == NOT_FOUND:
                return None
            raise


def key_of(given: str) -> str:
    """Return the Idempotency-Key that was given, or one that nobody else has.

    Raises:
        ClientFault: it could not stand in a header.
    """
    if given and _KEY.fullmatch(given) is None:
        message = "a key is 1 to 48 letters, digits, dots, hyphens or underscores"
        raise ClientFault(message)
    return given or secrets.token_hex(16)


def outcome(outcome: str, measure: str, reason: str, *, not_for_credit: bool) -> dict[str, object]:
    """Return what is said of a case."""
    said: dict[str, object] = {"outcome": outcome, "not_for_credit": not_for_credit}
    return said | {n: v for n, v in (("measure", measure), ("reason", reason)) if v}


def _get(path: str, scope: str = "") -> Call:
    return Call("GET", path, scope=scope)


def _silent(part: Sequence[str], silence: Silence) -> list[Reply]:
    return [unknown(code, silence.why, silence.retry_after) for code in part]


def _answer_key(text: str) -> "keys.AnswerKey | None":
    if not text:
        return None
    # Whoever holds no answers against a key needs no cryptography.
    from gongxin.client.keys import AnswerKey  # noqa: PLC0415

    return AnswerKey.read(text)
