"""Reading what departments send: any allowed file becomes one clean UTF-8 CSV (文件读取).

The clean CSV has the file's own header, one line a data row in the file's order, a blank line
kept as a row of blanks so that row numbers stay true. Faults that concern the whole file are
``FileRefused``; a row with too few or too many cells is marked in the column ``ROW_FORM``.
"""

import codecs
import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gongxin.core import documents, privacy
from gongxin.core.errors import CreditError
from gongxin.engines import workbook

ROW_FORM = "__row_form"
MAX_CELL = 100_000
MAX_COLUMNS = 500
HEAD_BYTES = 1 << 16
STRAY = 50  # one zero byte in so many may be dirt; a table in UTF-16 has more
CHUNK = 1 << 16
CHILD_SECONDS = 120
_DELIMITERS = ",\t;"
_FOREIGN = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old .xls or an encrypted workbook; save it as .xlsx without password",
    ),
    (b"%PDF", "a PDF; send the table as .xlsx or .csv"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"Rar!", "a rar archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"{\\rtf", "a text document; send the table as .xlsx or .csv"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


class FileRefused(CreditError):
    """The whole file cannot be taken in; nothing of it was."""

    code = "intake.file_refused"


@dataclass(frozen=True, slots=True)
class Clean:
    """A file as a clean CSV: where it lies, its header, how it was written.

    ``marks`` are the first cells of a workbook's hidden sheet, by which a template is known.
    """

    path: Path
    header: tuple[str, ...]
    kind: str
    encoding: str
    has_row_form: bool
    marks: tuple[str, ...] = ()


def clean(path: Path, *, workspace: Path) -> Clean:
    """Read a file into a clean CSV in ``workspace``.

    Raises:
        FileRefused: unknown or wrong kind, empty, not decodable, no header, past the limits.
    """
    head = _head(path)
    if head.startswith(b"PK"):
        return _from_workbook(path, workspace)
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise refused(path, f"the file is {what}")
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        raise refused(path, "the name says workbook but the content is text; name it .csv")
    encoding = _encoding(path, head)
    text_path = path
    if encoding != "utf-8":
        text_path = workspace / "text.csv"
        _transcode(path, text_path, encoding)
    return _from_text(path, text_path, workspace, encoding)


def shown_name(path: Path) -> str:
    """Return a file's name as it may be repeated: 张三13800000000.csv names a person (隐去)."""
    return privacy.mask(documents.without_invisible(path.name))


def refused(path: Path, why: str) -> FileRefused:
    """Return the refusal of a file, for raising: its name and why."""
    name = shown_name(path)
    return FileRefused(f"{name}: {why}", file=name)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise refused(path, f"cannot be read ({error.strerror})") from error
    if head.strip(b"\xef\xbb\xbf \t\r\n\x00") == b"":
        raise refused(path, "the file is empty")
    return head


def _encoding(path: Path, head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        _decode(path, "utf-8-sig")
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = head[:4096].count(b"\x00")
    if zeros * STRAY > len(head[:4096]):
        # ASCII letters in UTF-16 have a zero beside them: before it, big end first.
        return "utf-16-be" if head[:4096:2].count(0) > zeros / 2 else "utf-16-le"
    for encoding in ("utf-8", "gb18030"):
        try:
            _decode(path, encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    message = "the text is neither UTF-8, UTF-16 nor GB18030; save it as UTF-8 CSV"
    raise refused(path, message)


def _decode(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)


def _transcode(path: Path, target: Path, encoding: str) -> None:
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as sink,
        ):
            while chunk := source.read(CHUNK):
                sink.write(chunk)
    except UnicodeError as error:
        raise refused(path, f"the text is not {encoding}: {error}") from error


def _from_text(path: Path, text_path: Path, workspace: Path, encoding: str) -> Clean:
    delimiter = _delimiter(text_path)
    with text_path.open(encoding="utf-8", newline="") as stream:
        try:
            header = next(_rows(path, csv.reader(stream, delimiter=delimiter, strict=True)), [])
        except csv.Error as error:
            raise refused(path, f"the header line cannot be read: {error}") from error
    names = _header(path, header)
    if delimiter == "," and _is_regular(text_path):
        return Clean(text_path, names, "csv", encoding, has_row_form=False)
    return _rewrite(path, text_path, workspace, names, encoding)


def regular_or_rewritten(clean_file: Clean, source: Path, workspace: Path) -> Clean:
    """Rewrite a CSV that a strict reader refused, so that every row comes back with its number."""
    if clean_file.has_row_form:
        message = "the table cannot be read; save it again as .xlsx or UTF-8 CSV"
        raise refused(source, message)
    return _rewrite(source, clean_file.path, workspace, clean_file.header, clean_file.encoding)


def _delimiter(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as stream:
        line = stream.readline(HEAD_BYTES)
    return max(_DELIMITERS, key=line.count)


def _header(path: Path, cells: Iterable[object]) -> tuple[str, ...]:
    read = [str(cell) for cell in cells]
    if any("\x00" in name for name in read):
        # A mark of damage, and what no database takes.
        raise refused(path, "the header holds a zero byte; save the table again as UTF-8 CSV")
    names = [documents.without_invisible(name).strip(documents.WHITE_SPACE) for name in read]
    while names and names[-1] == "":
        names.pop()
    if not any(names):
        raise refused(path, "there is no header row; the first row must name the columns")
    if len(names) > MAX_COLUMNS:
        raise refused(path, f"{len(names)} columns; at most {MAX_COLUMNS} are read")
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        shown = privacy.mask(doubled[0])
        raise refused(path, f"the column {shown} stands twice; name each column once")
    return tuple(names)


def _is_regular(path: Path) -> bool:
    """Tell whether no blank line can make row numbers slip and no zero byte hides in the text."""
    previous = b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            window = previous + chunk
            if b"\x00" in window or b"\n\n" in window or (b"\r" in window and b"\n\r\n" in window):
                return False
            previous = window[-2:]
    return True


def _rows(path: Path, reader: Iterable[list[str]]) -> Iterator[list[str]]:
    rows = iter(reader)
    while True:
        line = getattr(reader, "line_num", 0) + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"the row that begins on line {line} cannot be read ({error}); correct it"
            raise refused(path, message) from error
        yield row


def _rewrite(
    path: Path, text_path: Path, workspace: Path, names: tuple[str, ...], encoding: str
) -> Clean:
    """Write a rectangular CSV with a mark on rows that had too few or too many cells."""
    target = workspace / "clean.csv"
    csv.field_size_limit(MAX_CELL)
    with (
        text_path.open(encoding="utf-8", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as sink,
    ):
        reader = csv.reader(_without_zeros(source), delimiter=_delimiter(text_path), strict=True)
        _write(sink, _rows(path, reader), names)
    return Clean(target, names, "csv", encoding, has_row_form=True)


def _without_zeros(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\x00", "\ufffd") for line in lines)


def _write(sink: io.TextIOBase, rows: Iterator[list[str]], names: tuple[str, ...]) -> None:
    writer = csv.writer(sink, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([*names, ROW_FORM])
    next(rows, None)
    width, waiting = len(names), 0
    for row in rows:
        if not any(cell.strip() for cell in row):
            waiting += 1  # blank rows count only if a row follows
            continue
        for _ in range(waiting):
            writer.writerow([""] * (width + 1))
        waiting = 0
        over = [cell for cell in row[width:] if cell.strip()]
        form = "" if len(row) >= width and not over else str(len(row))
        writer.writerow([*row[:width], *[""] * (width - len(row)), form])


def _from_workbook(path: Path, workspace: Path) -> Clean:
    fault = workbook.fault_of(path)
    if fault:
        raise refused(path, fault)
    target = workspace / "sheet.csv"
    command = [sys.executable, "-I", str(Path(workbook.__file__)), str(path), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, in a process with limits
            command, capture_output=True, text=True, timeout=CHILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise refused(path, "reading took too long; split the workbook") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        why = said[-1] if done.returncode == workbook.REFUSED and said else "it cannot be read"
        raise refused(path, f"the workbook is damaged or too large: {why}")
    with target.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream), [])
    names = _header(path, header)
    workspace_clean = workspace / "clean.csv"
    csv.field_size_limit(MAX_CELL)
    with (
        target.open(encoding="utf-8", newline="") as source,
        workspace_clean.open("w", encoding="utf-8", newline="") as sink,
    ):
        _write(sink, _rows(path, csv.reader(_without_zeros(source))), names)
    own = workbook.marks_path(target)
    marks = tuple(json.loads(own.read_text(encoding="utf-8"))) if own.exists() else ()
    return Clean(workspace_clean, names, "xlsx", "utf-8", has_row_form=True, marks=marks)
