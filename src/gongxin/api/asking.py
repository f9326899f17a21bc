"""Credit checks over the API: who may, once for each key, counted and audited (信用核查接口)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from pydantic import TypeAdapter

from gongxin.accounts import policy
from gongxin.accounts.client_queries import Caller
from gongxin.api import keeping, limits, problems
from gongxin.api.problems import Kind, Problem
from gongxin.api.signatures import Evidence, keep_evidence
from gongxin.audit import actions
from gongxin.audit.signing import Signer
from gongxin.check.answer import Answer, Question
from gongxin.check.asking import check_all
from gongxin.check.documents import content_of, signature, signer
from gongxin.core import privacy, uscc
from gongxin.core.audit import DENIED, Deed
from gongxin.law import Release

JSON = "application/json"
REFUSALS = {
    "purpose": problems.CHECK_UNKNOWN_PURPOSE,
    "matter": problems.CHECK_UNKNOWN_MATTER,
    "person": problems.CHECK_PERSON,
    "no_code": problems.CHECK_NO_CODE,
    "one_person": problems.CHECK_ONE_PERSON,
    "archive_only": problems.CHECK_ARCHIVE_ONLY,
}


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
            unit=self.caller.actor.unit,
        )


@dataclass(frozen=True, slots=True)
class SignedAnswer(Answer):
    """An answer and its signature over the rest as canonical JSON: sorted keys, no blanks."""

    signature: str


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
    answer: SignedAnswer | None
    problem: RowProblem | None


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """The answers of a batch, in the order in which it was asked."""

    items: tuple[BatchRow, ...]
    as_of: date


_ANSWER: TypeAdapter[SignedAnswer] = TypeAdapter(SignedAnswer)
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
        actions.record_all(_denied(asking, code, decision.reason) for code in codes)
    reason = {"reason": decision.reason.value}
    raise Problem(problems.NOT_ALLOWED, members=reason)


def ask(asking: Asking, code: str, *, release: Release, key: str | None) -> HttpResponse:
    """Answer a check of one organisation, or give the answer to the same key again.

    Raises:
        Problem: the day's quota is used up, or the key belongs to another request.
    """

    def effect() -> HttpResponse:
        (found,) = _told([asking.question(code)], release)
        if isinstance(found, SignedAnswer):
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
        told = _told([asking.question(code) for code in codes], release)
        rows = (_row(number, found) for number, found in enumerate(told))
        return _response(_BATCH.dump_json(BatchAnswer(tuple(rows), asking.day)))

    return _once(asking, codes, key, effect)


def _once(
    asking: Asking, codes: Sequence[str], key: str | None, effect: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer, count and keep the answer in one transaction: all of it happens or nothing."""
    caller = asking.caller
    with transaction.atomic():
        # The digest of a body with a person's number could be guessed: no evidence is kept of it.
        if asking.evidence is not None and not any(map(uscc.is_person_number, codes)):
            keep_evidence(asking.evidence)
        if key is not None:
            request = _said(asking, codes)
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


def _told(questions: Sequence[Question], release: Release) -> list[SignedAnswer | Kind]:
    """The one place where this room asks ``check``: signed answers, or as which problem each."""
    by = signer(settings.GONGXIN.home)
    return [
        _signed(told, by) if isinstance(told, Answer) else REFUSALS[str(told.facts["reason"])]
        for told in check_all(questions, release)
    ]


def _signed(answer: Answer, by: Signer) -> SignedAnswer:
    parts = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return SignedAnswer(**parts, signature=signature(content_of(answer), by))


def _row(number: int, found: SignedAnswer | Kind) -> BatchRow:
    if isinstance(found, SignedAnswer):
        return BatchRow(number, found, None)
    problem = RowProblem(found.type, found.title, found.status, found.meaning.en)
    return BatchRow(number, None, problem)


def _response(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type=JSON, headers={"Cache-Control": "no-store"})


def _said(asking: Asking, codes: Sequence[str]) -> str:
    said = (asking.operation, asking.matter, asking.purpose, asking.case_no, asking.officer, *codes)
    return repr(said)


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
