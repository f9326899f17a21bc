"""Working days by the published holiday calendar, which is an argument (工作日)."""

from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """The last day of a term in working days (期限届满日).

    ``provisional``: the term touches days for which no holidays have been published yet, so the
    day may still move (暂定).
    """

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Public holidays and make-up working days of a span of days (节假日及调休安排).

    Attributes:
        holidays: days off, also those that fall on a weekend.
        workdays: Saturdays and Sundays that are worked in exchange (调休上班).
        first: first day that the published data cover.
        last: last day that the published data cover.

    The arrangement of the last days of a year may be published with the next year's (2018-12-29,
    2018-12-31): merge the tables of all years before building one calendar.

    Raises:
        ValueError: ``first`` is after ``last``, or a day is both a holiday and worked.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a calendar that contradicts itself."""
        if self.first > self.last:
            message = f"the calendar ends on {self.last}, before it begins on {self.first}"
            raise ValueError(message)
        both = self.holidays & self.workdays
        if len(both) > 0:
            message = f"both holiday and working day: {min(both)}"
            raise ValueError(message)

    def is_provisional(self, day: date) -> bool:
        """Tell whether no data are published for the day: then only weekends are days off."""
        return not self.first <= day <= self.last

    def is_working_day(self, day: date) -> bool:
        """Tell whether the day is a working day (是否工作日)."""
        weekday = day.weekday() < SATURDAY
        if self.is_provisional(day):
            return weekday
        return day in self.workdays or (weekday and day not in self.holidays)

    def add_working_days(self, day: date, n: int) -> Term:
        """Return the n-th working day after the day, which itself is not counted (顺延工作日).

        Args:
            day: the day from which the term runs; it need not be a working day.
            n: 0 gives the day itself.

        Raises:
            ValueError: ``n`` is negative.
        """
        if n < 0:
            message = f"a term has 0 or more working days, not {n}"
            raise ValueError(message)
        end = day
        left = n
        while left > 0:
            end += ONE_DAY
            left -= self.is_working_day(end)
        return Term(end, self.is_provisional(day) or self.is_provisional(end))

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and including ``end`` (相隔工作日数).

        0 if ``end`` is not after ``start``.
        """
        span = (end - start).days
        return sum(self.is_working_day(start + n * ONE_DAY) for n in range(1, span + 1))
