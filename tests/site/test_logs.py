"""Nothing that somebody types gets into a log line: T29."""

import json
import logging
import re
import sys

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gongxin.site.logs import JsonLine, Stderr
from tests.derive import town as t

pytestmark = pytest.mark.django_db
NAME = "欧阳金丝雀"
RESIDENT = t.RESIDENT_ID
MOBILE = "13912345678"
CARD = "6222021234567890123"
CANARIES = (NAME, RESIDENT, MOBILE, CARD)


def routes(resolver: URLResolver | None = None, before: str = "") -> list[str]:
    """The address of every page as its pattern says it, converters left in."""
    found: list[str] = []
    for entry in (resolver or get_resolver()).url_patterns:
        whole = before + str(entry.pattern)
        found += [whole] if isinstance(entry, URLPattern) else routes(entry, whole)
    return found


def filled(route: str, canary: str) -> list[str]:
    """The address with the canary in each of its parts, and behind it."""
    plain = re.sub(r"<[^>]+>", t.FINED[0], route)
    parts = re.sub(r"<[^>]+>", canary, route)
    return [f"/{plain}", f"/{parts}", f"/{plain.rstrip('/')}/{canary}"]


@pytest.fixture
def lines(capsys):
    """What went to stderr since the last call."""

    def read() -> list[str]:
        return capsys.readouterr().err.splitlines()

    read()
    return read


@pytest.mark.parametrize("canary", CANARIES, ids=["name", "resident", "mobile", "card"])
def test_what_is_typed_anywhere_is_in_no_line(lines, canary):
    client = Client(raise_request_exception=False)
    with_it = {"HTTP_X_ASKED": canary.encode().decode("latin-1"), "HTTP_REFERER": f"/{canary}"}
    asked = 0
    for route in routes():
        for address in filled(route, canary):
            for data in ({"q": canary}, {canary: canary}, {"page": canary}):
                client.get(address, data, **with_it)
            client.post(address, {"q": canary, "login": canary, "password": canary}, **with_it)
            asked += 4

    said = lines()
    assert asked > 100
    assert len(said) > 50  # refusals are logged, or this would show nothing
    assert [line for line in said if canary in line] == []
    assert {"at", "level", "logger", "event"} <= set(json.loads(said[0]))


def formatted(log: logging.Logger, *arguments: object, **named: object) -> dict:
    record = log.makeRecord(log.name, logging.ERROR, __file__, 1, arguments[0], arguments[1:], None)
    record.__dict__.update(named)
    return json.loads(JsonLine().format(record))


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("name", ["gongxin.check", "django.request", "granian"])
def test_values_are_left_out_of_a_message(name, canary):
    said = formatted(logging.getLogger(name), "asked about %s", canary)

    assert said["event"] == "asked about %s"
    assert canary not in str(said)


@pytest.mark.parametrize("canary", CANARIES)
def test_words_of_others_that_may_hold_values_are_left_out(canary):
    said = formatted(logging.getLogger("allauth"), f"asked about {canary}")

    assert canary not in str(said)
    assert said["event"].startswith("test_logs.")


@pytest.mark.parametrize("canary", CANARIES)
def test_a_fault_says_its_kind_and_place_and_not_its_text(canary):
    def ask(who: str) -> None:
        raise ValueError(who)

    try:
        ask(canary)
    except ValueError:
        said = formatted(logging.getLogger("django.request"), "%s", canary, exc_info=sys.exc_info())

    assert (said["error"], said["where"][-1].split()[-1]) == ("ValueError", "ask")
    assert canary not in str(said)


def test_the_status_is_said_and_the_address_is_not():
    said = formatted(
        logging.getLogger("django.request"), "%s: %s", "Not Found", f"/{NAME}", status_code=404
    )

    assert said["status"] == 404
    assert NAME not in str(said)


def test_nothing_is_mailed_or_printed_by_django():
    names = ["django", "django.server", "django.request"]

    assert [logging.getLogger(name).handlers for name in names] == [[], [], []]


@pytest.fixture
def log():
    """A log of ours with a handler of its own, whose clock the tests set."""
    made, handler = logging.getLogger("gongxin.flooded"), Stderr()
    handler.setFormatter(JsonLine())
    made.addHandler(handler)
    made.propagate = False
    yield made
    made.removeHandler(handler)
    handler.close()


def tell(log: logging.Logger, seconds: float, status: int = 503, **more: object) -> None:
    said = (log.name, logging.ERROR, __file__, 1, "%s: %s", ("Unavailable", "/x"), None)
    record = log.makeRecord(*said, extra={"status_code": status, **more})
    record.created = 1_800_000_000.0 + seconds
    log.handle(record)


def told(lines) -> list[tuple[int | None, int | None]]:
    return [(line.get("status"), line.get("more")) for line in map(json.loads, lines())]


def test_a_flood_has_one_line_a_reason_and_a_count(log, lines):
    for n in range(1_000):
        tell(log, n / 200)
        tell(log, n / 200, 429)
    assert told(lines) == [(503, None), (429, None)]

    tell(log, 10.5, 404)

    assert told(lines) == [(503, 999), (429, 999), (404, None)]
    tell(log, 11)
    assert told(lines) == [(503, None)]


def test_what_is_counted_is_told_at_the_end(log, lines):
    for _ in range(3):
        tell(log, 0)

    next(one for one in log.handlers if isinstance(one, Stderr)).close()

    assert told(lines) == [(503, None), (503, 2)]


def test_a_single_line_is_not_counted(log, lines):
    tell(log, 0)
    tell(log, 60)

    assert told(lines) == [(503, None), (503, None)]


def test_a_clock_that_goes_back_silences_nobody(log, lines):
    tell(log, 3_600)
    tell(log, 0)

    assert told(lines) == [(503, None), (503, None)]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_whatever_is_no_flood_has_each_its_line(log, lines, status):
    """A fault of ours above all: its trace is what callers tell us."""
    for _ in range(3):
        tell(log, 0, status)

    assert told(lines) == [(status, None)] * 3


def test_an_outage_that_was_met_in_a_call_is_one_reason(log, lines):
    for error in (OperationalError("gone"), OperationalError("gone"), ValueError("ours")):
        record = log.makeRecord(log.name, logging.ERROR, __file__, 1, "a call failed", (), None)
        record.exc_info = (type(error), error, None)
        record.created = 1_800_000_000.0
        log.handle(record)

    assert [json.loads(line)["error"] for line in lines()] == ["OperationalError", "ValueError"]


def test_the_count_names_no_call(log, lines):
    for _ in range(2):
        tell(log, 0, trace_id="0" * 32)
    tell(log, 20, 404)

    said = [json.loads(line) for line in lines()]
    assert ["trace_id" in line for line in said] == [True, False, False]
