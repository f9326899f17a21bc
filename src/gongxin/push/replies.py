"""The answer of a platform that is asked: its head and body, whole or a fault (对接应答).

An answer is as untrusted as any message: a limit of bytes, one of time, no redirect followed, and
half a body is no body.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

LONGEST_HEAD = 16_384
LARGEST_REPLY = 4_000_000
_END = b"\r\n\r\n"
Receive = Callable[[], bytes]


class BadReply(Exception):
    """The answer is not one; ``fault`` is a stable word."""

    def __init__(self, *, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Reply:
    """What a platform answered; ``fault`` is empty for a good status and a whole body."""

    status: int | None
    fault: str = ""
    headers: Mapping[str, str] | None = None
    body: bytes = b""

    @property
    def good(self) -> bool:
        """Whether a whole answer of a good status came."""
        return self.fault == ""


def read_reply(receive: Receive) -> tuple[int, dict[str, str], bytes]:
    """Read a whole answer; ``receive`` returns what came, empty at the end of the line.

    Raises:
        BadReply: no HTTP, too long, or cut off.
    """
    head, rest = _head(receive)
    lines = head.split("\r\n")
    version, _, status = lines[0].partition(" ")
    if not version.startswith("HTTP/1.") or not status[:3].isdigit() or not status[:3].isascii():
        raise BadReply(fault="answer")
    pairs = [line.partition(":") for line in lines[1:]]
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if len(headers) != len(pairs):
        raise BadReply(fault="answer")  # a header twice: two readers would take two lengths
    if "transfer-encoding" in headers:
        if headers["transfer-encoding"].lower() != "chunked" or "content-length" in headers:
            raise BadReply(fault="answer")
        return int(status[:3]), headers, _chunks(receive, rest)
    return int(status[:3]), headers, _body(receive, rest, headers.get("content-length"))


def _head(receive: Receive) -> tuple[str, bytes]:
    came = b""
    while _END not in came:
        part = receive()
        if len(came) > LONGEST_HEAD or part == b"":
            raise BadReply(fault="answer")
        came += part
    head, _, rest = came.partition(_END)
    return head.decode("latin-1"), rest


def _body(receive: Receive, came: bytes, length: str | None) -> bytes:
    if length is not None and not (length.isascii() and length.isdigit()):
        raise BadReply(fault="answer")
    wanted = None if length is None else int(length)
    if wanted is not None and wanted > LARGEST_REPLY:
        raise BadReply(fault="too_large")
    body = bytearray(came)
    while wanted is None or len(body) < wanted:
        part = receive()
        if part == b"":
            break
        body += part
        if len(body) > LARGEST_REPLY:
            raise BadReply(fault="too_large")
    if wanted is not None and len(body) != wanted:
        raise BadReply(fault="cut_off")
    return bytes(body)


def _chunks(receive: Receive, came: bytes) -> bytes:
    raw, body = bytearray(came), bytearray()
    while True:
        size = _size(_line(receive, raw))
        if size == 0:
            return bytes(body)
        if len(body) + size > LARGEST_REPLY:
            raise BadReply(fault="too_large")
        while len(raw) < size + 2:
            _more(receive, raw)
        body += raw[:size]
        del raw[: size + 2]


def _line(receive: Receive, raw: bytearray) -> bytes:
    while b"\r\n" not in raw:
        if len(raw) > LONGEST_HEAD:
            raise BadReply(fault="answer")
        _more(receive, raw)
    line, _, _ = bytes(raw).partition(b"\r\n")
    del raw[: len(line) + 2]
    return line


def _more(receive: Receive, raw: bytearray) -> None:
    part = receive()
    if part == b"":
        raise BadReply(fault="cut_off")
    raw += part


def _size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if len(digits) == 0 or any(sign not in b"0123456789abcdefABCDEF" for sign in digits):
        raise BadReply(fault="answer")
    return int(digits, 16)
