"""The file that goes back: only the rows not taken, in the sender's own columns (退回文件).

Two columns stand behind the sender's: why, and the number under which the row is open. Put right,
the file is handed in as it is and closes its rows. Written while the sender's file is at hand it
has the cells as they were sent; made again later it has what was kept of them.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gongxin.core.cells import neutral
from gongxin.core.validation import ERROR, Finding
from gongxin.engines import files
from gongxin.engines.workbooks import Column, Row, write_table
from gongxin.intake.models import Batch, FindingRow, Reject
from gongxin.intake.recognise import REASON, REFERENCE
from gongxin.intake.rejecting import number
from gongxin.intake.staging import Staging

CHUNK = 5_000
OWN = (REASON, REFERENCE)
SHEET = "退回"
WORKBOOK = ".xlsx"
KINDS = (".csv", WORKBOOK)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that goes back: its cells, why, its number, and what is wrong in which cell."""

    cells: tuple[str, ...]
    reason: str
    number: str
    faults: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Returned:
    """The sender's header, and below it the rows of a batch that go back."""

    header: tuple[str, ...]
    lines: Iterator[Line]


Numbered = tuple[int, Sequence[str]]


class _Writing:
    """What is said beside each row, in the sender's own columns."""

    def __init__(
        self,
        batch: str,
        header: Sequence[str],
        columns: Mapping[str, int],
        found: Iterable[Finding],
    ) -> None:
        self.batch, self.given, self.columns = batch, header, columns
        # A file that came back has our two columns already; they are written anew.
        self.places = [n for n, name in enumerate(header) if name not in OWN]
        self.found: dict[int, list[Finding]] = defaultdict(list)
        for one in found:
            if one.level == ERROR:
                self.found[one.row].append(one)

    def returned(self, rows: Iterable[Numbered]) -> Returned:
        header = tuple(self.given[place] for place in self.places)
        return Returned(header, (self._line(row, cells) for row, cells in rows))

    def _line(self, row: int, cells: Sequence[str]) -> Line:
        faults = self.found[row]
        wrong: dict[int, list[str]] = defaultdict(list)
        for one in faults:
            if one.column in self.columns:
                wrong[self.columns[one.column]].append(one.message)
        return Line(
            cells=tuple(cells[place] if cells else "" for place in self.places),
            reason="；".join(map(self._said, faults)),
            number=number(self.batch, row),
            faults={
                n: "；".join(wrong[place]) for n, place in enumerate(self.places) if place in wrong
            },
        )

    def _said(self, one: Finding) -> str:
        place = self.columns.get(one.column)
        return one.message if place is None else f"{self.given[place]}：{one.message}"


def demand_place(wanted: Path | None, sent: Path | None = None) -> None:
    """Refuse to write the rows that go back over the file that was sent, or into no folder.

    Raises:
        FileRefused: the file named for them cannot be theirs; nothing was written.
    """
    if wanted is None:
        return
    if sent is not None and wanted.resolve() == sent.resolve():
        raise files.refused(sent, "the rows that go back would overwrite it; name another file")
    if wanted.suffix.lower() not in KINDS:
        raise files.refused(wanted, "the rows go back as .csv or .xlsx; name such a file")
    if wanted.is_dir() or not wanted.parent.is_dir():
        raise files.refused(wanted, "is no file in a folder that is there; name one")


def of_staging(staging: Staging, batch: str, found: Iterable[Finding]) -> Returned:
    """Return the rows of a file that is being taken in, as they were sent."""
    known = staging.recognised
    rows = staging.con.execute("SELECT row, cells FROM rejected ORDER BY row")

    def read() -> Iterator[Numbered]:
        while some := rows.fetchmany(CHUNK):
            yield from some

    return _Writing(batch, known.header, known.columns, found).returned(read())


def of_batch(batch: Batch) -> Returned:
    """Return the rows of a batch that are open, as far as they were kept."""
    found = (
        Finding(one.row, one.column, one.code, one.message, one.value, one.level)
        for one in FindingRow.objects.filter(batch=batch, level=ERROR).order_by("id")
    )
    open_rows = Reject.objects.filter(batch=batch, outcome="").order_by("row")
    rows = open_rows.values_list("row", "cells").iterator(CHUNK)
    return _Writing(batch.id, batch.header, batch.columns, found).returned(rows)


def write(returned: Returned, path: Path) -> int:
    """Write the file as its name says, ``.xlsx`` or else CSV, whole or not at all; return its rows.

    Raises:
        SheetFull: more rows than a sheet holds; nothing was written.
    """
    if path.suffix.lower() == WORKBOOK:
        return _write_workbook(returned, path)
    return _write_csv(returned, path)


def _write_csv(returned: Returned, path: Path) -> int:
    half, count = path.with_name(f".{path.name}.half"), 0
    try:
        with half.open("w", encoding="utf-8-sig", newline="") as stream:
            lines = csv.writer(stream)
            lines.writerow([*map(neutral, returned.header), *OWN])
            for line in returned.lines:
                lines.writerow([*map(neutral, line.cells), neutral(line.reason), line.number])
                count += 1
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return count


def _write_workbook(returned: Returned, path: Path) -> int:
    """Cells at fault are red with a comment; nobody need look for the last column."""
    headings = [
        *map(Column, returned.header),
        Column(REASON, width=48),
        Column(REFERENCE, width=30),
    ]
    rows = (
        Row((*line.cells, line.reason, line.number), red=line.faults) for line in returned.lines
    )
    return write_table(path, SHEET, headings, rows)
