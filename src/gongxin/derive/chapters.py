"""An archive in the chapters of the report standard, the empty ones too (报告篇章)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gongxin.core.citation import Label
from gongxin.derive.archive import Archive, ArchiveRecord
from gongxin.law import Release

REST = Label("未归入篇章的信息", "In no chapter")


@dataclass(frozen=True, slots=True)
class ArchiveChapter:
    """A chapter with its public records, the newest first.

    ``kept`` tells whether the archive keeps records of the chapter at all: only then does none
    mean that there is none.
    """

    chapter: str
    name: Label
    kept: bool
    records: tuple[ArchiveRecord, ...]


def chapters(archive: Archive, release: Release) -> tuple[ArchiveChapter, ...]:
    """Return the chapters of 公共信用信息报告标准 in their order with the archive's records.

    What stands in no chapter of the place's packs comes last, so that no record is left out.
    """
    placed = tuple(
        _chapter(clause.chapter, clause.name, archive, frozenset(clause.items))
        for clause in release.content.chapters
    )
    known = {item for clause in release.content.chapters for item in clause.items}
    rest = {record.item for record in archive.records} - known
    return (*placed, _chapter("", REST, archive, rest)) if rest else placed


def _chapter(
    chapter: str, name: Label, archive: Archive, items: AbstractSet[str]
) -> ArchiveChapter:
    records = tuple(record for record in archive.records if record.item in items)
    return ArchiveChapter(chapter, name, len(items) > 0, records)
