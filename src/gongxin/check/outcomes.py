"""What became of a case: reported by who asked, justified by the answer, told to who it is about.

legal.md L6 and requirement 2-20: an outcome that is worse than 正常办理 cites a measure of the very
answer that the unit was given, or says that it was not for credit reasons. An outcome is counted
and nothing else comes of it by itself (办理结果反馈).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from gongxin.accounts.acting import acts_for
from gongxin.audit import actions
from gongxin.check.answer import INCENTIVE
from gongxin.check.models import Asked, Notice, Proposal, Reported
from gongxin.core import privacy
from gongxin.core.audit import By, Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError


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
WORSE = frozenset({Outcome.STRICT, Outcome.REFUSED, Outcome.WATCHED})


class UnknownCheck(CreditError):
    """The unit asked no such check; the same is said of a check that another unit asked."""

    code = "check.unknown"


class OutcomeRefused(CreditError):
    """The outcome is not justified by the answer; nothing was kept."""

    code = "check.outcome_refused"


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit says became of a check: a worse outcome has a measure or says it is not credit.

    ``measure`` is the code of a measure that the answer holds; ``reason`` is in words.
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
        asked = Asked.objects.filter(check_no=check_no, unit=unit).first()
    if asked is None or unit == "":
        message = "no check of this number was asked by this unit"
        raise UnknownCheck(message)
    return asked.matter, asked.purpose


def report(said: Report, *, unit: str, by: By) -> None:
    """Keep an outcome; tell the organisation on the same day if it was worse for credit reasons.

    The same report again changes nothing; another one takes its place in what is counted.

    Raises:
        UnknownCheck: ``unit`` asked no check of that number.
        OutcomeRefused: a worse outcome without a measure of the answer, or with both reasons.
    """
    with transaction.atomic():
        acts_for(unit)
        asked = Asked.objects.select_for_update().filter(check_no=said.check_no, unit=unit).first()
        if asked is None or unit == "":
            message = "no check of this number was asked by this unit"
            raise UnknownCheck(message)
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
            _tell(reported, asked, named)
        elif Notice.objects.filter(reported__asked=asked).exists():
            _correct(reported, asked)
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
        return ""
    if said.measure not in held:
        message = f"the answer {asked.check_no} holds no such measure; it holds {sorted(held)}"
        raise OutcomeRefused(message, measures=sorted(held))
    measure = held[said.measure]
    return f"{measure['name']}（{'；'.join(measure['clause'])}）"


def _same(said: Report, asked: Asked) -> bool:
    last = Reported.objects.filter(asked=asked).order_by("-id").first()
    return last is not None and (last.outcome, last.measure) == (said.outcome.value, said.measure)


def _tell(reported: Reported, asked: Asked, named: str) -> None:
    """Write what the organisation is told, and propose what a person has to decide."""
    outcome = Outcome(reported.outcome)
    day = reported.reported_at.astimezone(CHINA).date().isoformat()
    text = (
        f"{day}，单位 {asked.unit} 办理事项（{asked.case_no}）的结果为“{outcome.zh}”，"
        f"所依据的信用惩戒或管理措施：{named}。核查编号 {asked.check_no}。"
        "对所用信用信息有异议的，可以向信用平台提出异议申诉；符合条件的，可以申请信用修复；"
        "对办理结果不服的，可以依法向该单位的上级机关申请行政复议或者提起行政诉讼。"
    )
    Notice.objects.create(
        reported=reported, subject=asked.subject, text=text, made_at=reported.reported_at
    )
    if outcome is Outcome.WATCHED:
        Proposal.objects.create(
            reported=reported,
            subject=asked.subject,
            measure=reported.measure,
            made_at=reported.reported_at,
        )


def _correct(reported: Reported, asked: Asked) -> None:
    """Tell the organisation that what it was told of this case holds no longer."""
    day = reported.reported_at.astimezone(CHINA).date().isoformat()
    text = (
        f"{day}，单位 {asked.unit} 更正了办理事项（{asked.case_no}）的结果，现为"
        f"“{Outcome(reported.outcome).zh}”，不再依据信用惩戒或管理措施。核查编号 {asked.check_no}。"
        "此前告知的结果不再有效。"
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
