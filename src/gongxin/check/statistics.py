"""How much was asked, by whom and for what (核查统计, requirements 0-13, 2-23, 2-34).

Counted are looks, and outcomes beside them. Nothing is added up over outcomes, ranked or shown as
success (legal.md L7).
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, OuterRef, QuerySet, Subquery

from gongxin.check.models import Asked, Reported
from gongxin.core.dates import CHINA
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class Looks:
    """Checks of one unit for one matter and purpose; an organisation asked twice counts once."""

    unit: str
    scene: str
    matter: str
    purpose: str
    checks: int
    organisations: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Cases of one matter with the outcome that was last reported; empty: none was."""

    matter: str
    outcome: str
    cases: int


def looks(
    *, first: date, last: date, release: Release, unit: str | None = None
) -> tuple[Looks, ...]:
    """Count the checks asked from ``first`` to ``last``, both days in China included."""
    scenes = {matter.matter: matter.scene for matter in release.content.matters}
    keys = ("unit", "matter", "purpose")
    counted = (
        _asked(first, last, unit)
        .values(*keys)
        .annotate(checks=Count("check_no"), organisations=Count("subject", distinct=True))
        .order_by(*keys)
    )
    return tuple(
        Looks(
            unit=row["unit"],
            scene=scenes.get(row["matter"], ""),
            matter=row["matter"],
            purpose=row["purpose"],
            checks=row["checks"],
            organisations=row["organisations"],
        )
        for row in counted
    )


def outcomes(*, first: date, last: date, unit: str | None = None) -> tuple[Outcomes, ...]:
    """Count the outcomes last reported of the checks asked from ``first`` to ``last``."""
    latest = Reported.objects.filter(asked=OuterRef("check_no")).order_by("-id")
    told = _asked(first, last, unit).annotate(told=Subquery(latest.values("outcome")[:1]))
    counted = told.values("matter", "told").annotate(cases=Count("check_no"))
    return tuple(
        Outcomes(row["matter"], row["told"] or "", row["cases"])
        for row in counted.order_by("matter", "told")
    )


def _asked(first: date, last: date, unit: str | None) -> QuerySet[Asked]:
    begin = datetime.combine(first, time.min, CHINA)
    end = datetime.combine(last, time.max, CHINA)
    found = Asked.objects.filter(asked_at__gte=begin, asked_at__lte=end)
    return found if unit is None else found.filter(unit=unit)
