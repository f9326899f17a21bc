"""The server's clock, to be compared with others (服务器时钟)."""

from datetime import UTC, date, datetime

from gongxin.core.dates import CHINA


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place of this room


def today() -> date:
    """The day in China."""
    return now().astimezone(CHINA).date()
