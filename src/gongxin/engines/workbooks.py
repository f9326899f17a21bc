"""Writing workbooks that people fill in or correct: tables, drop-downs, instructions (工作簿生成).

Every cell is written as text, in cells formatted as text: codes keep their zeros, and what begins
with ``=``, ``+``, ``-`` or ``@`` never becomes a formula. Rows are written as they come, so memory
does not grow with them. The same input gives the same bytes. A minimal table with a faulty cell::

    rows = [Row(("0012", "甲", "日期有误"), red={1: "名称与代码不符"})]
    write_table(path, "数据", [Column("代码"), Column("名称"), Column("错误原因")], rows)
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from gongxin.core.errors import CreditError

MAX_ROWS = 1_048_575  # what a sheet holds below its headings
MAX_TEXT = 32_767  # characters of a cell
MAX_NOTES = 10_000  # comments are kept in memory until the sheet is done
CUT = "…"
# A workbook has no day of its own: the same table gives the same bytes.
_CREATED = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - the form knows no zone
_LINE = 90  # width of a sheet of text, in characters


class SheetFull(CreditError):
    """A table has more rows than a sheet holds."""

    code = "engines.sheet_full"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, width in characters, comment on the heading, drop-down.

    ``choices`` is the name of a list given to ``Book.lists``; other texts may still be typed.
    """

    heading: str
    width: int = 16
    note: str = ""
    choices: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells in the order of the columns; ``red`` gives a faulty cell's position its reason.

    An empty reason marks the cell without a comment.
    """

    cells: Sequence[str]
    red: Mapping[int, str] = field(default_factory=dict)


def write_table(
    path: Path, sheet_name: str, headings: Sequence[Column], rows: Iterable[Row]
) -> int:
    """Write a workbook of one table and return how many rows it has; ``path`` is replaced whole.

    Raises:
        SheetFull: more than ``MAX_ROWS`` rows; nothing was written.
        OSError: the workbook cannot be written; nothing was.
    """
    with writing(path) as book:
        return book.table(sheet_name, headings, rows)


@contextmanager
def writing(path: Path, properties: Mapping[str, str] | None = None) -> Iterator["Book"]:
    """Open a workbook for writing; it lies at ``path`` when the block ends without an error.

    ``properties`` are custom properties of the document: nobody sees them who does not look.
    """
    with TemporaryDirectory(dir=path.parent, prefix=".workbook-") as folder:
        made = Path(folder) / "book.xlsx"
        options = {"constant_memory": True, "tmpdir": folder}
        workbook = xlsxwriter.Workbook(str(made), options)
        workbook.set_properties({"created": _CREATED})
        for name, value in (properties or {}).items():
            workbook.set_custom_property(name, value, "text")
        try:
            yield Book(workbook)
        finally:
            _close(workbook)
        made.replace(path)


def _close(workbook: Any) -> None:
    """Write what is left; a full disk is the system's own error, as everywhere."""
    try:
        workbook.close()
    except FileCreateError as error:
        raise error.args[0] from error


class Book:
    """A workbook that is being written, sheet by sheet, in the order they stand in it."""

    def __init__(self, workbook: Any) -> None:
        """Name the styles of the workbook's cells."""
        text = {"num_format": "@"}
        heading = {**text, "bold": True, "text_wrap": True, "valign": "top", "border": 1}
        self._workbook = workbook
        self._text = workbook.add_format(text)
        self._wrapped = workbook.add_format({**text, "text_wrap": True, "valign": "top"})
        self._bold = workbook.add_format({**text, "bold": True, "font_size": 14})
        self._heading = workbook.add_format({**heading, "bg_color": "#D9E1F2"})
        self._required = workbook.add_format({**heading, "bg_color": "#F8CBAD"})
        self._red = workbook.add_format(
            {**text, "bg_color": "#FFC7CE", "font_color": "#9C0006", "border": 1}
        )

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
        """Write a table with a frozen row of headings and a filter; return how many rows it has.

        Columns are formatted as text to their end, so that what is typed below stays text too.

        Raises:
            SheetFull: more than ``MAX_ROWS`` rows.
        """
        sheet = self._workbook.add_worksheet(name)
        for position, column in enumerate(columns):
            self._column(sheet, position, column)
        count = notes = 0
        for count, row in enumerate(rows, start=1):
            if count > MAX_ROWS:
                message = f"the sheet {name} holds {MAX_ROWS} rows; split the table"
                raise SheetFull(message, sheet=name)
            for position, text in enumerate(row.cells):
                faulty = position in row.red
                self._cell(sheet, (count, position), text, self._red if faulty else self._text)
            for position, reason in row.red.items():
                if reason and notes < MAX_NOTES:
                    sheet.write_comment(count, position, _fitting(reason))
                    notes += 1
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, count, len(columns) - 1)
        return count

    def lists(self, name: str, lists: Mapping[str, Sequence[str]]) -> None:
        """Write the values of drop-downs into a hidden sheet, one column a list with its name.

        A drop-down of its own holds 255 characters at most; a named range holds any.
        """
        sheet = self._workbook.add_worksheet(name)
        sheet.hide()
        for position, (list_name, values) in enumerate(lists.items()):
            column = _letters(position)
            span = f"${column}$2:${column}${max(len(values), 1) + 1}"
            self._workbook.define_name(list_name, f"='{name}'!{span}")
        lines = chain([tuple(lists)], zip_longest(*lists.values(), fillvalue=""))
        for number, line in enumerate(lines):
            for position, text in enumerate(line):
                self._cell(sheet, (number, position), text, self._text)

    def text(self, name: str, title: str, lines: Iterable[Sequence[str]]) -> None:
        """Write a sheet to read: a title, then lines of one or more cells that wrap."""
        sheet = self._workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        rows = [tuple(line) for line in lines]
        width = max((len(row) for row in rows), default=1)
        sheet.set_column(0, width - 1, max(_LINE // width, 18))
        self._cell(sheet, (0, 0), title, self._bold)
        for number, row in enumerate(rows, start=2):
            # A single cell runs on over its neighbours; several are a table and wrap.
            style = self._text if len(row) == 1 else self._wrapped
            for position, text in enumerate(row):
                self._cell(sheet, (number, position), text, style)

    def _column(self, sheet: Any, position: int, column: Column) -> None:
        sheet.set_column(position, position, column.width, self._text)
        style = self._required if column.required else self._heading
        self._cell(sheet, (0, position), column.heading, style)
        if column.note:
            sheet.write_comment(0, position, _fitting(column.note), {"x_scale": 2, "y_scale": 2})
        if column.choices:
            # A warning, not a stop: what may continue a value (其他-…) must be possible to type.
            options = {
                "validate": "list",
                "source": f"={column.choices}",
                "error_type": "warning",
            }
            sheet.data_validation(1, position, MAX_ROWS, position, options)

    def _cell(self, sheet: Any, place: tuple[int, int], text: str, style: Any) -> None:
        shown = _fitting(text)
        if shown.startswith("<r>") and shown.endswith("</r>"):
            # XlsxWriter takes such a text for finished XML; in two runs it is what was written.
            sheet.write_rich_string(*place, self._text, shown[:1], self._text, shown[1:], style)
        elif shown:
            sheet.write_string(*place, shown, style)
        else:
            sheet.write_blank(*place, None, style)


def _fitting(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(CUT)] + CUT


def _letters(position: int) -> str:
    """Name a column: 0 is A, 26 is AA.

    >>> _letters(0), _letters(25), _letters(26), _letters(701), _letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters, left = "", position + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
