"""Rule 7: a late report is accepted, and late by working days."""

from datetime import date

import pytest

from gongxin.core.validation import first_in_time, late_days
from tests.rules.conftest import Law


@pytest.mark.parametrize(
    ("received_on", "late"),
    [
        # Decided on Tuesday 28 April; working days: April 29, 30, May 6, 7, 8, 9 (Saturday), 11.
        (date(2026, 5, 9), 0),
        (date(2026, 5, 11), 0),
        (date(2026, 5, 12), 1),
        (date(2026, 5, 18), 5),
    ],
)
def test_rule_07_late_days_are_working_days(law: Law, received_on: date, late: int) -> None:
    found = late_days(
        law.release.items["administrative-penalty"],
        law.release.calendar,
        decided_on=date(2026, 4, 28),
        received_on=received_on,
    )
    assert found == late


@pytest.mark.parametrize(
    ("received_on", "first"),
    [
        # Seven working days back from 11 May: 29 April is the first after 28 April.
        (date(2026, 5, 11), date(2026, 4, 28)),
        (date(2026, 5, 12), date(2026, 4, 29)),
        # 1 to 5 May are days off: a decision on one of them is due with one of 30 April.
        (date(2026, 5, 13), date(2026, 4, 30)),
        (date(2026, 5, 14), date(2026, 5, 6)),
    ],
)
def test_rule_07_the_first_day_in_time(law: Law, received_on: date, first: date) -> None:
    item, calendar = law.release.items["administrative-penalty"], law.release.calendar
    assert first_in_time(item, calendar, received_on=received_on) == first


def test_rule_07_a_late_row_is_accepted(law: Law) -> None:
    assert law.faults({"CF_JDRQ": "2024-01-02"}) == []
