"""The instant at which a person asks: the only place in this room that reads the clock (今时)."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """Return the instant; tests may set ``CITIZEN_NOW`` in the settings."""
    fixed: datetime | None = getattr(settings, "CITIZEN_NOW", None)
    return fixed or datetime.now(tz=UTC)  # noqa: TID251 - this is the clock
