"""Asking: each answer is kept and recorded in one transaction, each refusal is recorded (核查).

What is asked of one organisation and of many goes the same way, so that the answers are the same.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from gongxin.accounts.acting import acting_for
from gongxin.audit import actions
from gongxin.check.answer import Answer, CheckRefused, Made, Question, admit, answer_of
from gongxin.check.documents import content_of
from gongxin.check.keeping import keeping
from gongxin.check.models import Asked
from gongxin.check.reading import Read, read
from gongxin.cluster.together import Statement, run_together
from gongxin.core import digest, privacy, ulid
from gongxin.core.audit import ALLOWED, DENIED, Deed
from gongxin.core.clauses import Matter
from gongxin.law import Release
from gongxin.law.basis import sources

MOST = 1_000  # organisations that are answered at once

# Who is refused for these reasons stands in no row: the log is no list of persons' livelihoods.
NAMELESS = frozenset({"person", "no_code", "one_person", "matter", "purpose"})

Told = Answer | CheckRefused


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, and its content as it is kept, signed and sent."""

    answer: Answer
    content: str


@dataclass(frozen=True, slots=True)
class Along:
    """What a caller sends along with the look at the ledger; ``told`` hears its last rows.

    Where it raises, nothing is answered and nothing kept.
    """

    statements: Sequence[Statement]
    told: Callable[[Sequence[tuple[Any, ...]]], None]


NOTHING = Along((), lambda _: None)


def check(question: Question, release: Release) -> Answer:
    """Answer a check of one organisation from what is public as of a day.

    The answer, its row and its row in the audit log stand or fall together; a refusal is recorded
    too.

    Raises:
        CheckRefused: no valid code, a person or one-person undertaking, an unknown matter or
            purpose.
    """
    (told,) = check_within([question], release)
    if isinstance(told, CheckRefused):
        raise told
    return told.answer


def check_all(questions: Sequence[Question], release: Release, *, batch: str = "") -> list[Told]:
    """Answer up to ``MOST`` questions of one day and unit, each by itself, in their order.

    Of a batch the contents stand in its result and are not kept a second time.

    Raises:
        ValueError: there are more, or they are of different days or units.
    """
    with transaction.atomic():
        told = check_within(questions, release, batch=batch)
    return [one.answer if isinstance(one, Given) else one for one in told]


def check_within(
    questions: Sequence[Question], release: Release, *, batch: str = "", along: Along = NOTHING
) -> list[Given | CheckRefused]:
    """Do as ``check_all`` in the transaction that the caller has open.

    One question needs none: all that is written for it goes in one message, which is one.

    Raises:
        ValueError: there are more, or they are of different days or units.
        NotInItsTransaction: none is open for several questions.
    """
    if len(questions) > MOST or len({(asked.as_of, asked.unit) for asked in questions}) > 1:
        message = f"at most {MOST} questions of one day and unit"
        raise ValueError(message)
    told = [_with_content(one) for one in _told(questions, release, along)]
    pairs = list(zip(questions, told, strict=True))
    rows = [_row(asked, one, release, batch) for asked, one in pairs if isinstance(one, Given)]
    statements = [acting_for(questions[0].unit), keeping(rows)] if rows else []
    if len(pairs) == 1:  # waiting for each statement takes longer than they do
        statements.append(actions.recording(_deed(*pairs[0])))
    else:
        actions.record_all(_deed(*pair) for pair in pairs)
    run_together(statements)
    return told


def _with_content(told: Told) -> Given | CheckRefused:
    return Given(told, content_of(told)) if isinstance(told, Answer) else told


def _told(questions: Sequence[Question], release: Release, along: Along) -> list[Told]:
    """Answer or refuse each; nothing is looked up for what is refused by itself."""
    admitted = [_admitted(question, release) for question in questions]
    asked = {
        question.uscc
        for question, matter in zip(questions, admitted, strict=True)
        if isinstance(matter, Matter)
    }
    found = _found(asked, questions[0].as_of, release, along.statements)
    along.told(found.then)

    def told(question: Question, matter: Matter | CheckRefused) -> Told:
        if isinstance(matter, CheckRefused):
            return matter
        made = Made(_number(question), found.head, release)
        try:
            return answer_of(question, matter, found.known.get(question.uscc), made)
        except CheckRefused as refused:
            return refused

    return [told(*pair) for pair in zip(questions, admitted, strict=True)]


def _found(codes: set[str], day: date, release: Release, then: Sequence[Statement]) -> Read:
    if codes:
        return read(codes, day=day, release=release, then=then)
    return Read({}, 0, run_together(then))


def _admitted(question: Question, release: Release) -> Matter | CheckRefused:
    try:
        return admit(question, release)
    except CheckRefused as refused:
        return refused


def _number(question: Question) -> str:
    """Number a check by its instant; two of one instant differ."""
    return ulid.record_id(int(question.asked_at.timestamp() * 1000), secrets.token_bytes(16))


def _row(question: Question, given: Given, release: Release, batch: str) -> Asked:
    answer, content = given.answer, given.content
    return Asked(
        check_no=answer.check_no,
        batch=batch,
        asked_at=question.asked_at,
        as_of=question.as_of,
        asker=question.asker,
        unit=question.unit,
        subject=question.uscc,
        matter=answer.matter,
        purpose=question.purpose,
        case_no=privacy.mask(question.case_no),
        status=answer.status,
        measures=_measures(answer, release),
        content="" if batch else content,
        digest=digest.digest(content.encode()),
    )


def _measures(answer: Answer, release: Release) -> list[dict[str, object]]:
    """What the answer's measures are called and rest on, as an organisation is told of them."""
    attached = {m.measure: m for m in (*answer.measures, *answer.incentives)}
    return [
        {
            "measure": m.measure,
            "name": m.name,
            "kind": m.kind,
            "clause": [f"《{c.title}》{c.article}" for c in sources(m.clause, release)],
        }
        for m in attached.values()
    ]


def _deed(question: Question, told: Given | CheckRefused) -> Deed:
    """What the audit log holds of a check; a text that may be a person's number is not in it."""
    given = isinstance(told, Given)
    details = {"as_of": question.as_of.isoformat()}
    if isinstance(told, Given):
        answer = told.answer
        details |= {"check_no": answer.check_no, "status": answer.status}
        details |= {"head": str(answer.head), "release": answer.release}
    reason = str(told.facts["reason"]) if isinstance(told, CheckRefused) else ""
    return Deed(
        at=question.asked_at,
        actor=question.asker,
        action="check",
        object="" if reason in NAMELESS else question.uscc,
        on_behalf=question.unit,
        purpose=question.purpose if given else privacy.mask(question.purpose),
        matter=question.matter if given else privacy.mask(question.matter),
        case_no=privacy.mask(question.case_no),
        decision=ALLOWED if given else DENIED,
        reason=reason,
        details=details,
    )
