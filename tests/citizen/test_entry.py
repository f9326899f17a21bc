"""Coming in by real name through a real OpenID Connect provider that runs beside the test (P2)."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.test import Client

from gongxin.audit.models import Row
from gongxin.personal.models import Session
from tests.citizen.conftest import ANNA, come_back, logged_in
from tests.desk.test_single_sign_on import visit
from tests.fixtures.platform import contents

pytestmark = pytest.mark.django_db


def is_in(browser: Client) -> bool:
    return browser.get("/records").status_code == 200


def denied() -> list[bytes]:
    rows = Row.objects.filter(action="person.enter").order_by("id")
    return [bytes(row.content) for row in rows if b'"decision":"deny"' in bytes(row.content)]


def test_who_is_proved_by_real_name_is_in_and_the_number_is_kept_nowhere(place):
    browser = Client()

    answer = come_back(browser, ANNA)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/records")
    assert is_in(browser)
    kept = f"{contents()} {browser.cookies.output()}"
    assert [secret for secret in (ANNA, "安娜", "13800000000") if secret in kept] == []


def test_nobody_is_in_without_having_been_proved(place):
    browser = Client()

    assert browser.get("/records").headers["Location"] == "/"
    assert browser.get("/consents").headers["Location"] == "/"
    assert browser.post("/consents/new", {"uses": "1"}).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        ("issuer", "InvalidIssuerError"),
        ("audience", "InvalidAudienceError"),
        ("azp", "audience"),
        ("key", "InvalidSignatureError"),
        ("end", "ExpiredSignatureError"),
        ("nonce", "nonce"),
        ("level", "level"),
        ("unsigned", "key"),
        ("secret", "InvalidAlgorithmError"),
        ("number", "no_number"),
        ("no-id_number", "no_number"),
        ("no-acr", "level"),
        *((f"no-{name}", "MissingRequiredClaimError") for name in ("nonce", "exp", "iat", "aud")),
        ("no-iss", "MissingRequiredClaimError"),
    ],
)
def test_a_token_that_is_not_right_opens_nothing(place, tamper, reason):
    browser = Client()

    answer = come_back(browser, ANNA, tamper=tamper)

    assert answer.status_code == 403
    assert "未能登录" in answer.content.decode()
    assert not is_in(browser)
    assert Session.objects.count() == 0
    (told,) = denied()
    assert f'"reason":"{reason}"'.encode() in told
    assert ANNA.encode() not in told


def test_every_refusal_is_the_same_page(place):
    pages = {
        come_back(Client(), ANNA, tamper=tamper).content
        for tamper in ("issuer", "nonce", "level", "no-id_number")
    }

    assert len(pages) == 1


@pytest.mark.parametrize("change", ["state=other", "code=other", "iss=https://other.example"])
def test_a_way_back_that_was_changed_opens_nothing(place, change):
    browser = Client()
    asked = browser.post("/entry")
    back = urlsplit(visit(asked.headers["Location"], as_=ANNA))
    name = change.partition("=")[0]
    kept = [part for part in back.query.split("&") if not part.startswith(f"{name}=")]

    answer = browser.get(f"{back.path}?{'&'.join([*kept, change])}")

    assert answer.status_code == 403
    assert (is_in(browser), Session.objects.count()) == (False, 0)


def test_another_browser_cannot_take_the_way_back(place):
    asked = Client().post("/entry")
    back = urlsplit(visit(asked.headers["Location"], as_=ANNA))
    other = Client()

    rows = Row.objects.count()

    assert other.get(f"{back.path}?{back.query}").status_code == 403
    assert (Session.objects.count(), Row.objects.count()) == (0, rows)


def test_a_way_back_is_good_once(place):
    browser = Client()
    asked = browser.post("/entry")
    back = urlsplit(visit(asked.headers["Location"], as_=ANNA))
    address = f"{back.path}?{back.query}"

    assert browser.get(address).status_code == 302
    assert browser.get(address).status_code == 403


@pytest.mark.parametrize(
    ("minutes", "steps", "stays"), [(14, 4, True), (16, 1, False), (14, 9, False)]
)
def test_a_session_ends_when_idle_or_old(place, minutes, steps, stays):
    """A quarter of an hour without a page, two hours in all (ADR 0024)."""
    browser = logged_in()
    seen = []
    for _ in range(steps):
        place.later(minutes=minutes)
        seen.append(is_in(browser))

    assert seen[-1] is stays


def test_who_leaves_is_out_with_every_copy_of_the_cookie(place):
    browser, copy = logged_in(), Client()
    copy.cookies["own"] = browser.cookies["own"].value
    assert is_in(copy)

    browser.post("/leave")

    assert (is_in(browser), is_in(copy), Session.objects.count()) == (False, False, 0)


def test_the_cookie_is_for_the_server_alone_and_the_pages_are_kept_nowhere(place):
    browser = logged_in()
    cookie = browser.cookies["own"]
    page = browser.get("/records")

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert page.headers["Cache-Control"] == "no-store"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in page.content.decode()
    assert 'style="' not in page.content.decode()


def test_a_service_that_is_away_lets_nobody_in(place):
    away = replace(place.settings.CITIZEN.realname, issuer="http://127.0.0.1:1")
    place.settings.CITIZEN = replace(place.settings.CITIZEN, realname=away)

    assert Client().post("/entry").status_code == 403
    assert Session.objects.count() == 0


def test_english_comes_back_to_english(place):
    assert come_back(Client(), ANNA, at="/en").headers["Location"] == "/en/records"
