"""The only clock of this room (时钟)."""

from datetime import UTC, date, datetime

from django.conf import settings

from gongxin.core.dates import CHINA


def now() -> datetime:
    """Return the instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock


def today() -> date:
    """Return the day in China; tests and rehearsals may set ``PORTAL_TODAY`` in the settings."""
    fixed: date | None = getattr(settings, "PORTAL_TODAY", None)
    return fixed or now().astimezone(CHINA).date()
