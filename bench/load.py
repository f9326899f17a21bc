"""A client that keeps connections busy over HTTP/1.1 and counts what comes back (压测).

One process, one thread, no library: it costs the machine little beside the server that is measured.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

LENGTH = b"content-length:"
CHUNKED = b"transfer-encoding: chunked"


@dataclass(slots=True)
class Outcome:
    """What a load brought: seconds, how many of each status, and each request's seconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    @property
    def speed(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    def within(self, share: float) -> float:
        """Milliseconds within which that share of the requests was answered."""
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * share))] * 1000


def load(
    port: int,
    request: Callable[[int], bytes],
    *,
    connections: int,
    requests: int,
    a_second: float | None = None,
) -> Outcome:
    """Send the requests 0, 1 … over as many connections, as fast as answered or so many a second.

    At a given rate a request counts from the instant at which it was due: a server that stops
    cannot hide behind a client that waits for it.
    """
    return asyncio.run(_load(port, request, connections, requests, a_second))


async def _load(
    port: int,
    request: Callable[[int], bytes],
    connections: int,
    requests: int,
    a_second: float | None,
) -> Outcome:
    outcome, numbers, began = Outcome(), iter(range(requests)), time.perf_counter()

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            due = began + number / a_second if a_second else time.perf_counter()
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            writer.write(request(number))
            outcome.statuses[await _answer(reader)] += 1
            outcome.took.append(time.perf_counter() - due)
        writer.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    outcome.seconds = time.perf_counter() - began
    return outcome


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer whole and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = list(_lines(head))
    if CHUNKED in lines:
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        length = next(line for line in lines if line.startswith(LENGTH))
        await reader.readexactly(int(length[len(LENGTH) :]))
    return int(head[9:12])


def _lines(head: bytes) -> Iterator[bytes]:
    return (line.strip() for line in head.lower().split(b"\r\n"))
