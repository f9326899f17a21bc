"""What a typed cell of a workbook becomes as text."""

import csv
from datetime import date, datetime, time

import pytest

from gongxin.engines import workbook
from tests.fixtures.penalties import write_workbook


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0012", "0012"),
        ("", ""),
        (True, "是"),
        (False, "否"),
        (12.0, "12"),
        (2.35, "2.35"),
        (-3.0, "-3"),
        (999999999999999.0, "999999999999999"),
        (911211220000000001.0, "9.11211E+17"),
        (date(2026, 5, 10), "2026-05-10"),
        (datetime(2026, 5, 10), "2026-05-10"),  # noqa: DTZ001 - spreadsheets know no zone
        (datetime(2026, 5, 10, 8, 30), "2026-05-10 08:30:00"),  # noqa: DTZ001
        (time(8, 30), "08:30:00"),
    ],
)
def test_a_cell_is_written_as_people_see_it(value, text):
    assert workbook.cell_text(value) == text


def test_a_sheet_is_written_row_by_row(tmp_path):
    lines = [["a", "b"], ["1", 2.5], ["", ""], ['"x",y', "第一行\n第二行"]]
    book = write_workbook(tmp_path / "a.xlsx", lines)

    workbook.convert(book, tmp_path / "a.csv")

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.reader(stream))
    assert read == [["a", "b"], ["1", "2.5"], ["", ""], ['"x",y', "第一行\n第二行"]]


def test_a_sheet_that_is_too_wide_is_not_written(tmp_path):
    book = write_workbook(tmp_path / "a.xlsx", [["x"] * 501])

    with pytest.raises(ValueError, match="501 columns; at most 500 are read"):
        workbook.convert(book, tmp_path / "a.csv")

    assert not (tmp_path / "a.csv").exists()
