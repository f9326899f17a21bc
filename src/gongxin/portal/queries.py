"""The figures of the start page, counted at most once in five minutes (首页数字)."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count

from gongxin.derive.archive import public_on
from gongxin.ledger.models import Current, Subject
from gongxin.portal.access import MAX_AGE


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the site shows on a day; counts say how much is known, never how many failed."""

    subjects: int
    records: int
    units: int
    as_of: date


def figures(day: date) -> Figures:
    """Return the figures of the day."""
    key = f"gongxin:portal:figures:{day.isoformat()}"
    known: Figures | None = cache.get(key)
    if known is not None:
        return known
    fresh = _count(day)
    cache.set(key, fresh, MAX_AGE)
    return fresh


def _count(day: date) -> Figures:
    shown = Current.objects.filter(public_on(day)).exclude(subject="")
    counts = shown.aggregate(records=Count("record_id"), units=Count("unit", distinct=True))
    return Figures(
        subjects=Subject.objects.count(),
        records=counts["records"],
        units=counts["units"],
        as_of=day,
    )
