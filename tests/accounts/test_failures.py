"""Whoever fails to log in fills no log: rows grow with accounts and minutes (SAFETY T16, T18)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.accounts import failures
from gongxin.accounts.models import CountedFailure
from tests.accounts.people import AT, add
from tests.fixtures.audit import deeds
from tests.fixtures.penalties import resident_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("units_of_the_city")]
MINUTE = timedelta(minutes=1)


def told() -> list[tuple[str, str, str]]:
    """Whose login failed, why, and how many the row stands for."""
    return [(d["object"], d["reason"], d["details"].get("failures", "1")) for d in deeds("login")]


def test_the_first_failure_is_told_at_once_and_those_after_it_as_one_number():
    add("wang")
    for second in range(30):
        failures.tell_failed("wang", "password", at=AT + timedelta(seconds=second))

    assert told() == [("staff:wang", "password", "1")]
    failures.tell_failed("wang", "password", at=AT + MINUTE)

    assert told() == [
        ("staff:wang", "password", "1"),
        ("staff:wang", "password", "29"),
        ("staff:wang", "password", "1"),
    ]
    assert deeds("login")[1]["details"]["minute"] == AT.isoformat()


def test_a_thousand_names_that_are_nobodys_are_one_row():
    for number in range(1_000):
        failures.tell_failed(f"name-{number}", "password", at=AT)

    assert told() == [("nobody", "password", "1")]
    assert CountedFailure.objects.count() == 1


def test_each_account_and_reason_has_its_own_first_row():
    """What is done to one account is not buried under what is done to another."""
    for login in ("wang", "li"):
        add(login)
    for login, reason in (("wang", "password"), ("li", "password"), ("wang", "too_soon")):
        failures.tell_failed(login, reason, at=AT)

    assert len(told()) == 3


def test_a_flood_that_stops_is_told_by_whoever_seals():
    for _ in range(5):
        failures.tell_failed("", "password", at=AT)

    assert failures.tell_counted(now=lambda: AT + timedelta(seconds=59)) == 0
    assert failures.tell_counted(now=lambda: AT + MINUTE) == 1
    assert failures.tell_counted(now=lambda: AT + MINUTE) == 0
    assert told() == [("nobody", "password", "1"), ("nobody", "password", "4")]


def test_a_single_failure_is_no_second_row():
    failures.tell_failed("", "password", at=AT)

    assert failures.tell_counted(now=lambda: AT + MINUTE) == 0
    assert CountedFailure.objects.count() == 0


def test_what_was_typed_is_counted_nowhere():
    number = resident_number(1)
    failures.tell_failed(number, "password", at=AT)

    assert number not in str(list(CountedFailure.objects.values())) + str(deeds("login"))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(["", "x"]), st.integers(0, 300)), max_size=40))
def test_every_failure_is_told_once(tries):
    """However they come, the numbers of the rows add up to the attempts."""
    before = sum(int(n) for _, _, n in told())
    for login, second in sorted(tries, key=lambda one: one[1]):
        failures.tell_failed(login, "password", at=AT + timedelta(seconds=second))
    failures.tell_counted(now=lambda: AT + timedelta(hours=1))

    assert sum(int(n) for _, _, n in told()) - before == len(tries)
