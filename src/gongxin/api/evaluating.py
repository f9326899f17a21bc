"""The operation that gives a grade as it is published, with all that explains it (评价结果调用).

The same grade as on the organisation's page, computed when it is asked for: what has ended has no
weight. Who is not graded, whose grade is not published, one person's undertaking, a person and who
is not known are one answer (T02). It says who may not be refused for it: nobody.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query

from gongxin.accounts import policy
from gongxin.accounts.client_queries import Caller
from gongxin.api import clock, limits, problems, schemas
from gongxin.api.operations import UsccPart, as_json, operation, release
from gongxin.api.problems import Problem
from gongxin.audit import actions
from gongxin.core import uscc
from gongxin.core.audit import ALLOWED, DENIED, Deed
from gongxin.core.citation import Citation, Label
from gongxin.derive.explanation import ILLUSTRATIVE, Explanation, published
from gongxin.law import Release

SCOPE = "evaluation"
ACTION = "read-evaluation"
# Kept by the asker's own cache alone and asked for again each time, so that each look is logged.
KEPT = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, noarchive"}
# [design] after legal.md L6: nothing adverse without a basis in law and a person's decision.
NOTICE = Label(
    "评价等级只是对已公开信用信息的归纳，不是行政决定。不得仅凭等级拒绝办理、降低待遇或者采取惩戒措施；"
    "采取措施须有法律、法规或者党中央、国务院政策文件为依据，并由工作人员作出决定、说明理由。",
    "A grade sums up what is public; it is no administrative decision. Nobody may be refused,"
    " treated worse or subjected to a measure for a grade alone: a measure needs a basis in law and"
    " a person who decides with reasons.",
)
EXAMPLE = Label(
    "示例：该模型不是任何机关的评价，没有任何效力。",
    "Example: this model is no authority's evaluation and has no effect.",
)
Purpose = Annotated[
    str,
    Query(max_length=64, description="Needed: code or name of a purpose of the catalog 查询事由"),
]


@dataclass(frozen=True, slots=True)
class LevelOut:
    """A level of the model, from best to worst; thousandths that reach it, None for the last."""

    level: str
    name: Label
    lowest: int | None


@dataclass(frozen=True, slots=True)
class FactorOut:
    """Points (signed thousandths) that one public record gave, with the clause that gives them."""

    item: str
    name: Label
    record_id: str
    document_no: str
    decided_on: date
    points: int
    basis: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CeilingOut:
    """A clause that allows no better level, and the records for which it holds."""

    name: Label
    level: str
    records: tuple[str, ...]
    basis: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class EvaluationOut:
    """A published grade and why; ``notice`` says what it may not be used for.

    ``standing`` names whose grade it is (legal.md L1); one that is ``illustrative`` has no effect.
    ``score`` and ``base`` are thousandths. ``coverage`` is never ``full`` while no register says
    that the data are whole.
    """

    uscc: str
    name: str
    model: str
    model_name: Label
    version: str
    authority: str
    standing: str
    illustrative: bool
    level: str
    level_name: Label
    levels: tuple[LevelOut, ...]
    base: int
    score: int
    factors: tuple[FactorOut, ...]
    ceilings: tuple[CeilingOut, ...]
    basis: tuple[Citation, ...]
    coverage: str
    notice: tuple[Label, ...]
    explanation: str
    as_of: date
    head: int
    release: str
    how_to_repair: str = schemas.REPAIR
    how_to_object: str = schemas.OBJECTION


@dataclass(frozen=True, slots=True)
class Looked:
    """Who asks for whose grade and for which purpose of the catalog."""

    caller: Caller
    code: str
    purpose: str


@operation(
    "GET", "/subjects/{uscc}/evaluation", gives=EvaluationOut, scope=SCOPE, takes=("purpose",)
)
def read_evaluation(request: HttpRequest, uscc: UsccPart, purpose: Purpose = "") -> HttpResponse:
    """Read the published grade of an organisation with each point explained 信用评价.

    A grade alone is no basis for refusing anybody or treating anybody worse. Organisations that are
    not graded are not found; that is no disadvantage. Counts in the day's quota.
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]
    active = release()
    looked = Looked(caller, uscc, _known_purpose(purpose, active))
    _permit(looked)
    _count(caller)
    try:
        with transaction.atomic():
            found = _published(uscc, active)
            actions.record(_deed(looked, found=found is not None))
    except BaseException:
        limits.give_back(caller.client_id, 1, day=clock.today())
        raise
    if found is None:
        raise Problem(problems.NOT_FOUND)
    return as_json(_out(found, active), KEPT)


