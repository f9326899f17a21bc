"""Reading the first sheet of a workbook in a process of its own, with limits (工作簿读取).

Run as a program: ``python workbook.py SOURCE TARGET`` writes the sheet as CSV. A small file can
unpack to a huge one, so the zip directory is looked at first, and memory, processor time and
wall-clock time are limited. A number where a code belongs is written as a spreadsheet shows it
(``9.11211E+17``): digits past the fifteenth were lost when the sheet was made.
"""

import csv
import datetime
import itertools
import json
import resource
import sys
import zipfile
from pathlib import Path

REFUSED = 3
MAX_ENTRIES = 1_000
MAX_UNPACKED = 1 << 30
MAX_RATIO = 100
MEMORY = 3 << 30
CPU_SECONDS = 90
EXACT_DIGITS = 10**15
MAX_WIDTH = 500
MARKS_SHEET = "_codes"  # a hidden sheet: a template says in its first column what it is
MAX_MARKS = 8
MAX_MARK = 200


def fault_of(path: Path) -> str:  # noqa: PLR0911 - one arm a fault
    """Return why the zip file cannot be a workbook that we read, or an empty text."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        return f"the file is damaged ({error})"
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if "xl/workbook.xml" not in names:
        return "the file is a zip archive but not an .xlsx workbook"
    if any(name.endswith("vbaProject.bin") for name in names):
        return "the workbook holds macros; save it as .xlsx"
    if any(entry.flag_bits & 1 for entry in entries):
        return "the workbook is encrypted; save it without password"
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        return "the workbook is too large; split it"
    if unpacked > MAX_RATIO * max(packed, 1):
        return "the workbook unpacks to far more than it holds; it is not taken"
    return ""


def cell_text(value: object) -> str:
    """Write a typed cell as text."""
    match value:
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer() and abs(value) < EXACT_DIGITS:
            return str(int(value))
        case float() if abs(value) >= EXACT_DIGITS:
            return f"{value:.5E}"
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case _:
            return str(value)


def convert(source: Path, target: Path) -> None:
    """Write the first visible sheet of a workbook as CSV, row by row, and its marks beside it."""
    import python_calamine  # noqa: PLC0415 - only the limited process loads it

    book = python_calamine.CalamineWorkbook.from_path(str(source))
    visible = python_calamine.SheetVisibleEnum.Visible
    sheets = [sheet for sheet in book.sheets_metadata if sheet.visible == visible]
    if not sheets:
        message = "no visible sheet"
        raise ValueError(message)
    sheet = book.get_sheet_by_name(sheets[0].name)
    if sheet.width > MAX_WIDTH:
        message = f"{sheet.width} columns; at most {MAX_WIDTH} are read"
        raise ValueError(message)
    with target.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerows([cell_text(value) for value in row] for row in sheet.iter_rows())
    if MARKS_SHEET in book.sheet_names:
        rows = itertools.islice(book.get_sheet_by_name(MARKS_SHEET).iter_rows(), MAX_MARKS)
        found = [cell_text(row[0])[:MAX_MARK] for row in rows if row]
        marks_path(target).write_text(json.dumps(found), encoding="utf-8")


def marks_path(target: Path) -> Path:
    """Return where ``convert`` writes what a template says it is, if the workbook is one."""
    return target.with_suffix(".json")


def _limited(source: str, target: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        convert(Path(source), Path(target))
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(_limited(*sys.argv[1:3]))
