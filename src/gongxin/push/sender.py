"""Sends one message to one address and follows nothing (推送发送, SAFETY T10).

The name is looked up once, every number that it stands for is judged, and the connection goes to
that very number: a name that says something else a moment later changes nothing. TLS with the
certificate checked against the name; no redirect, no proxy, no cookie; an answer's body is read by
``ask`` alone and within a limit; one time limit over all. Not a library for the web: each of
those follows something.
"""

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import TypeVar

from gongxin.core.destinations import Allowed, BadDestination, Destination, destination, judge
from gongxin.push.replies import BadReply, Reply, read_reply

T = TypeVar("T")
SECONDS = 10.0
LARGEST = 1_000_000  # bytes of a message
LONGEST_HEAD = 16_384  # bytes of an answer that are read
GOOD, GONE, AWAY = range(200, 300), 410, frozenset({408, 425, 429})
ERRORS = range(500, 600)
Read = Callable[[ssl.SSLSocket, float], "T"]
Resolver = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message.

    ``status`` is None if no answer came; ``fault`` is a stable word, empty for a good answer.
    ``away``: the receiver as a whole does not answer, not this message alone.
    """

    status: int | None
    fault: str
    away: bool

    @property
    def good(self) -> bool:
        """Whether the receiver took the message."""
        return self.fault == ""


class _Failed(Exception):
    def __init__(self, *, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def look_up(host: str, port: int) -> Sequence[str]:
    """Return the numbers of a name as this machine knows them.

    Raises:
        OSError: there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True, slots=True)
class Sender:
    """What sending needs: where it may go, whom to trust, how names are looked up."""

    allowed: Allowed
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    resolve: Resolver = look_up
    seconds: float = SECONDS

    def send(self, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post a body; whatever goes wrong is an answer, never an exception."""
        deadline = monotonic() + self.seconds
        try:
            to = destination(address, self.allowed)
            request = _request(to, headers, body)
            status = self._post(to, request, deadline, _status)
        except BadDestination as error:
            return Answer(None, f"address_{error.facts['reason']}", away=True)
        except _Failed as failed:
            return Answer(None, failed.fault, away=True)
        except TimeoutError:
            return Answer(None, "timeout", away=True)
        except ssl.SSLError:
            return Answer(None, "tls", away=True)
        except OSError:
            return Answer(None, "connection", away=True)
        return _answer(status)

    def ask(self, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Post a body and read the answer, whole; whatever goes wrong is a reply with a fault."""
        deadline = monotonic() + self.seconds
        try:
            to = destination(address, self.allowed)
            status, told, came = self._post(to, _request(to, headers, body), deadline, _reply)
        except BadDestination as error:
            return Reply(None, f"address_{error.facts['reason']}")
        except (_Failed, BadReply) as failed:
            return Reply(None, failed.fault)
        except TimeoutError:
            return Reply(None, "timeout")
        except ssl.SSLError:
            return Reply(None, "tls")
        except OSError:
            return Reply(None, "connection")
        return Reply(status, _answer(status).fault, told, came)

    def _number(self, to: Destination, deadline: float) -> str:
        """Look the name up once; all numbers are judged, the first is taken."""
        answers: SimpleQueue[Sequence[str] | None] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self.resolve(to.host, to.port))
            except (OSError, UnicodeError):
                answers.put(None)

        # The system's resolver knows no time limit: one that hangs is left behind.
        Thread(target=ask, daemon=True, name="push-resolver").start()
        try:
            numbers = answers.get(timeout=_left(deadline))
        except Empty:
            raise TimeoutError from None
        if not numbers:
            raise _Failed(fault="name_unknown")
        for number in numbers:
            judge(number, self.allowed)
        return numbers[0]

    def _post(self, to: Destination, request: bytes, deadline: float, read: "Read[T]") -> T:
        number = self._number(to, deadline)
        with socket.create_connection((number, to.port), timeout=_left(deadline)) as plain:
            plain.settimeout(_left(deadline))
            with self.trust.wrap_socket(plain, server_hostname=to.host) as line:
                sent = 0
                while sent < len(request):
                    line.settimeout(_left(deadline))
                    sent += line.send(request[sent : sent + 65_536])
                return read(line, deadline)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _request(to: Destination, headers: Mapping[str, str], body: bytes) -> bytes:
    host = to.host if to.port == 443 else f"{to.host}:{to.port}"  # noqa: PLR2004 - of https
    lines = [
        f"POST {to.target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: gongxin-push",
        "Accept: */*",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if len(body) > LARGEST:
        raise _Failed(fault="too_large")
    if any("\r" in line or "\n" in line for line in lines):
        raise _Failed(fault="headers")
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _status(line: ssl.SSLSocket, deadline: float) -> int:
    """Read the answer's head, no more of it than can be one, and nothing behind it."""
    head = b""
    while b"\r\n\r\n" not in head:
        if len(head) > LONGEST_HEAD:
            raise _Failed(fault="answer")
        line.settimeout(_left(deadline))
        part = line.recv(4_096)
        if part == b"":
            break
        head += part
    version, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    code = rest[:3]
    if b"\r\n\r\n" not in head or not version.startswith(b"HTTP/1.") or not code.isdigit():
        raise _Failed(fault="answer")
    return int(code)


def _reply(line: ssl.SSLSocket, deadline: float) -> tuple[int, dict[str, str], bytes]:
    def receive() -> bytes:
        line.settimeout(_left(deadline))
        return line.recv(65_536)

    return read_reply(receive)


def _answer(status: int) -> Answer:
    if status in GOOD:
        return Answer(status, "", away=False)
    fault = "gone" if status == GONE else "redirect" if 300 <= status < 400 else "status"  # noqa: PLR2004
    return Answer(status, fault, away=status in AWAY or status in ERRORS)
