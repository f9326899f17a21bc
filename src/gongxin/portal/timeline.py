"""The timeline as it is shown: what lies ahead first, then year by year (时间轴的显示)."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from gongxin.core.catalog import Phase, PublicRange
from gongxin.core.citation import Label
from gongxin.derive.timeline import Event
from gongxin.law import Release
from gongxin.portal import cards


@dataclass(frozen=True, slots=True)
class Line:
    """One event with its record as a card; a grade has none."""

    event: Event
    card: cards.Card | None

    @property
    def title(self) -> str:
        """What the record is about, or its number; empty if only its kind is known."""
        return (self.card.headline or self.card.record.document_no) if self.card else ""

    @property
    def number(self) -> str:
        """The record's number if it is not the title already."""
        number = self.card.record.document_no if self.card else ""
        return "" if number == self.title else number


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one year, or with the year None of all days that lie ahead."""

    year: int | None
    lines: tuple[Line, ...]


def groups(events: tuple[Event, ...], release: Release, *, as_of: date) -> tuple[Group, ...]:
    """Return events, which come newest first, as lines under their headings."""
    grouped = groupby(events, lambda event: None if event.day > as_of else event.day.year)
    return tuple(
        Group(year, tuple(_line(event, release) for event in found)) for year, found in grouped
    )


def _line(event: Event, release: Release) -> Line:
    return Line(event, cards.card(event.record, release) if event.record else None)


def kinds_by_phase(release: Release) -> tuple[tuple[Phase, tuple[Label, ...]], ...]:
    """Return the kinds of public record of each phase, so that a reader can judge the sorting."""
    shown = [i for i in release.items.values() if i.public_type is PublicRange.PUBLIC]
    return tuple((phase, tuple(i.name for i in shown if i.phase is phase)) for phase in Phase)
