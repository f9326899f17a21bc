"""Periods and their due days, worked by hand with a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.periods import MONTHS, Period, following, last_due

DAYS = st.dates(date(1990, 1, 1), date(2150, 1, 1))


@pytest.mark.parametrize(
    ("cycle", "due_days", "today", "expected"),
    [
        # 2025 is due on 2026-03-31: on that day it is still in time.
        ("year", 90, "2026-03-31", ("2024-01-01", "2024-12-31", "2025-03-31")),
        ("year", 90, "2026-04-01", ("2025-01-01", "2025-12-31", "2026-03-31")),
        ("quarter", 15, "2026-04-15", ("2025-10-01", "2025-12-31", "2026-01-15")),
        ("quarter", 15, "2026-04-16", ("2026-01-01", "2026-03-31", "2026-04-15")),
        ("month", 10, "2026-06-10", ("2026-04-01", "2026-04-30", "2026-05-10")),
        ("month", 10, "2026-06-11", ("2026-05-01", "2026-05-31", "2026-06-10")),
        ("month", 1, "2024-03-02", ("2024-02-01", "2024-02-29", "2024-03-01")),
        ("month", 366, "2026-06-11", ("2025-05-01", "2025-05-31", "2026-06-01")),
    ],
)
def test_the_last_period_that_was_due(cycle, due_days, today, expected):
    found = last_due(cycle, due_days, today=date.fromisoformat(today))

    assert found == Period(*map(date.fromisoformat, expected))


@pytest.mark.parametrize(
    ("cycle", "today", "due_on"),
    [
        ("year", "2026-04-01", "2027-03-31"),
        ("quarter", "2026-04-01", "2026-06-29"),
        ("month", "2026-04-01", "2026-05-01"),  # January, and ninety days
    ],
)
def test_the_period_after_it(cycle, today, due_on):
    period = last_due(cycle, 90, today=date.fromisoformat(today))

    assert following(period, cycle, 90).due_on == date.fromisoformat(due_on)


@given(st.sampled_from(sorted(MONTHS)), st.integers(1, 366), DAYS)
def test_one_period_is_over_and_the_next_is_not(cycle, due_days, today):
    period = last_due(cycle, due_days, today=today)
    after = following(period, cycle, due_days)

    assert period.first <= period.last < period.due_on < today <= after.due_on
    assert after.first == period.last + timedelta(days=1)
