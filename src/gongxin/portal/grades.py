"""An organisation's grade as it is shown: with its scale, its standing and every line (等级的显示).

A grade of standing ``internal`` is no matter of the public pages and is not shown (legal.md L1).
"""

from dataclasses import dataclass
from datetime import date

from gongxin.core.citation import Label
from gongxin.core.clauses import Level, Model
from gongxin.derive.archive import Archive, ArchiveRecord
from gongxin.derive.explanation import ILLUSTRATIVE, PUBLISHED, Explanation, explain, the_model
from gongxin.law import Release
from gongxin.law.basis import Source, sources

SHOWN = PUBLISHED


@dataclass(frozen=True, slots=True)
class Step:
    """One level of the scale, from best to worst; ``lowest`` is None for the last."""

    level: str
    name: Label
    lowest: int | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Points that one record gave, with the record if it is in the archive."""

    name: Label
    points: int
    document_no: str
    decided_on: date
    record_id: str
    record: ArchiveRecord | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A clause that allowed no better level, and the records for which it holds."""

    name: Label
    level: str
    records: tuple[ArchiveRecord, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, or the reason why there is none, with all that explains it."""

    explanation: Explanation
    model: Model
    scale: tuple[Step, ...]
    place: int
    lines: tuple[Line, ...]
    stops: tuple[Stop, ...]
    basis: tuple[Source, ...]

    @property
    def illustrative(self) -> bool:
        """Whether the model is an example without effect: then 示例 stands beside it everywhere."""
        return self.explanation.standing == ILLUSTRATIVE

    @property
    def gained(self) -> int:
        """Sum of the points that were added, thousandths."""
        return sum(line.points for line in self.lines if line.points > 0)

    @property
    def lost(self) -> int:
        """Sum of the points that were taken, thousandths, not above zero."""
        return sum(line.points for line in self.lines if line.points < 0)


def grade(archive: Archive, release: Release) -> Grade | None:
    """Return the grade that the public may see, or None if the platform shows none."""
    if the_model(release) is None:
        return None
    found = explain(archive.uscc, as_of=archive.as_of, release=release)
    if found is None or found.standing not in SHOWN:
        return None
    model = release.models[found.model]
    records = {record.record_id: record for record in archive.records}
    scale = scale_of(model, found.level)
    return Grade(
        explanation=found,
        model=model,
        scale=scale,
        place=next((n for n, step in enumerate(scale, start=1) if step.reached), 0),
        lines=tuple(
            Line(
                name=line.item_name,
                points=line.points,
                document_no=line.document_no,
                decided_on=line.decided_on,
                record_id=line.record_id,
                record=records.get(line.record_id),
                sources=sources(line.cite, release),
            )
            for line in found.lines
        ),
        stops=tuple(
            Stop(
                name=ceiling.name,
                level=ceiling.level,
                records=tuple(
                    records[counted.record_id]
                    for counted in ceiling.records
                    if counted.record_id in records
                ),
                sources=sources(ceiling.cite, release),
            )
            for ceiling in found.ceilings
        ),
        basis=sources(model.basis, release),
    )


def scale_of(model: Model, level: str = "") -> tuple[Step, ...]:
    """Return the levels of a model from best to worst, one of them marked as reached."""
    return tuple(_step(step, level, last=step is model.levels[-1]) for step in model.levels)


def _step(step: Level, level: str, *, last: bool) -> Step:
    return Step(step.level, step.name, None if last else step.lowest, step.level == level)


def mending(found: Grade) -> tuple[ArchiveRecord, ...]:
    """Return the records that take points or hold the level, each once: what can be put right."""
    taking = [line.record for line in found.lines if line.points < 0 and line.record is not None]
    holding = [record for stop in found.stops for record in stop.records]
    return tuple({record.record_id: record for record in (*taking, *holding)}.values())


def points_text(thousandths: int) -> str:
    """Return thousandths of a point as points.

    >>> points_text(978500), points_text(-20000), points_text(0)
    ('978.5', '−20', '0')
    """
    whole, rest = divmod(abs(thousandths), 1000)
    decimals = f".{rest:03}".rstrip("0").rstrip(".")
    return ("−" if thousandths < 0 else "") + str(whole) + decimals
