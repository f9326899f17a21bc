"""Who floods the process for persons waits, and nobody else does (T30)."""

from dataclasses import replace

import pytest
from django.test import Client

from gongxin.personal import limits
from gongxin.personal.models import Asked
from tests.citizen.conftest import ANNA, BEI, come_back, logged_in
from tests.fixtures.platform import contents

pytestmark = pytest.mark.django_db
WIDE = {"address": 1_000, "login": 1_000, "session": 1_000, "system": 1_000}


def statuses(browser: Client, path: str, times: int, **more: str) -> list[int]:
    return [browser.get(path, **more).status_code for _ in range(times)]


def test_a_session_has_its_share_of_a_minute_and_others_theirs(place):
    anna, bei = logged_in(ANNA), logged_in(BEI)
    place.settings.PERSON_LIMITS = WIDE | {"session": 2}

    assert statuses(anna, "/records", 3) == [200, 200, 429]
    assert statuses(bei, "/records", 2) == [200, 200]
    place.later(minutes=1)
    assert statuses(anna, "/records", 1) == [200]


def test_the_answer_says_when_to_come_again_and_nothing_happened(place):
    anna = logged_in()
    place.settings.PERSON_LIMITS = WIDE | {"session": 0}
    place.later(seconds=18)

    answer = anna.post("/leave")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "42")
    assert "请在 42 秒后再来" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    place.settings.PERSON_LIMITS = WIDE
    assert anna.get("/records").status_code == 200


def test_an_address_has_its_share_with_however_many_sessions(place):
    place.settings.PERSON_LIMITS = WIDE | {"address": 2}
    cookie = place.settings.PERSON_COOKIE

    asked = []
    for made_up in "abcd":
        browser = Client()
        browser.cookies[cookie] = made_up
        asked += statuses(browser, "/never", 1)

    assert asked == [200, 200, 429, 429]
    assert Asked.objects.count() == 3  # the address, and two sessions before it was over
    assert statuses(Client(), "/never", 1, REMOTE_ADDR="10.9.9.9") == [200]


def test_logins_are_counted_by_address_both_ways(place):
    place.settings.PERSON_LIMITS = WIDE | {"login": 3}

    assert come_back(Client(), ANNA).status_code == 302
    browser = Client()
    assert browser.post("/entry").status_code == 302
    assert browser.get("/entry/back").status_code == 429
    assert browser.post("/en/entry").status_code == 429
    assert browser.post("/entry", REMOTE_ADDR="10.9.9.9").status_code == 302
    assert browser.get("/never").status_code == 200


def test_behind_a_proxy_whom_it_names_is_counted(place):
    place.settings.PERSON_LIMITS = WIDE | {"address": 1}
    place.settings.CITIZEN = replace(place.settings.CITIZEN, proxies=("127.0.0.1",))
    one, other = {"X-Forwarded-For": "6.6.6.6, 1.2.3.4"}, {"X-Forwarded-For": "1.2.3.5"}

    browser = Client()
    asked = [browser.get("/never", headers=h).status_code for h in (one, one, other)]

    assert asked == [200, 429, 200]


def test_an_operation_answers_with_a_problem(place):
    place.settings.PERSON_LIMITS = WIDE | {"system": 1}
    browser = Client()

    first = browser.post("/api/v1/persons/records", {}, content_type="application/json")
    second = browser.post("/api/v1/persons/records", {}, content_type="application/json")

    assert (first.status_code, second.status_code) == (401, 429)
    assert second.headers["Retry-After"] == "60"
    assert second.json()["type"] == "/api/v1/problems/rate-limited"
    assert browser.get("/never").status_code == 200


def test_what_is_counted_names_nobody_and_is_forgotten(place):
    logged_in()
    kept = str(contents())
    assert "127.0.0.1" not in kept
    assert ANNA not in kept
    place.later(minutes=5)

    assert limits.seconds_to_wait("address", "x", most=9, at=place.now, secret="s") == 0
    assert Asked.objects.count() == 1
