"""What became of a case: reported by who asked, justified by the answer, told to who it is about.

legal.md L6 and requirement 2-20: an outcome that is worse than 正常办理 cites a measure of the very
answer that the unit was given, or says that it was not for credit reasons. An outcome is counted
and nothing else comes of it by itself (办理结果反馈).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from gongxin.accounts import units
from gongxin.accounts.acting import acts_for
from gongxin.audit import actions
from gongxin.check.answer import INCENTIVE
from gongxin.check.models import Asked, Notice, Proposal, Reported
from gongxin.core import privacy, uscc
from gongxin.core.audit import By, Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.law import Release


class Outcome(StrEnum):
    """What a unit did with a case (2-23)."""

    PRIORITY = "priority"  # 优先办理
    NORMAL = "normal"  # 正常办理
    STRICT = "strict"  # 从严办理
    REFUSED = "refused"  # 不予办理
    WATCHED = "watched"  # 纳入重点监管

    @property
    def zh(self) -> str:
        """The name in the field."""
        return NAMES[self]


NAMES = {
    Outcome.PRIORITY: "优先办理",
    Outcome.NORMAL: "正常办理",
    Outcome.STRICT: "从严办理",
    Outcome.REFUSED: "不予办理",
    Outcome.WATCHED: "纳入重点监管",
}
TOLD, CORRECTED = "outcome", "outcome-corrected"  # notices of the pack
WORSE = frozenset({Outcome.STRICT, Outcome.REFUSED, Outcome.WATCHED})
FEWEST = 4  # letters of a reason in words: 材料不全 [design]


class UnknownCheck(CreditError):
    """The unit asked no such check; the same is said of a check that another unit asked."""

    code = "check.unknown"


class OutcomeRefused(CreditError):
    """The outcome is not justified by the answer; nothing was kept."""

    code = "check.outcome_refused"


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit says became of a check: a worse outcome has a measure or says it is not credit.

    ``measure`` is the code of a measure that the answer holds; ``reason`` is in words, and needed
    where the ground is none of the answer's: who asks later why must find more than "not credit".
    """

    check_no: str
    outcome: Outcome
    measure: str = ""
    not_for_credit: bool = False
    reason: str = ""


def question_of(check_no: str, *, unit: str) -> tuple[str, str]:
    """Return the matter and purpose of a check that the unit asked.

    Raises:
        UnknownCheck: ``unit`` asked no check of that number.
    """
    with transaction.atomic():
        acts_for(unit)
        asked = _asked(Asked.objects.all(), check_no, unit)
    return asked.matter, asked.purpose


def _asked(checks: QuerySet[Asked], check_no: str, unit: str) -> Asked:
    found = checks.filter(check_no=check_no, unit=unit).first() if unit else None
    if found is None:
        message = "no check of this number was asked by this unit"
        raise UnknownCheck(message)
    return found


def report(said: Report, *, unit: str, by: By, release: Release) -> None:
    """Keep an outcome; tell the organisation on the same day if it was worse for credit reasons.

    The same report again changes nothing; another one takes its place in what is counted.

    Raises:
        UnknownCheck: ``unit`` asked no check of that number.
        OutcomeRefused: a worse outcome without a measure of the answer, with both reasons, or not
            for credit reasons and without words that say why and name no person's number.
    """
    with transaction.atomic():
        acts_for(unit)
        asked = _asked(Asked.objects.select_for_update(), said.check_no, unit)
        named = _justified(said, asked)
        if _same(said, asked):
            return
        reported = Reported.objects.create(
            asked=asked,
            outcome=said.outcome.value,
            measure=said.measure,
            for_credit=bool(named),
            reason=privacy.mask(said.reason),
            reported_at=by.at,
            reporter=by.actor,
        )
        if named:
            _tell(reported, asked, named, release.notices[TOLD])
        elif Notice.objects.filter(reported__asked=asked).exists():
            _tell(reported, asked, "", release.notices[CORRECTED])
        if named and said.outcome is Outcome.WATCHED:
            Proposal.objects.create(
                reported=reported, subject=asked.subject, measure=said.measure, made_at=by.at
            )
        actions.record(_deed(said, asked, by))


def _justified(said: Report, asked: Asked) -> str:
    """Return the words of the clause that justifies a worse outcome, empty if none is needed."""
    held = {m["measure"]: m for m in asked.measures if m["kind"] != INCENTIVE}
    if said.outcome not in WORSE:
        if said.measure:
            message = f"{said.outcome.zh} needs no measure; leave it out"
            raise OutcomeRefused(message)
        return ""
    if said.not_for_credit == bool(said.measure):
        message = (
            f"{said.outcome.zh} cites one measure of the answer, or says that it is not for"
            " credit reasons"
        )
        raise OutcomeRefused(message, measures=sorted(held))
    if said.not_for_credit:
        _demand_words(said)
        return ""
    if said.measure not in held:
        message = f"the answer {asked.check_no} holds no such measure; it holds {sorted(held)}"
        raise OutcomeRefused(message, measures=sorted(held))
    measure = held[said.measure]
    return f"{measure['name']}（{'；'.join(measure['clause'])}）"


def _demand_words(said: Report) -> None:
    if sum(sign.isalpha() for sign in said.reason) < FEWEST:
        message = f"{said.outcome.zh} that is not for credit reasons says in words why"
        raise OutcomeRefused(message)
    if privacy.holds_person_number(said.reason) or uscc.is_person_number(said.reason):
        message = "the reason holds a person's number: leave it out"
        raise OutcomeRefused(message)


def _same(said: Report, asked: Asked) -> bool:
    last = Reported.objects.filter(asked=asked).order_by("-id").first()
    now = (said.outcome.value, said.measure, privacy.mask(said.reason))
    return last is not None and (last.outcome, last.measure, last.reason) == now


def _tell(reported: Reported, asked: Asked, named: str, words: str) -> None:
    """Write what the organisation is told, in the words of the pack."""
    text = words.format(
        day=reported.reported_at.astimezone(CHINA).date().isoformat(),
        unit=units.names().get(asked.unit, asked.unit),
        case_no=asked.case_no,
        outcome=Outcome(reported.outcome).zh,
        measure=named,
        check_no=asked.check_no,
    )
    Notice.objects.create(
        reported=reported, subject=asked.subject, text=text, made_at=reported.reported_at
    )


def _deed(said: Report, asked: Asked, by: By) -> Deed:
    return Deed(
        at=by.at,
        actor=by.actor,
        action="report-outcome",
        object=asked.subject,
        on_behalf=asked.unit,
        matter=asked.matter,
        purpose=asked.purpose,
        case_no=asked.case_no,
        details={
            "check_no": asked.check_no,
            "outcome": said.outcome.value,
            "measure": said.measure,
        },
    )
