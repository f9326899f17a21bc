"""Years, quarters and months in which something is due, and by when (周期与期限).

Days are days in China. A period is due so many days after its last day; the due day is the last on
which it is in time.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from gongxin.core.dates import add_months

MONTHS = {"month": 1, "quarter": 3, "year": 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A year, quarter or month with its last day for handing in (周期)."""

    first: date
    last: date
    due_on: date


def last_due(cycle: str, due_days: int, *, today: date) -> Period:
    """Return the latest period whose due day is over (最近已到期周期).

    >>> last_due("year", 90, today=date(2026, 4, 1)).last
    datetime.date(2025, 12, 31)
    >>> last_due("year", 90, today=date(2026, 3, 31)).last
    datetime.date(2024, 12, 31)

    Args:
        cycle: month, quarter or year.
        due_days: days from the period's last day to its due day, at least one.
        today: the day on which is asked.
    """
    months = MONTHS[cycle]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    while True:
        last = first - ONE_DAY
        first = add_months(first, -months)
        due_on = last + timedelta(days=due_days)
        if due_on < today:
            return Period(first, last, due_on)


def following(period: Period, cycle: str, due_days: int) -> Period:
    """Return the period after one."""
    first = period.last + ONE_DAY
    last = add_months(first, MONTHS[cycle]) - ONE_DAY
    return Period(first, last, last + timedelta(days=due_days))
