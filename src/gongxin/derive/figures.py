"""How much the public site shows on a day: counts of what is known, never of failings (首页数字).

A count of millions takes longer than a page may: beyond some size it is made beside the server.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from gongxin.derive.archive import public_on
from gongxin.derive.models import Counted
from gongxin.ledger.models import Current, Subject
from gongxin.ledger.queries import head

COUNTED_AT_ONCE = 200_000  # entries of which a count takes a moment
GOOD_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the site shows on a day; counts say how much is known, never how many failed."""

    subjects: int
    records: int
    units: int
    as_of: date


def figures(day: date) -> Figures | None:
    """Return the figures of the day, of a large ledger those that were last kept; None if none."""
    if head() <= COUNTED_AT_ONCE:
        return count(day)
    kept = Counted.objects.filter(as_of__lte=day).order_by("-as_of").first()
    return Figures(kept.subjects, kept.records, kept.units, kept.as_of) if kept else None


def keep(day: date, *, at: datetime) -> bool:
    """Count a large ledger and keep the figures; False if there is nothing to do.

    Run beside the server, which has no time for it. What was kept of earlier days goes.
    """
    fresh = Counted.objects.filter(as_of=day, counted_at__gt=at - GOOD_FOR).exists()
    if fresh or head() <= COUNTED_AT_ONCE:
        return False
    found = count(day)
    counted = {
        "subjects": found.subjects,
        "records": found.records,
        "units": found.units,
        "counted_at": at,
    }
    Counted.objects.update_or_create(as_of=day, defaults=counted)
    Counted.objects.filter(as_of__lt=day).delete()
    return True


def count(day: date) -> Figures:
    """Count what is public on the day, with its subjects and the units that report."""
    shown = Current.objects.filter(public_on(day)).exclude(subject="")
    counts = shown.aggregate(records=Count("record_id"), units=Count("unit", distinct=True))
    return Figures(
        subjects=Subject.objects.count(),
        records=counts["records"],
        units=counts["units"],
        as_of=day,
    )
