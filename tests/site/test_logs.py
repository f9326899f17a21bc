"""Nothing that somebody types gets into a log line: T29."""

import json
import logging
import re
import sys

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gongxin.site.logs import JsonLine
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
