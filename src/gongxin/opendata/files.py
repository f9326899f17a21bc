"""Files of a snapshot: all records as JSON lines, each kind as CSV, what changed since (快照文件).

Written record by record: memory stays flat however many there are. The same records give the same
bytes. Every CSV cell is neutral: no program reads one as a formula (SAFETY T12).
"""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from gongxin.core.catalog import Item, PublicRange
from gongxin.core.cells import neutral
from gongxin.derive.publication import Published
from gongxin.law import Release
from gongxin.opendata.models import Ended
from gongxin.opendata.removals import EXPIRED, WITHDRAWN

RECORDS, CHANGES, INDEX = "records.jsonl.gz", "changes.jsonl.gz", "index.gz"
JSONL, CSV = "application/jsonl", "text/csv; charset=utf-8"
LEVEL = 4  # twice as fast as the usual level, for a tenth more bytes
REPAIR, OBJECTION = "/guide/repair", "/guide/objection"
COLUMNS = (
    "uscc",
    "name",
    "record_id",
    "item",
    "item_name",
    "section",
    "adverse",
    "failing_class",
    "document_no",
    "decided_on",
    "authority",
    "authority_name",
    "source_name",
    "public_from",
    "public_until",
    "repairable_from",
    "channel",
    "record_class",
    "revised",
    "illustrative",
    "how_to_repair",
    "how_to_object",
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a snapshot; ``rows`` are lines without a header, ``digest`` names its algorithm."""

    name: str
    media_type: str
    rows: int
    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class Known:
    """A record as a snapshot had it: enough to tell what changed until the next."""

    key: tuple[str, str]
    revision: int
    until: str


class NotSorted(Exception):
    """The database sorts codes otherwise than this program: snapshots could not be compared."""


@dataclass
class _Out:
    """A compressed text file with the count of its rows."""

    path: Path
    media_type: str
    rows: int = 0
    stream: io.TextIOWrapper = field(init=False)

    def __post_init__(self) -> None:
        packed = gzip.GzipFile(self.path, "wb", compresslevel=LEVEL, mtime=0)
        self.stream = io.TextIOWrapper(packed, encoding="utf-8", newline="")

    def __enter__(self) -> "_Out":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def line(self, value: object) -> None:
        self.stream.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
        self.rows += 1

    def told(self) -> File:
        with self.path.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        size = self.path.stat().st_size
        return File(self.path.name, self.media_type, self.rows, size, f"sha256:{digest}")


def write(
    folder: Path,
    records: Iterable[Published],
    *,
    release: Release,
    before: Iterable[Known] | None,
    as_of: date,
) -> tuple[File, ...]:
    """Write the files of a snapshot into an empty folder and return what they are.

    ``before`` is what the former snapshot knew, in the order of the records; None: there is none,
    and no file of changes is made. ``index.gz`` beside them is for the next snapshot alone.
    """
    sheets: dict[str, tuple[_Out, Any]] = {}
    with ExitStack() as opened:
        everything = opened.enter_context(_Out(folder / RECORDS, JSONL))
        index = opened.enter_context(_Out(folder / INDEX, JSONL))
        delta = None
        if before is not None:
            delta = _Delta(opened.enter_context(_Out(folder / CHANGES, JSONL)), iter(before), as_of)
        for one in _sorted(records):
            item = release.items[one.record.item]
            row = _row(one, item)
            everything.line(row | {"fields": _fields(one)})
            if item.item not in sheets:
                out = opened.enter_context(_Out(folder / f"{item.item}.csv.gz", CSV))
                sheets[item.item] = (out, _header(out, item))
            _cells(*sheets[item.item], one, row, item)
            until = one.record.public_until
            index.line([*_key(one), one.revision, until.isoformat() if until else ""])
            if delta is not None:
                delta.meet(one, row | {"fields": _fields(one)})
        if delta is not None:
            delta.end()
    outs = [everything, *(out for out, _ in sheets.values()), *([delta.out] if delta else [])]
    return tuple(sorted((out.told() for out in outs), key=lambda file: file.name))


def known(folder: Path) -> Iterator[Known]:
    """Read what a snapshot knew, in the order of its records."""
    with gzip.open(folder / INDEX, "rt", encoding="utf-8") as lines:
        for line in lines:
            subject, record, revision, until = json.loads(line)
            yield Known((subject, record), revision, until)


@dataclass
class _Delta:
    """Meets two sorted rows of records and writes what differs; each is read once."""

    out: _Out
    before: Iterator[Known]
    as_of: date
    waiting: Known | None = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = next(self.before, None)

    def meet(self, one: Published, row: dict[str, object]) -> None:
        key = _key(one)
        while self.waiting is not None and self.waiting.key < key:
            self._removed(self.waiting)
            self.waiting = next(self.before, None)
        same = self.waiting is not None and self.waiting.key == key
        if not same or self.waiting is None or self.waiting.revision != one.revision:
            self.out.line({"change": "public", **row})
        if same:
            self.waiting = next(self.before, None)

    def end(self) -> None:
        while self.waiting is not None:
            self._removed(self.waiting)
            self.waiting = next(self.before, None)

    def _removed(self, gone: Known) -> None:
        why = EXPIRED
        if not gone.until or gone.until >= self.as_of.isoformat():
            subject, record = gone.key
            last = Ended.objects.filter(subject=subject, record_id=record).order_by("-revision")
            why = last.values_list("why", flat=True).first() or WITHDRAWN
        self.out.line({"change": "removed", "record_id": gone.key[1], "why": why})


def _sorted(records: Iterable[Published]) -> Iterator[Published]:
    last = ("", "")
    for one in records:
        if _key(one) <= last:
            message = f"{_key(one)[1]} comes after {last[1]}"
            raise NotSorted(message)
        last = _key(one)
        yield one


def _key(one: Published) -> tuple[str, str]:
    return one.uscc, one.record.record_id


def _row(one: Published, item: Item) -> dict[str, object]:
    record = one.record
    return {
        "uscc": one.uscc,
        "name": one.name,
        "record_id": record.record_id,
        "item": record.item,
        "item_name": record.item_name.zh,
        "section": record.section,
        "adverse": record.adverse,
        "failing_class": record.failing_class,
        "document_no": record.document_no,
        "decided_on": record.decided_on.isoformat(),
        "authority": record.authority,
        "authority_name": record.authority_name,
        "source_name": record.source_name,
        "public_from": record.public_from.isoformat(),
        "public_until": record.public_until.isoformat() if record.public_until else None,
        "repairable_from": record.repairable_from.isoformat() if record.repairable_from else None,
        "channel": record.channel,
        "record_class": record.record_class.value,
        "revised": record.revised,
        "illustrative": item.illustrative,
        "how_to_repair": REPAIR,
        "how_to_object": OBJECTION,
    }


def _fields(one: Published) -> dict[str, str]:
    return {field.identify: field.value for field in one.record.fields}


def _columns(item: Item) -> list[str]:
    shown = PublicRange.PUBLIC
    return [one.identify for one in item.fields if one.publication_range is shown]


def _header(out: _Out, item: Item) -> Any:
    out.stream.write("\ufeff")  # else a spreadsheet does not know that it is UTF-8
    writer = csv.writer(out.stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in (*COLUMNS, *_columns(item))])
    return writer


def _cells(out: _Out, writer: Any, one: Published, row: dict[str, object], item: Item) -> None:
    shown = _fields(one)
    cells = [*(row[name] for name in COLUMNS), *(shown.get(name, "") for name in _columns(item))]
    writer.writerow([neutral(_text(cell)) for cell in cells])
    out.rows += 1


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return {True: "true", False: "false"}[cell] if isinstance(cell, bool) else str(cell)
