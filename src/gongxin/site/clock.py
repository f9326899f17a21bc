"""The server's clock, to be compared with others (服务器时钟)."""

from datetime import UTC, datetime


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place of this room