def _known_purpose(said: str, active: Release) -> str:
    """Return the code of a purpose that the catalog has.

    Raises:
        Problem: it has none of that name.
    """
    for purpose in active.content.purposes:
        if said in (purpose.purpose, purpose.name.zh):
            return purpose.purpose
    raise Problem(problems.CHECK_UNKNOWN_PURPOSE)


def _permit(looked: Looked) -> None:
    """Refuse and record who may not ask for this purpose; nothing is looked up before.

    Raises:
        Problem: policy denies it.
    """
    actor, nothing = looked.caller.actor, policy.Resource()
    decision = policy.can(actor, policy.Action.READ_EVALUATION, nothing, looked.purpose)
    if decision.allow:
        return
    reason = decision.reason.value
    with transaction.atomic():
        actions.record(_deed(looked, decision=DENIED, reason=reason))
    raise Problem(problems.NOT_ALLOWED, members={"reason": reason})


def _count(caller: Caller) -> None:
    """Count one organisation of the client's day.

    Raises:
        Problem: the quota is used up.
    """
    if limits.count_asked(caller.client_id, 1, quota=caller.quota, day=clock.today()):
        return
    wait = {"Retry-After": str(limits.seconds_to_midnight(clock.now()))}
    detail = f"the client may ask about {caller.quota} organisations a day"
    raise Problem(problems.QUOTA, detail, headers=wait)


def _published(code: str, active: Release) -> Explanation | None:
    """Return the grade of an organisation that everybody may see; None for everybody else."""
    formed = uscc.is_form(code) and not uscc.is_person_number(code)
    return published(code, as_of=clock.today(), release=active) if formed else None


def _deed(
    looked: Looked, *, decision: str = ALLOWED, reason: str = "", found: bool | None = None
) -> Deed:
    code, actor = looked.code, looked.caller.actor
    shown = uscc.is_valid(code) and not uscc.is_person_number(code)
    return Deed(
        at=clock.now(),
        actor=actor.name,
        action=ACTION,
        object=code if shown else "",
        on_behalf=actor.unit,
        purpose=looked.purpose,
        decision=decision,
        reason=reason,
        details={} if found is None else {"found": "yes" if found else "no"},
    )


def _out(found: Explanation, active: Release) -> EvaluationOut:
    model = active.models[found.model]
    last = model.levels[-1]
    illustrative = found.standing == ILLUSTRATIVE
    return EvaluationOut(
        uscc=found.uscc,
        name=found.name,
        model=found.model,
        model_name=found.model_name,
        version=model.version,
        authority=model.authority,
        standing=found.standing,
        illustrative=illustrative,
        level=found.level,
        level_name=found.level_name,
        levels=tuple(
            LevelOut(one.level, one.name, None if one is last else one.lowest)
            for one in model.levels
        ),
        base=found.base,
        score=found.score,
        factors=tuple(
            FactorOut(
                item=line.item,
                name=line.item_name,
                record_id=line.record_id,
                document_no=line.document_no,
                decided_on=line.decided_on,
                points=line.points,
                basis=line.cite,
            )
            for line in found.lines
        ),
        ceilings=tuple(
            CeilingOut(
                ceiling.name,
                ceiling.level,
                tuple(r.record_id for r in ceiling.records),
                ceiling.cite,
            )
            for ceiling in found.ceilings
        ),
        basis=model.basis,
        coverage="partial",  # as a check's: no register says that the data are whole
        notice=(NOTICE, EXAMPLE) if illustrative else (NOTICE,),
        explanation=f"/subjects/{found.uscc}/explanation",
        as_of=found.as_of,
        head=found.head,
        release=found.release,
    )
