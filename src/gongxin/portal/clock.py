"""The civil day of the public pages: the only place in this room that reads the clock (今日)."""

from datetime import date, datetime, time

from django.conf import settings

from gongxin.core.dates import CHINA


def today() -> date:
    """Return the day in China; tests and rehearsals may set ``PORTAL_TODAY`` in the settings."""
    fixed: date | None = getattr(settings, "PORTAL_TODAY", None)
    return fixed or datetime.now(tz=CHINA).date()  # noqa: TID251 - this is the clock


def now() -> datetime:
    """Return the instant; noon of ``PORTAL_TODAY`` if that is set."""
    fixed: date | None = getattr(settings, "PORTAL_TODAY", None)
    if fixed is not None:
        return datetime.combine(fixed, time(12), CHINA)
    return datetime.now(tz=CHINA)  # noqa: TID251 - this is the clock
