"""Rule 7: a late report is accepted, and late by working days."""

from datetime import date

import pytest

from gongxin.core.validation import late_days
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


def test_rule_07_a_late_row_is_accepted(law: Law) -> None:
    assert law.faults({"CF_JDRQ": "2024-01-02"}) == []
