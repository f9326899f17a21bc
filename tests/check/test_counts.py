"""Statistics and the rate of required checks: figures counted by hand from the town's questions."""

import json
from datetime import date, timedelta

import pytest

from gongxin.audit.models import Row
from gongxin.check import batches
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.cases import Handled, NoRequiredCheck, Rate, Taken, hand_in, rates
from gongxin.check.models import Asked, Case
from gongxin.check.outcomes import Outcome, Report, report
from gongxin.check.statistics import Looks, Outcomes, looks, outcomes
from gongxin.core.audit import By
from tests.derive import town as t

pytestmark = pytest.mark.django_db

BY = By("client:示例", t.RECEIVED)
DAY = timedelta(days=1)
PERIOD = {"first": t.TODAY, "last": t.TODAY}


@pytest.fixture
def ask(settled):
    """Ask about an organisation for a case, on the town's day."""

    def asked(who, case_no, *, unit=t.TRANSPORT, matter="procurement", as_of=t.TODAY) -> str:
        question = Question(
            who[0], matter, "admission", as_of, t.RECEIVED, "client:示例", case_no, unit
        )
        return check(question, settled.release).check_no

    return asked


def test_looks_are_counted_by_unit_matter_and_purpose(ask, settled):
    for who, case_no in ((t.FINED, "1"), (t.FINED, "2"), (t.LISTED, "3")):
        ask(who, case_no)
    ask(t.FINED, "1", unit=t.MARKET, matter="inspection")

    found = looks(**PERIOD, release=settled.release)

    assert found == (
        Looks(t.TRANSPORT, "公共资源交易", "procurement", "admission", 3, 3, 2, 1),
        Looks(t.MARKET, "行政监管", "inspection", "admission", 1, 1, 1, 0),
    )
    assert looks(**PERIOD, release=settled.release, units=[t.MARKET]) == found[1:]


def test_a_batch_is_one_query_of_many_organisations(settled):
    """Requirement 2-34: queries and the organisations in them are two figures."""
    question = Question(
        t.FINED[0], "procurement", "admission", t.TODAY, t.RECEIVED, "client:示例", "9", t.MARKET
    )
    number = batches.open_batch([t.FINED[0], t.LISTED[0], t.QUIET[0]], question, settled.release)
    for _ in batches.work(number, home=settled.home, release=settled.release):
        continue

    (found,) = looks(**PERIOD, release=settled.release)

    assert (found.queries, found.checks, found.organisations) == (1, 3, 3)


def test_an_answer_with_a_measure_keeps_its_clause_and_who_asked(ask):
    """Requirement 3-29: the count is of answers, none of which refuses anything."""
    number = ask(t.LISTED, "1")

    kept = Asked.objects.get(check_no=number)
    restricting = [one for one in kept.measures if one["kind"] != "incentive"]

    assert [one["measure"] for one in restricting] == ["procurement-serious"]
    assert all(one["clause"] for one in restricting)
    assert (kept.asker, kept.unit, kept.case_no) == ("client:示例", t.TRANSPORT, "1")
    assert "refuse" not in kept.content


def test_the_last_outcome_of_a_case_counts(ask):
    first, second, _ = ask(t.FINED, "1"), ask(t.LISTED, "2"), ask(t.QUIET, "3")
    for number, outcome in ((first, Outcome.NORMAL), (first, Outcome.PRIORITY)):
        report(Report(number, outcome), unit=t.TRANSPORT, by=BY, release=t.release())
    report(
        Report(second, Outcome.REFUSED, "procurement-serious"),
        unit=t.TRANSPORT,
        by=BY,
        release=t.release(),
    )

    assert outcomes(**PERIOD) == (
        Outcomes("procurement", "priority", 1),
        Outcomes("procurement", "refused", 1),
        Outcomes("procurement", "", 1),
    )


def test_a_period_has_both_its_days_in_china(ask, settled):
    ask(t.FINED, "1")
    day = t.TODAY

    assert [len(looks(first=f, last=u, release=settled.release)) for f, u in (
        (day - DAY, day - DAY), (day, day), (day + DAY, day + DAY),
    )] == [0, 1, 0]  # fmt: skip


def handled(*cases: tuple[str, str], on: date = t.TODAY) -> list[Handled]:
    return [Handled(case_no, uscc, on) for case_no, uscc in cases]


def test_checked_of_what_should_have_been_checked(ask, settled):
    """Four cases: one checked, one under another number, one by another unit, one never."""
    ask(t.FINED, "1")
    ask(t.LISTED, "another number")
    ask(t.QUIET, "3", unit=t.MARKET)
    cases = handled(("1", t.FINED[0]), ("2", t.LISTED[0]), ("3", t.QUIET[0]), ("4", t.RENAMED[0]))

    for _ in range(2):  # handed in again nothing counts twice
        taken = hand_in(
            cases, unit=t.TRANSPORT, matter="procurement", by=BY, release=settled.release
        )

    assert taken == Taken(4, 0)
    counted = [json.loads(bytes(r.content))["details"] for r in Row.objects.filter(
        action="hand-in-cases").order_by("id")]  # fmt: skip
    assert [told["cases"] for told in counted] == ["4", "0"]
    assert rates(**PERIOD) == [Rate(t.TRANSPORT, "procurement", 1, 4)]


def test_a_check_after_the_case_was_handled_is_none(ask, settled):
    ask(t.FINED, "1")
    hand_in(
        handled(("1", t.FINED[0]), on=t.TODAY - DAY),
        unit=t.TRANSPORT,
        matter="procurement",
        by=BY,
        release=settled.release,
    )

    assert rates(first=t.TODAY - DAY, last=t.TODAY) == [Rate(t.TRANSPORT, "procurement", 0, 1)]


def test_persons_and_their_undertakings_stand_outside(settled):
    """The sole trader and the number are told by the code, the owned one by the register."""
    cases = handled(("1", t.RESIDENT_ID), ("2", t.TRADER[0]), ("3", t.OWNED[0]))

    taken = hand_in(cases, unit=t.TRANSPORT, matter="procurement", by=BY, release=settled.release)

    assert (taken.outside, rates(**PERIOD)) == (2, [])
    assert not Case.objects.filter(subject__in=[t.RESIDENT_ID, t.TRADER[0]]).exists()
    assert t.RESIDENT_ID not in bytes(Row.objects.get().content).decode()


def test_where_no_check_is_required_no_case_is_kept(settled):
    with pytest.raises(NoRequiredCheck):
        hand_in(
            handled(("1", t.FINED[0])),
            unit=t.TRANSPORT,
            matter="finance",
            by=BY,
            release=settled.release,
        )

    assert (Case.objects.count(), Row.objects.count()) == (0, 0)
