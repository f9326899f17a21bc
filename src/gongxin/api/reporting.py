"""What units report of their checks over the API (办理结果反馈)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from gongxin.accounts import policy
from gongxin.accounts.acting import acts_as
from gongxin.accounts.client_queries import Caller
from gongxin.api import problems
from gongxin.api.problems import Problem
from gongxin.api.schemas import OutcomeIn, OutcomeOut
from gongxin.api.signatures import Evidence, keep_evidence
from gongxin.audit import actions
from gongxin.check import outcomes
from gongxin.check.outcomes import Outcome, OutcomeRefused, UnknownCheck
from gongxin.core.audit import DENIED, By, Deed
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who reports and when; the evidence is that of a signed call."""

    caller: Caller
    at: datetime
    evidence: Evidence | None


def report(check_no: str, said: OutcomeIn, who: Reporting, *, release: Release) -> OutcomeOut:
    """Keep the outcome of a check that the caller's unit asked, and the evidence with it.

    Raises:
        Problem: policy denies it, the unit asked no such check, the answer does not justify it, or
            the call was sent before.
    """
    actor, at = who.caller.actor, who.at
    try:
        matter, purpose = outcomes.question_of(check_no, unit=actor.unit)
    except UnknownCheck as error:
        raise Problem(problems.NOT_FOUND) from error
    resource = policy.Resource(owner=actor.unit, matter=matter)
    decision = policy.can(actor, policy.Action.REPORT_OUTCOME, resource, purpose)
    if not decision.allow:
        denied = Deed(
            at=at,
            actor=actor.name,
            action="report-outcome",
            object="",
            on_behalf=actor.unit,
            decision=DENIED,
            reason=decision.reason.value,
            details={"check_no": check_no},
        )
        with transaction.atomic():
            actions.record(denied)
        raise Problem(problems.NOT_ALLOWED, members={"reason": decision.reason.value})
    told = outcomes.Report(
        check_no, Outcome(said.outcome), said.measure, said.not_for_credit, said.reason
    )
    try:
        with transaction.atomic():
            if who.evidence is not None:
                acts_as(who.caller.client_id)
                keep_evidence(who.evidence)
            outcomes.report(told, unit=actor.unit, by=By(actor.name, at), release=release)
    except OutcomeRefused as error:
        raise Problem(problems.OUTCOME_REFUSED) from error
    return OutcomeOut(check_no, said.outcome)
