"""Who looked at an organisation, so that it can be shown it: T04."""

from datetime import timedelta

import pytest

from gongxin.accounts.acting import acts_for
from gongxin.audit import queries
from gongxin.audit.models import Row
from gongxin.audit.queries import Look
from tests.audit.conftest import AT, Log, deed

pytestmark = pytest.mark.django_db
USCC = "91211100MA000001XX"
UNIT = "1121110005260181XL"


@pytest.fixture(autouse=True)
def acting(db: None) -> None:
    """Only who acts for the organisation sees who looked at it."""
    acts_for(USCC)


def look(**changes: object):
    given = {"object": USCC, "on_behalf": UNIT, "matter": "bidding", "actor": "staff:王五"}
    return deed(**(given | changes))


def test_a_look_tells_when_which_unit_and_what_for(log: Log):
    log.record(look(at=AT, case_no="案〔2026〕12号"))

    assert queries.looks_at(USCC, AT) == (
        Look(AT, UNIT, "tendering", "bidding", "案〔＊＊＊＊＊＊＊＊"),
    )


def test_nobody_of_the_staff_is_named(log: Log):
    log.record(look(at=AT, details={"officer": "王五"}, reason="王五"))

    assert "王五" not in str(queries.looks_at(USCC, AT))


def test_the_newest_comes_first_and_what_was_before_is_left_out(log: Log):
    hours = [timedelta(hours=n) for n in (-1, 0, 2, 1)]
    log.record(*(look(at=AT + hour) for hour in hours))

    found = [one.at - AT for one in queries.looks_at(USCC, AT)]
    assert found == [timedelta(hours=2), timedelta(hours=1), timedelta(0)]


@pytest.mark.parametrize(
    "changes",
    [{"object": "91211100MA000002XX"}, {"action": "intake"}, {"decision": "deny"}],
    ids=["of another", "no look", "denied"],
)
def test_what_was_no_look_at_it_is_left_out(log: Log, changes):
    log.record(look(at=AT, **changes))

    assert queries.looks_at(USCC, AT) == ()
    assert Row.objects.count() == 1


@pytest.mark.parametrize(
    ("case", "shown"),
    [("", ""), ("12", "＊＊"), ("123", "12＊"), ("案〔2026〕1", "案〔＊＊＊＊＊＊")],
)
def test_a_case_number_is_covered(case, shown):
    assert queries.covered(case) == shown


def test_who_acts_for_another_sees_nothing(log: Log):
    log.record(look(at=AT))

    acts_for("91211100MA000002XX")

    assert queries.looks_at(USCC, AT) == ()
