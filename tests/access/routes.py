"""The reviewed table of routes, docs/routes.csv, and what it makes of a call (路由权限表)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

from gongxin.accounts.policy import Role
from tests.access.everybody import Caller
from tests.conftest import ROOT

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
OF_THE_DESK = frozenset({"GET", "HEAD", "POST"})  # other methods are refused before who asks
OF_NOBODY = frozenset(
    {"subject", "problem", "file", "letter"}
)  # public: there or not there, and never another's
OWN, FOREIGN, NOTHING = "own", "foreign", "nothing"
LOGIN, GONE, REFUSED_METHOD = 302, 404, 405


@dataclass(frozen=True)
class Route:
    """A row of the table: how one comes in, what one must be allowed, what is answered."""

    name: str
    entry: str
    action: str
    answers: dict[str, int]
    object: str

    @property
    def is_desk(self) -> bool:
        """Whether the pages of the desk answer."""
        return self.name.startswith(("desk:", "account_", "mfa_", "openid_"))

    @property
    def objects(self) -> tuple[str, ...]:
        """Whose the thing is that the address or the form names."""
        if self.object in OF_NOBODY:
            return (OWN, NOTHING)
        return (OWN, FOREIGN, NOTHING) if self.object else (OWN,)

    def tried(self, method: str) -> tuple[str, ...]:
        """For whose things it is called: a method that is refused is refused for all alike."""
        return self.objects if method in self.answers else (OWN,)


@cache
def reviewed() -> dict[str, Route]:
    """The rows by name."""
    with (ROOT / "docs/routes.csv").open(encoding="utf-8", newline="") as lines:
        return {row["route"]: _route(row) for row in csv.DictReader(lines)}


def _route(row: dict[str, str]) -> Route:
    said = (part.split() for part in row["answers"].split(";") if part.strip())
    answers = {method: int(status) for method, status in said}
    if "GET" in answers:
        answers.setdefault("HEAD", answers["GET"])
    return Route(row["route"], row["entry"], row["action"], answers, row["object"])


@cache
def rights() -> dict[str, frozenset[str]]:
    """Who may an action at all, at his own or at any: docs/access.csv."""
    with (ROOT / "docs/access.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["action"]: frozenset(r for r in Role if row[r] != "no")
            | (frozenset(Role) if row["anybody"] == "any" else frozenset())
            for row in csv.DictReader(lines)
        }


def served() -> Iterator[tuple[str, str]]:
    """Every route that the platform has: name and address, the default language alone."""
    return _walk(get_resolver(), "/", ())


def _walk(found: URLResolver, before: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for one in found.url_patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield ":".join((*names, one.name or address)), address
        else:
            yield from _walk(one, address, (*names, one.namespace) if one.namespace else names)


def expected(route: Route, method: str, who: Caller, whose: str) -> int:
    """Return the status that the table wants; worked from its columns, never from the program."""
    if route.name == "api-1:api-root":
        return GONE
    if route.is_desk:
        return _at_the_desk(route, method, who, whose)
    if method not in route.answers:
        return REFUSED_METHOD
    if route.entry == "client":
        if who.token == "":
            return 401
        if who.role not in rights()[route.action]:
            return 403
    return GONE if whose != OWN else route.answers[method]


def _at_the_desk(route: Route, method: str, who: Caller, whose: str) -> int:
    if method not in OF_THE_DESK:
        return REFUSED_METHOD
    signed_in = who.login != ""
    if route.entry == "signed-out" and signed_in:
        return LOGIN
    if route.entry in ("login", "fresh"):
        if not signed_in:
            return LOGIN
        if route.action and who.role not in rights()[route.action]:
            return GONE
    if method not in route.answers:
        return REFUSED_METHOD
    return GONE if whose != OWN else route.answers[method]


def calls() -> Iterator[tuple[Route, str, str]]:
    """Route, address and method; where routes share an address, a method is whose answers it."""
    table, there = reviewed(), list(served())
    for name, address in there:
        beside = [table[n] for n, a in there if a == address and n != name]
        for method in METHODS:
            if not any(method in other.answers for other in beside):
                yield table[name], address, method


def cells() -> int:
    """How many cells each has: route, method, and whose the thing is."""
    return sum(len(row.tried(method)) for row, _, method in calls())
