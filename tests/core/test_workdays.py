from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.workdays import Calendar, Term


def days(*texts: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, texts))


def span(first: str, last: str) -> frozenset[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return frozenset(start + timedelta(days=n) for n in range((end - start).days + 1))


# 2026.json of NateScarlet/holiday-cn (MIT), after the State Council's notice content_7047091.
OF_2026 = Calendar(
    holidays=span("2026-01-01", "2026-01-03")
    | span("2026-02-15", "2026-02-23")
    | span("2026-04-04", "2026-04-06")
    | span("2026-05-01", "2026-05-05")
    | span("2026-06-19", "2026-06-21")
    | span("2026-09-25", "2026-09-27")
    | span("2026-10-01", "2026-10-07"),
    workdays=days(
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"
    ),
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
)

# 2008.json, 2012.json and 2019.json of the same: days of the year before.
ACROSS_YEARS = Calendar(
    holidays=days("2007-12-30", "2007-12-31", "2018-12-30", "2018-12-31"),
    workdays=days("2007-12-29", "2011-12-31", "2018-12-29"),
    first=date(2007, 1, 1),
    last=date(2019, 12, 31),
)


# rules.md 51.
@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-01-02", False),  # Friday, holiday
        ("2026-01-04", True),  # Sunday, make-up
        ("2026-02-14", True),  # Saturday, make-up
        ("2026-02-16", False),  # Monday, holiday
        ("2026-02-21", False),  # Saturday, holiday
        ("2026-02-24", True),  # Tuesday
        ("2026-02-28", True),  # Saturday, make-up
        ("2026-03-07", False),  # Saturday
        ("2026-03-08", False),  # Sunday
        ("2026-10-10", True),  # Saturday, make-up
        ("2026-12-31", True),  # Thursday, last day covered
    ],
)
def test_working_days_of_2026(text: str, works: bool) -> None:
    assert OF_2026.is_working_day(date.fromisoformat(text)) is works


# A loader that reads only the year's own file errs on these five.
@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2007-12-29", True),
        ("2007-12-31", False),
        ("2011-12-31", True),
        ("2018-12-29", True),
        ("2018-12-31", False),
    ],
)
def test_days_that_stand_in_the_next_years_table(text: str, works: bool) -> None:
    assert ACROSS_YEARS.is_working_day(date.fromisoformat(text)) is works


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-03-02", 0, "2026-03-02"),
        ("2026-03-07", 0, "2026-03-07"),  # nothing is counted, not even to the next working day
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-02-13", 1, "2026-02-14"),  # the Saturday is worked
        ("2026-02-13", 2, "2026-02-24"),  # then nine days off
        ("2026-02-13", 7, "2026-03-02"),  # 14, 24, 25, 26, 27, 28 February, 2 March
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),  # 8, 9, and Saturday 10 October
        ("2026-12-30", 1, "2026-12-31"),
    ],
)
def test_terms_within_the_table_are_final(start: str, n: int, end: str) -> None:
    term = OF_2026.add_working_days(date.fromisoformat(start), n)
    assert term == Term(date.fromisoformat(end), provisional=False)


def test_term_past_the_table_counts_weekdays_and_says_provisional() -> None:
    # 2027-01-01 is a Friday and surely a holiday, but nothing is published.
    assert OF_2026.add_working_days(date(2026, 12, 30), 3) == Term(date(2027, 1, 4), True)


def test_term_from_before_the_table_is_provisional() -> None:
    assert OF_2026.add_working_days(date(2025, 12, 30), 2) == Term(date(2026, 1, 4), True)


def test_no_term_is_negative() -> None:
    with pytest.raises(ValueError, match="not -1"):
        OF_2026.add_working_days(date(2026, 3, 2), -1)


@pytest.mark.parametrize(
    ("text", "provisional"),
    [
        ("2025-12-31", True),
        ("2026-01-01", False),
        ("2026-12-31", False),
        ("2027-01-01", True),
    ],
)
def test_days_beyond_the_table_are_provisional(text: str, provisional: bool) -> None:
    assert OF_2026.is_provisional(date.fromisoformat(text)) is provisional


def test_beyond_the_table_only_weekends_are_off() -> None:
    table = Calendar(days("2027-01-01"), days("2027-01-02"), date(2026, 1, 1), date(2026, 12, 31))
    assert table.is_working_day(date(2027, 1, 1))
    assert not table.is_working_day(date(2027, 1, 2))


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-03-02", "2026-03-03", 1),
        ("2026-03-02", "2026-03-02", 0),
        ("2026-03-03", "2026-03-02", 0),
        ("2026-02-13", "2026-03-02", 7),
        ("2026-02-14", "2026-02-23", 0),
        ("2026-09-30", "2026-10-10", 3),
    ],
)
def test_working_days_after_the_start_up_to_the_end(start: str, end: str, count: int) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert OF_2026.working_days_between(first, last) == count


@given(start=st.dates(date(2025, 12, 1), date(2026, 12, 31)), n=st.integers(1, 60))
def test_term_ends_on_a_working_day_and_counts_back(start: date, n: int) -> None:
    term = OF_2026.add_working_days(start, n)
    assert OF_2026.is_working_day(term.day)
    assert OF_2026.working_days_between(start, term.day) == n
    assert term.provisional is (start < OF_2026.first or term.day > OF_2026.last)


def test_calendar_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Calendar(frozenset(), frozenset(), date(2026, 1, 2), date(2026, 1, 1))


def test_day_that_is_both_is_refused() -> None:
    both = days("2026-02-14")
    with pytest.raises(ValueError, match="both holiday and working day: 2026-02-14"):
        Calendar(both, both, date(2026, 1, 1), date(2026, 12, 31))
