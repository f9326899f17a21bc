from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.dates import CHINA, add_months, is_long_term, is_null_like, parse_day

days = st.dates(date(1949, 1, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-09",
        "2026-5-9",
        "2026/05/09",
        "2026/5/9",
        "2026.05.09",
        "2026.5.9",
        "20260509",
        "2026年05月09日",
        "2026年5月9日",
        "2026-05-09 00:00:00",
        "2026-05-09T00:00:00",
        "2026/5/9 00:00:00.0",
        "2026-05-09 23:59:59",
        "2026年5月9日 00:00:00",
        "46151",  # 2008-01-01 (39448) + 18·365 + 5 leap days + 128
    ],
)
def test_forms_of_a_day(text: str) -> None:
    assert parse_day(text) == date(2026, 5, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "无",
        "26-05-09",
        "2026-05/09",
        "2026-05",
        "2026 05 09",
        "2026年5月9",
        "2026-005-09",
        "２０２６-05-09",
        "2026-05-0９",
        "٢٠٢٦-05-09",
        "2026-05-09  00:00:00",
        "2026-05-09 24:00:00",
        "2026-05-09 00:60:00",
        "2026-05-09T00:00:00Z",
        "2026-05-09T00:00:00+08:00",
        "20260509 00:00:00",
        "2026509",
        "2026-05-09x",
        "46151.0",
        "May 9, 2026",
        " 2026-05-09",
        "2026-05-09\n",
        "20260509\u3000",
    ],
)
def test_other_forms_are_no_day(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize(
    "text", ["2026-02-29", "20260431", "2026年13月1日", "2026-00-10", "2026.6.31"]
)
def test_impossible_days_are_no_day(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize("text", ["1948-12-31", "18991230", "1900/1/2", "0000-01-01"])
def test_years_before_1949_are_no_day(text: str) -> None:
    assert parse_day(text) is None


def test_first_and_last_day_are_days() -> None:
    assert parse_day("1949-01-01") == date(1949, 1, 1)
    assert parse_day("9999/12/31") == date(9999, 12, 31)


# 1899-12-30 + 54·365 + 13 leap days (1904–1952) = 1953-12-30 is 19723; 277 more are 1954-10-03.
# 39448 is 2008-01-01 in Microsoft's help for DATE; 2000-01-01 is 2922 days before it. 73051 is
# 2100-01-01; 19·365 + 4 leap days more are 2119-01-01 (79990).
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("19999", None),
        ("20000", date(1954, 10, 3)),
        ("36526", date(2000, 1, 1)),
        ("39448", date(2008, 1, 1)),
        ("80000", date(2119, 1, 11)),
        ("80001", None),
    ],
)
def test_excel_serials_within_their_span(text: str, day: date | None) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["1899-12-31", "1899/12/31 00:00:00", "18991231", "1900-01-01", "1900年1月1日", "1900.1.1"],
)
def test_the_two_days_that_mean_no_date(text: str) -> None:
    assert is_null_like(text)
    assert parse_day(text) is not None


@pytest.mark.parametrize("text", ["", "1900-01-02", "1899-12-30", "2026-05-09", "无"])
def test_other_texts_do_not_mean_no_date(text: str) -> None:
    assert not is_null_like(text)


@given(days)
def test_every_day_is_read_back_from_every_form(day: date) -> None:
    year, month, number = f"{day.year:04}", day.month, day.day
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{year}{month:02}{number:02}") == day
    assert parse_day(f"{year}/{month}/{number}") == day
    assert parse_day(f"{year}年{month}月{number}日") == day


@given(st.text(alphabet="0123456789-/.年月日T: 　", max_size=20))
def test_any_text_gives_a_day_of_the_field_or_none(text: str) -> None:
    day = parse_day(text)
    assert day is None or is_null_like(text) or day.year >= 1949


# data-standards.md 2.1: variants seen as "without end".
@pytest.mark.parametrize("text", ["2099/12/31", "2099-01-31", "9999-09-09", "2099-01-01"])
def test_days_that_mean_without_end(text: str) -> None:
    day = parse_day(text)
    assert day is not None
    assert is_long_term(day)


def test_the_day_before_2099_is_a_day_like_others() -> None:
    assert not is_long_term(date(2098, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 10), 3, date(2026, 8, 10)),  # rules.md 13
        (date(2026, 5, 10), 12, date(2027, 5, 10)),  # rules.md 14
        (date(2026, 5, 10), 36, date(2029, 5, 10)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_calendar_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(("day", "months"), [(date(9999, 12, 1), 1), (date(1, 1, 1), -1)])
def test_months_beyond_the_calendar_are_refused(day: date, months: int) -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        add_months(day, months)


@given(day=st.dates(date(1949, 1, 1), date(2200, 1, 1)), months=st.integers(-600, 600))
def test_months_lead_to_that_month_and_no_later_day(day: date, months: int) -> None:
    result = add_months(day, months)
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months
    assert result.day <= day.day


def test_china_is_eight_hours_ahead() -> None:
    instant = datetime(2026, 5, 9, 16, 0, tzinfo=UTC)
    assert instant.astimezone(CHINA).date() == date(2026, 5, 10)
