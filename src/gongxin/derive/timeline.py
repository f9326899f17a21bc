"""What happened to a subject and what lies ahead, day by day (时间轴: 事前、事中、事后).

A function of the public archive alone: what is hidden or has ended cannot get in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gongxin.core.catalog import Phase
from gongxin.derive.archive import Archive, ArchiveRecord


class Step(StrEnum):
    """What happens on a day; on the same day the later step is the newer one."""

    DECIDED = "decided"
    GRADED = "graded"
    REPAIRABLE = "repairable"  # first day on which repair may be applied for
    ENDS = "ends"  # last day of publicity


_ORDER = tuple(Step)


@dataclass(frozen=True, slots=True)
class Event:
    """One step on a day in China; it lies ahead if the day is after the archive's ``as_of``.

    ``record`` is None for a grade, which rests on all records.
    """

    day: date
    step: Step
    phase: Phase
    record: ArchiveRecord | None


def timeline(archive: Archive, *, graded_on: date | None = None) -> tuple[Event, ...]:
    """Return all events of an archive, newest first; ``graded_on`` if the reader sees a grade.

    Events of one day and step stand as their records do in the archive.
    """
    events = [event for record in archive.records for event in _of(record)]
    if graded_on is not None:
        events.append(Event(graded_on, Step.GRADED, Phase.DURING, None))
    # A reversed sort keeps the order of equals.
    events.sort(key=lambda event: (event.day, _ORDER.index(event.step)), reverse=True)
    return tuple(events)


def _of(record: ArchiveRecord) -> Iterator[Event]:
    yield Event(record.decided_on, Step.DECIDED, record.phase, record)
    ends = record.public_until
    if ends is not None:
        yield Event(ends, Step.ENDS, Phase.AFTER, record)
    opens = record.repairable_from if record.adverse else None
    # A unit may shorten a term: after its end there is nothing left to repair.
    if opens is not None and (ends is None or opens <= ends):
        yield Event(opens, Step.REPAIRABLE, Phase.AFTER, record)
