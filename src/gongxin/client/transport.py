"""What httpx says went wrong, in our words; and how much of an answer is read (传输)."""

import ssl
from typing import Any

import httpx

from gongxin.client import clock
from gongxin.client.calling import Send
from gongxin.client.settings import LARGEST, Manner, Why


class Enough(Exception):
    """More of an answer came, or later, than an answer has."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Reading:
    """The parts of an answer as they come; a platform that drips ends like one that is silent."""

    def __init__(self, send: Send) -> None:
        self._until = send.until
        self._parts: list[bytes] = []
        self._length = 0

    def take(self, part: bytes) -> None:
        """Take a part.

        Raises:
            Enough: it is too late, or too much.
        """
        self._length += len(part)
        if self._length > LARGEST:
            raise Enough(Why.NONSENSE)
        if clock.elapsed() > self._until:
            raise Enough(Why.SLOW)
        self._parts.append(part)

    def whole(self) -> bytes:
        """Return what came."""
        return b"".join(self._parts)


def options(manner: Manner) -> dict[str, Any]:
    """Return how httpx is to behave: no redirects, no settings from the environment."""
    return {
        "verify": manner.certificates or ssl.create_default_context(),
        "proxy": manner.proxy,
        "trust_env": False,
        "follow_redirects": False,
        "headers": {"User-Agent": "gongxin-client/1"},
    }


def timeout(send: Send) -> httpx.Timeout:
    """Return how long a part of the request may take."""
    return httpx.Timeout(max(0.01, send.until - clock.elapsed()))


def reason(error: Exception) -> Why:
    """Return why nothing came."""
    match error:
        case Enough():
            return error.why
        case httpx.TimeoutException():
            return Why.SLOW
        case httpx.ConnectError():
            return Why.CERTIFICATE if _is_about_certificates(error) else Why.NO_CONNECTION
        case httpx.DecodingError():
            return Why.NONSENSE
    return Why.CUT


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
