"""The parts of the site and their size in each process of the server (adr/0027)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the site: whose addresses begin so, how many work at once, how many wait.

    Of both one asker has half at most: also who sends a body that never ends.
    """

    name: str
    begins: str
    working: int
    waiting: int


API = Part("api", "/api/", 4, 28)
DESK = Part("desk", "/desk/", 4, 12)
PUBLIC = Part("public", "/", 4, 28)
PARTS = (API, DESK, PUBLIC)
CONNECTIONS = sum(part.working for part in PARTS) + 1  # one for the probes
# One thread for everybody who may be inside, and some to turn others away.
THREADS = sum(part.working + part.waiting for part in PARTS) + 4
