"""Rule 51: working days follow the published table of 2026, make-up Saturdays included."""

from datetime import date

import pytest

from tests.rules.conftest import Law


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 4), True),  # a Sunday, worked for New Year
        (date(2026, 2, 14), True),  # a Saturday, worked for the Spring Festival
        (date(2026, 2, 15), False),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 4, 6), False),  # the Monday of Qingming
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_rule_51_make_up_days_are_worked_and_holidays_are_not(
    law: Law, day: date, *, working: bool
) -> None:
    assert law.release.calendar.is_working_day(day) is working


def test_rule_51_a_term_runs_past_the_holidays(law: Law) -> None:
    # Seven working days after 30 September: October 8, 9, 10 (Saturday), 12, 13, 14, 15.
    term = law.release.calendar.add_working_days(date(2026, 9, 30), 7)
    assert (term.day, term.provisional) == (date(2026, 10, 15), False)


def test_rule_51_days_without_a_published_table_are_provisional(law: Law) -> None:
    assert law.release.calendar.add_working_days(date(2026, 12, 31), 1).provisional
