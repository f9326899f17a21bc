"""The only clock of this package (时钟)."""

import time


def now() -> int:
    """Return the seconds since 1970."""
    return int(time.time())  # noqa: TID251 - this is the clock


def elapsed() -> float:
    """Return seconds of a clock that nobody sets."""
    return time.monotonic()
