"""The instant and the day of the desk: the only place in this room that reads the clock (今日)."""

from datetime import UTC, date, datetime

from django.conf import settings

from gongxin.core.dates import CHINA


def now() -> datetime:
    """Return the instant; tests and rehearsals may set ``DESK_NOW`` in the settings."""
    fixed: datetime | None = getattr(settings, "DESK_NOW", None)
    return fixed or datetime.now(UTC)  # noqa: TID251 - this is the clock


def today() -> date:
    """Return the day in China."""
    return now().astimezone(CHINA).date()
