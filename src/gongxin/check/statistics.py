"""How much was asked, by whom and for what (核查统计, requirements 0-13, 2-23, 2-34, 3-29).

Counted are looks, and outcomes beside them. Nothing is added up over outcomes, ranked or shown as
success (legal.md L7); an answer in which a measure stood is no refusal.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection

from gongxin.core.dates import CHINA
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class Looks:
    """Checks of one unit for one matter and purpose.

    A query asks about one organisation or, as a batch, about many; ``checks`` counts each of them.
    An organisation asked about twice counts once in ``organisations``. ``with_measures`` counts
    the answers that held a measure of law in force other than an incentive: each keeps its clause
    and who asked.
    """

    unit: str
    scene: str
    matter: str
    purpose: str
    queries: int
    checks: int
    organisations: int
    with_measures: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Cases of one matter with the outcome that was last reported; empty: none was."""

    matter: str
    outcome: str
    cases: int


def looks(
    *, first: date, last: date, release: Release, units: Collection[str] | None = None
) -> tuple[Looks, ...]:
    """Count the checks asked from ``first`` to ``last``, both days in China included.

    ``units`` are the codes of who asked, None is everybody; rows by unit, matter and purpose.
    """
    scenes = {matter.matter: matter.scene for matter in release.content.matters}
    counted = _counted("check_counted", *_instants(first, last), units)
    return tuple(
        Looks(unit, scenes.get(matter, ""), matter, purpose, *figures)
        for unit, matter, purpose, *figures in counted
    )


def outcomes(
    *, first: date, last: date, units: Collection[str] | None = None
) -> tuple[Outcomes, ...]:
    """Count the outcomes last reported of the checks asked from ``first`` to ``last``."""
    counted = _counted("check_outcomes_counted", *_instants(first, last), units)
    return tuple(Outcomes(*row) for row in counted)


def _instants(first: date, last: date) -> tuple[datetime, datetime]:
    return datetime.combine(first, time.min, CHINA), datetime.combine(last, time.max, CHINA)


def _counted(
    function: str, first: datetime, last: datetime, units: Collection[str] | None
) -> Iterator[tuple[Any, ...]]:
    named = None if units is None else list(units)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM {function}(%s, %s, %s::text[])",  # noqa: S608 - two names above
            [first, last, named],
        )
        yield from cursor.fetchall()
