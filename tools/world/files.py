"""Files as departments hand them in: other encodings, headers and ways of writing a day."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path

from tools.world.forms import Form
from tools.world.records import Row

# Python's name of each encoding, and what stands before the first character.
ENCODINGS = {
    "utf-8-bom": ("utf-8", b"\xef\xbb\xbf"),
    "gb18030": ("gb18030", b""),
    "utf-16": ("utf-16-le", b"\xff\xfe"),
    "utf-8": ("utf-8", b""),
}
DAYS: dict[str, Callable[[date], str]] = {
    "2026-05-04": date.isoformat,
    "2026/05/04": lambda day: f"{day:%Y/%m/%d}",
    "2026年5月4日": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "20260504": lambda day: f"{day:%Y%m%d}",
    "2026/5/4": lambda day: f"{day.year}/{day.month}/{day.day}",
}
HEADERS = ("names", "codes")
FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Style:
    """How a department writes a file."""

    format: str
    encoding: str
    header: str
    day: str


def style_of(place: int, formats: Sequence[str]) -> Style:
    """Return the style of the file at a place: each choice has its own rhythm."""
    return Style(
        format=formats[place % len(formats)],
        encoding=tuple(ENCODINGS)[place % len(ENCODINGS)],
        header=HEADERS[place // 3 % len(HEADERS)],
        day=tuple(DAYS)[place % len(DAYS)],
    )


def write_file(path: Path, rows: Sequence[Row], form: Form, style: Style) -> None:
    """Write the rows in the columns that any of them has, in the catalog's order."""
    columns = form.header(rows)
    header = [form.names[c] for c in columns] if style.header == "names" else list(columns)
    lines = [header]
    lines += [[_cell(row.get(c, ""), c, form, style) for c in columns] for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    if style.format == "xlsx":
        _write_workbook(path, lines)
    else:
        path.write_bytes(_encoded(lines, style.encoding))


def _cell(text: str, column: str, form: Form, style: Style) -> str:
    if column not in form.dates or text == "":
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:  # a day that does not exist is written as it stands
        return text
    return DAYS[style.day](day)


def _encoded(lines: Iterable[Sequence[str]], encoding: str) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    name, mark = ENCODINGS[encoding]
    return mark + text.getvalue().encode(name)


def _write_workbook(path: Path, lines: Iterable[Sequence[str]]) -> None:
    # Only developers have the writer of workbooks; csv files need nothing.
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    with Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet("数据")
        for place, line in enumerate(lines):
            for column, text in enumerate(line):
                sheet.write_string(place, column, text)
