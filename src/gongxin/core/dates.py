"""Days as the field writes them, and terms in calendar months (日期).

Forms of a day, in ASCII digits only (reading a file took off the blanks around a cell):

- ``YYYY-M-D``, ``YYYY/M/D``, ``YYYY.M.D`` and ``YYYY年M月D日``, month and day of 1 or 2 digits,
  optionally followed by a time of day that is ignored: one space or ``T``, then ``HH:MM:SS``,
  then optionally a point and 1–9 digits;
- ``YYYYMMDD``;
- an Excel serial: 5 digits, 20000–80000, day 0 is 1899-12-30.

Full-width digits, two-digit years, zones and anything else are a finding, never a guess.
"""

import calendar
import re
from datetime import date, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
FIRST_YEAR = 1949
NULL_LIKE = frozenset({date(1899, 12, 31), date(1900, 1, 1)})
LONG_TERM_FROM = date(2099, 1, 1)
SERIAL_ORIGIN = date(1899, 12, 30)
FIRST_SERIAL = 20000
LAST_SERIAL = 80000

_TIME = r"(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_TIME}",
        rf"([0-9]{{4}})/([0-9]{{1,2}})/([0-9]{{1,2}}){_TIME}",
        rf"([0-9]{{4}})\.([0-9]{{1,2}})\.([0-9]{{1,2}}){_TIME}",
        rf"([0-9]{{4}})年([0-9]{{1,2}})月([0-9]{{1,2}})日{_TIME}",
        r"([0-9]{4})([0-9]{2})([0-9]{2})",
    )
)
_SERIAL = re.compile(r"[0-9]{5}")


def parse_day(text: str) -> date | None:
    """Return the day that the text writes in one of the field's forms, or None (解析日期).

    None for any other form, for days that do not exist and for years before 1949. Only the two
    days that stand for "no date" pass although they are earlier: ask ``is_null_like`` first.

    >>> parse_day("2026年5月10日"), parse_day("2026-02-30")
    (datetime.date(2026, 5, 10), None)
    """
    day = _read(text)
    if day is None or (day.year < FIRST_YEAR and day not in NULL_LIKE):
        return None
    return day


def seconds_left(at: datetime) -> int:
    """Return how many whole seconds the instant's day in China still has (今日余秒).

    >>> seconds_left(datetime(2026, 5, 10, 23, 59, 30, tzinfo=CHINA))
    30
    """
    tomorrow = at.astimezone(CHINA).date() + timedelta(days=1)
    return int((datetime.combine(tomorrow, time(), CHINA) - at).total_seconds())


def is_null_like(text: str) -> bool:
    """Tell whether the text writes 1899-12-31 or 1900-01-01, which mean "no date" (空日期).

    >>> is_null_like("1900/1/1 00:00:00")
    True
    """
    return parse_day(text) in NULL_LIKE


def is_long_term(day: date) -> bool:
    """Tell whether the day stands for "without end" (长期): 2099-01-01 or later."""
    return day >= LONG_TERM_FROM


def add_months(day: date, months: int) -> date:
    """Return the day that many calendar months later, or the last of that month (顺延月数).

    >>> add_months(date(2026, 5, 10), 3), add_months(date(2027, 11, 30), 3)
    (datetime.date(2026, 8, 10), datetime.date(2028, 2, 29))

    Args:
        day: the day from which the term runs.
        months: may be negative or zero.

    Raises:
        ValueError: the result lies outside the years 1–9999.
    """
    years, month0 = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        message = f"{months} months from {day} is outside the calendar"
        raise ValueError(message)
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def _read(text: str) -> date | None:
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return _day(*map(int, found.groups()))
    if _SERIAL.fullmatch(text) is not None and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return SERIAL_ORIGIN + timedelta(days=int(text))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
