"""Citations with the documents they name: title, number and article (依据)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gongxin.core.citation import Citation
from gongxin.law.release import Release

DESIGN_MARK = "[design]"


@dataclass(frozen=True, slots=True)
class Source:
    """One cited place; ``design`` means a convention of the platform without legal force."""

    title: str
    number: str
    article: str
    note: str
    design: bool


def in_force(cites: Sequence[Citation], release: Release, day: date) -> bool:
    """Tell whether all that is cited is in force on the day, and something is (invariant P3)."""
    documents = [release.documents.get(cite.document) for cite in cites]
    return len(documents) > 0 and all(d is not None and d.in_force(day) for d in documents)


def sources(cites: Iterable[Citation], release: Release) -> tuple[Source, ...]:
    """Return what is cited, in order; ``pack lint`` has seen to it that each document is known."""
    return tuple(
        Source(
            title=(document := release.documents[cite.document]).title,
            number=document.number,
            article=cite.article,
            note=cite.note.replace(DESIGN_MARK, "").strip(),
            design=document.rank == "design",
        )
        for cite in cites
    )
