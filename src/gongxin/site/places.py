"""So many at once of each part of the site: who floods one keeps nobody from another (SAFETY T30).

A place is a thread that works and the connection to the database that it may use. Each part has
places of its own and a queue before them; of both one asker gets half at most. Whoever
finds them taken hears at once that it is our fault and when to come again. It holds in each
process of the server; limits over all processes are those of :mod:`gongxin.site.limits`.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from django.http import HttpRequest, HttpResponse

from gongxin.api.callers import address_of
from gongxin.api.limits import blind_name
from gongxin.api.problems import UNAVAILABLE, Problem
from gongxin.portal.access import unavailable
from gongxin.site.parts import API, PARTS, PUBLIC, Part

AGAIN = 2  # seconds
WAITS = 5.0  # seconds in the queue; a statement may take as long (site.wsgi)
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # they tell what fails and never wait


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """Somebody in the queue; the lock opens when a place is his."""

    asker: str
    closed: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Close the lock."""
        self.closed.acquire()


@dataclass(slots=True)
class Hall:
    """The places of a part in this process: who is inside, who of them is at work, who waits.

    Who leaves hands his place to the first who may have it: of all who wait one thread wakes.
    """

    part: Part
    guard: Lock = field(default_factory=Lock)
    inside: Counter[str] = field(default_factory=Counter)
    at_work: Counter[str] = field(default_factory=Counter)
    queue: list[Turn] = field(default_factory=list)

    def enter(self, asker: str, *, wait: float = WAITS) -> bool:
        """Take a place, at the end of the queue; False if there is none for this asker."""
        size = self.part.working + self.part.waiting
        with self.guard:
            if self.inside.total() >= size or self.inside[asker] >= size // 2:
                return False
            self.inside[asker] += 1
            if self._has_place(asker):  # then nobody before him may have it
                self.at_work[asker] += 1
                return True
            turn = Turn(asker)
            self.queue.append(turn)
        return turn.closed.acquire(timeout=wait) or self._has_turn(turn)

    def leave(self, asker: str) -> None:
        """Give the place back, or to the first who waits and may have it."""
        with self.guard:
            _take(self.at_work, asker)
            _take(self.inside, asker)
            turn = next((one for one in self.queue if self._has_place(one.asker)), None)
            if turn is not None:
                self.queue.remove(turn)
                self.at_work[turn.asker] += 1
                turn.closed.release()

    def _has_turn(self, turn: Turn) -> bool:
        """Return whether the place came at the last moment; else he goes."""
        with self.guard:
            if turn not in self.queue:
                return True
            self.queue.remove(turn)
            _take(self.inside, turn.asker)
            return False

    def _has_place(self, asker: str) -> bool:
        most = self.part.working
        return self.at_work.total() < most and self.at_work[asker] < most // 2


def _take(counter: Counter[str], asker: str) -> None:
    counter[asker] -= 1
    if not counter[asker]:
        del counter[asker]


class Places:
    """Lets a request in when its part has a place; stands before all that asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.halls = {part: Hall(part) for part in PARTS}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as always, or 503 when the part is full."""
        if request.path_info in PROBES:
            return self.get_response(request)
        part, asker = part_of(request.path_info), asker_of(request)
        hall = self.halls[part]
        if not hall.enter(asker):
            return _full(part)
        try:
            response = self.get_response(request)
        except BaseException:
            hall.leave(asker)
            raise
        if response.streaming:  # the place is held until the last piece is out
            response._resource_closers.append(partial(hall.leave, asker))  # type: ignore[attr-defined]
        else:
            hall.leave(asker)
        return response


def part_of(path: str) -> Part:
    """Return the part that an address belongs to; a prefix of the language belongs to none."""
    bare = path.removeprefix("/en")
    return next(part for part in PARTS if bare.startswith(part.begins) or part is PUBLIC)


def asker_of(request: HttpRequest) -> str:
    """Return who is counted: by what he shows to the API, else by his address; neither is kept."""
    shown = request.headers.get("Authorization", "")
    if shown and part_of(request.path_info) is API:
        return hashlib.sha256(shown.encode()).hexdigest()
    return blind_name(address_of(request))


def _full(part: Part) -> HttpResponse:
    again = {"Retry-After": str(AGAIN)}
    if part is API:
        return Problem(UNAVAILABLE, headers=again).response(secrets.token_hex(16))
    return unavailable(AGAIN)
