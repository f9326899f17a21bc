"""What units report of their checks over the API (办理结果反馈)."""

from datetime import datetime

from gongxin.accounts import policy
from gongxin.accounts.client_queries import Caller
from gongxin.api import problems
from gongxin.api.problems import Problem
from gongxin.api.schemas import OutcomeIn, OutcomeOut
from gongxin.check import outcomes
from gongxin.check.outcomes import Outcome, OutcomeRefused, UnknownCheck
from gongxin.core.audit import By


def report(check_no: str, said: OutcomeIn, *, caller: Caller, at: datetime) -> OutcomeOut:
    """Keep the outcome of a check that the caller's unit asked.

    Raises:
        Problem: policy denies it, the unit asked no such check, or the answer does not justify it.
    """
    actor = caller.actor
    resource = policy.Resource(owner=actor.unit)
    decision = policy.can(actor, policy.Action.REPORT_OUTCOME, resource)
    if not decision.allow:
        raise Problem(problems.NOT_ALLOWED, members={"reason": decision.reason.value})
    told = outcomes.Report(
        check_no, Outcome(said.outcome), said.measure, said.not_for_credit, said.reason
    )
    try:
        outcomes.report(told, unit=actor.unit, by=By(actor.name, at))
    except UnknownCheck as error:
        raise Problem(problems.NOT_FOUND) from error
    except OutcomeRefused as error:
        raise Problem(problems.OUTCOME_REFUSED) from error
    return OutcomeOut(check_no, said.outcome)
