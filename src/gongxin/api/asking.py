"""Credit checks over the API: who may, once for each key, counted and audited (信用核查接口)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.http import HttpResponse
from pydantic import TypeAdapter

from gongxin.accounts import policy
from gongxin.accounts.client_queries import Caller
from gongxin.api import keeping, limits, problems
from gongxin.api.problems import Kind, Problem
from gongxin.api.signatures import Evidence, keep_evidence
from gongxin.audit import actions
from gongxin.check.answer import Answer, CheckRefused, Question, check
from gongxin.core import privacy, uscc
from gongxin.core.audit import DENIED, Deed
from gongxin.core.subject import SOLE_TRADER_PREFIX, archive_only
from gongxin.law import Release

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, for what, when; ``trace_id`` names the request in what goes wrong."""

    operation: str
    caller: Caller
    matter: str
    purpose: str
    case_no: str
    officer: str
    at: datetime
    day: date
    trace_id: str
    evidence: Evidence | None

    @property
    def actor(self) -> str:
        """The asker as the audit log has him: the client, and the unit's person behind it."""
        name = self.caller.actor.name
        return f"{name}#{self.officer}" if self.officer else name

    def question(self, code: str) -> Question:
        """Return the question about one organisation."""
        return Question(
            uscc=code,
            matter=self.matter,
            purpose=self.purpose,
            as_of=self.day,
            asked_at=self.at,
            asker=self.actor,
            case_no=self.case_no,
        )


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one organisation of a batch was refused."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One organisation of a batch by its place, from 0: answered or refused by itself."""

    row: int
    answer: Answer | None
    problem: RowProblem | None


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The answers of a batch, in the order in which it was asked."""

    items: tuple[BatchRow, ...]
    as_of: date


_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
_BATCH: TypeAdapter[BatchAnswer] = TypeAdapter(BatchAnswer)


def permit(asking: Asking, codes: Sequence[str]) -> None:
    """Refuse and record who may not ask for this matter and purpose.

    Raises:
        Problem: policy denies it.
    """
    resource = policy.Resource(matter=asking.matter)
    actor = asking.caller.actor
    decision = policy.can(actor, policy.Action.ASK_CHECK, resource, asking.purpose)
    if decision.allow:
        return
    with transaction.atomic():
        for code in codes:
            actions.record(_denied(asking, code, decision.reason))
    reason = {"reason": decision.reason.value}
    raise Problem(problems.NOT_ALLOWED, members=reason)


def ask(asking: Asking, code: str, *, release: Release, key: str | None) -> HttpResponse:
    """Answer a check of one organisation, or give the answer to the same key again.

    Raises:
        Problem: the day's quota is used up, or the key belongs to another request.
    """

    def effect() -> HttpResponse:
        found = _answer(asking.question(code), release)
        if isinstance(found, Answer):
            return _response(_ANSWER.dump_json(found))
        return Problem(found).response(asking.trace_id)

    return _once(asking, [code], key, effect)


def ask_batch(
    asking: Asking, codes: Sequence[str], *, release: Release, key: str | None
) -> HttpResponse:
    """Answer a check of each organisation by itself, or give the answers again.

    Raises:
        Problem: the day's quota does not hold so many, or the key belongs to another request.
    """

    def effect() -> HttpResponse:
        rows = (_row(n, asking.question(code), release) for n, code in enumerate(codes))
        return _response(_BATCH.dump_json(BatchAnswer(tuple(rows), asking.day)))

    return _once(asking, codes, key, effect)


def _once(
    asking: Asking, codes: Sequence[str], key: str | None, effect: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer, count and keep the answer in one transaction: all of it happens or nothing."""
    caller = asking.caller
    with transaction.atomic():
        if asking.evidence is not None:
            keep_evidence(asking.evidence)
        if key is not None:
            request = _digest(asking, codes)
            again = keeping.take(caller.client_id, key, request=request, at=asking.at)
            if again is not None:
                return again
        response = effect()
        # Last, so that a client's requests wait for each other as short as can be.
        counted = limits.count_asked(
            caller.client_id, len(codes), quota=caller.quota, day=asking.day
        )
        if not counted:
            wait = {"Retry-After": str(limits.seconds_to_midnight(asking.at))}
            detail = f"the client may ask about {caller.quota} organisations a day"
            raise Problem(problems.QUOTA, detail, headers=wait)
        if key is not None:
            keeping.keep(caller.client_id, key, response)
    return response


def _answer(question: Question, release: Release) -> Answer | Kind:
    """The one place where this room asks ``check``: the answer, or as which problem it refuses."""
    try:
        return check(question, release)
    except CheckRefused:
        return _refusal(question, release)


def _refusal(question: Question, release: Release) -> Kind:
    """Tell which refusal it was, in the order in which ``check`` looks."""
    content = release.content
    code = question.uscc
    if not any(question.purpose in (p.purpose, p.name.zh) for p in content.purposes):
        return problems.CHECK_UNKNOWN_PURPOSE
    if not any(question.matter in (m.matter, m.name.zh) for m in content.matters):
        return problems.CHECK_UNKNOWN_MATTER
    if uscc.is_person_number(code):
        return problems.CHECK_PERSON
    if not uscc.is_valid(code):
        return problems.CHECK_NO_CODE
    if archive_only(code) and not code.startswith(SOLE_TRADER_PREFIX):
        return problems.CHECK_ARCHIVE_ONLY
    return problems.CHECK_ONE_PERSON


def _row(number: int, question: Question, release: Release) -> BatchRow:
    found = _answer(question, release)
    if isinstance(found, Answer):
        return BatchRow(number, found, None)
    problem = RowProblem(found.type, found.title, found.status, found.meaning.en)
    return BatchRow(number, None, problem)


def _response(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type=JSON, headers={"Cache-Control": "no-store"})


def _digest(asking: Asking, codes: Sequence[str]) -> str:
    said = (asking.operation, asking.matter, asking.purpose, asking.case_no, asking.officer, *codes)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _denied(asking: Asking, code: str, reason: policy.Reason) -> Deed:
    shown = uscc.is_valid(code) and not uscc.is_person_number(code)
    return Deed(
        at=asking.at,
        actor=asking.actor,
        action="check",
        object=code if shown else "",
        on_behalf=asking.caller.actor.unit,
        purpose=privacy.mask(asking.purpose),
        matter=privacy.mask(asking.matter),
        case_no=privacy.mask(asking.case_no),
        decision=DENIED,
        reason=reason.value,
    )
