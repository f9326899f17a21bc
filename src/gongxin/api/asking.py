"""Credit checks over the API: who may, once for each key, counted and audited (信用核查接口)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from pydantic import TypeAdapter

from gongxin.accounts import policy
from gongxin.accounts.acting import acts_as
from gongxin.accounts.client_queries import Caller
from gongxin.api import keeping, limits, problems
from gongxin.api.problems import Kind, Problem
from gongxin.api.signatures import Evidence, keep_evidence
from gongxin.audit import actions
from gongxin.audit.signing import Signer
from gongxin.check.answer import Answer, CheckRefused, Question
from gongxin.check.asking import NOTHING, Along, Given, check_within
from gongxin.check.documents import signature, signer
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


_PROBLEM: TypeAdapter[RowProblem] = TypeAdapter(RowProblem)


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

    def effect(along: Along = NOTHING) -> HttpResponse:
        (told,) = _told([asking.question(code)], release, along)
        if isinstance(told, Kind):
            return Problem(told).response(asking.trace_id)
        return _response(told)

    if key is None and asking.evidence is None and asking.caller.quota > 0:
        return _at_once(asking, effect)
    return once(asking, [code], key, Effect(effect, 1))


def ask_batch(
    asking: Asking, codes: Sequence[str], *, release: Release, key: str | None
) -> HttpResponse:
    """Answer a check of each organisation by itself, or give the answers again.

    Raises:
        Problem: the day's quota does not hold so many, or the key belongs to another request.
    """

    def effect() -> HttpResponse:
        told = _told([asking.question(code) for code in codes], release)
        rows = ",".join(_row(number, one) for number, one in enumerate(told))
        return _response(f'{{"items":[{rows}],"as_of":"{asking.day}"}}')

    return once(asking, codes, key, Effect(effect, len(codes)))


@dataclass(frozen=True, slots=True)
class Effect:
    """What a request does: ``answer`` does it, about so many organisations of the day's quota."""

    answer: Callable[[], HttpResponse]
    counts: int


def once(asking: Asking, codes: Sequence[str], key: str | None, effect: Effect) -> HttpResponse:
    """Answer and keep the answer in one transaction: all of it happens or nothing.

    The organisations are counted before, by themselves: requests of a client that are answered at
    the same time would else wait for each other's disk. What is not answered is given back.
    ``codes`` is what makes two requests the same.
    """
    caller = asking.caller
    counted = limits.count_asked(
        caller.client_id, effect.counts, quota=caller.quota, day=asking.day
    )
    answered = False
    try:
        with transaction.atomic():
            again = _kept(asking, codes, key)
            if again is not None:
                return again
            if not counted:
                raise _used_up(asking)
            response = effect.answer()
            if key is not None:
                keeping.keep(caller.client_id, key, response)
        answered = True
    finally:
        if counted and not answered:
            limits.give_back(caller.client_id, effect.counts, day=asking.day)
    return response


def _at_once(asking: Asking, answer: Callable[[Along], HttpResponse]) -> HttpResponse:
    """Do as ``once`` for one organisation where nothing is kept of the request itself.

    It is counted with the look at the ledger, and what is kept goes in one message more, which is
    a transaction by itself: waiting for each statement takes longer than they do.
    """
    caller, counted, answered = asking.caller, False, False

    def told(rows: Sequence[tuple[Any, ...]]) -> None:
        nonlocal counted
        counted = len(rows) == 1
        if not counted:
            raise _used_up(asking)

    counting = limits.counting(caller.client_id, 1, quota=caller.quota, day=asking.day)
    try:
        response = answer(Along(counting, told))
        answered = True
    finally:
        if counted and not answered:
            limits.give_back(caller.client_id, 1, day=asking.day)
    return response


def _kept(asking: Asking, codes: Sequence[str], key: str | None) -> HttpResponse | None:
    """Keep the evidence of a request; return the answer that its key was given before."""
    client_id, evidence = asking.caller.client_id, asking.evidence
    if evidence is not None or key is not None:
        acts_as(client_id)
    # The digest of a body with a person's number can be guessed: no evidence of it is kept.
    if evidence is not None and not any(map(uscc.is_person_number, codes)):
        keep_evidence(evidence)
    if key is None:
        return None
    return keeping.take(client_id, key, request=_said(asking, codes), at=asking.at)


def _used_up(asking: Asking) -> Problem:
    wait = {"Retry-After": str(limits.seconds_to_midnight(asking.at))}
    detail = f"the client may ask about {asking.caller.quota} organisations a day"
    return Problem(problems.QUOTA, detail, headers=wait)


def _told(
    questions: Sequence[Question], release: Release, along: Along = NOTHING
) -> list[str | Kind]:
    """The one place where this room asks ``check``: signed answers as JSON, or which problem."""
    by = signer(settings.GONGXIN.home)
    return [
        _signed(told.content, by) if isinstance(told, Given) else REFUSALS[_reason(told)]
        for told in check_within(questions, release, along=along)
    ]


def _reason(refused: CheckRefused) -> str:
    return str(refused.facts["reason"])


def _signed(content: str, by: Signer) -> str:
    """Return the content as it was signed, and the signature as its last member."""
    return f'{content[:-1]},"signature":{json.dumps(signature(content, by))}}}'


def _row(number: int, told: str | Kind) -> str:
    if isinstance(told, str):
        return f'{{"row":{number},"answer":{told},"problem":null}}'
    problem = RowProblem(told.type, told.title, told.status, told.meaning.en)
    return f'{{"row":{number},"answer":null,"problem":{_PROBLEM.dump_json(problem).decode()}}}'


def _response(body: str) -> HttpResponse:
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
