"""A client with a person's consent over HTTP, and everybody without one (rule 29, P2, 3-13)."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from gongxin.accounts.client_actions import Credentials, NewClient, add_client, disable_client
from gongxin.audit.models import Row
from gongxin.core.audit import By
from gongxin.personal import consent
from gongxin.personal.models import Grant, Use
from gongxin.site import settings as site
from tests.api.conftest import token_of
from tests.citizen.conftest import ANNA, BEI, LICENCE, NOW, PENALTY, Place, logged_in
from tests.citizen.test_own_pages import granted, text
from tests.fixtures.platform import MARKET, contents
from tests.personal.test_tokens import mutated

pytestmark = pytest.mark.django_db
RECORDS, MATCH = "/api/v1/persons/records", "/api/v1/persons/match"
JSON = "application/json"
NO_CONSENT = {
    "type": "/api/v1/problems/no-consent",
    "title": "No consent that covers this",
    "status": 403,
}


@dataclass
class System:
    """A unit's system with an access token."""

    token: str

    def ask(self, address: str, body: object, **headers: str) -> HttpResponse:
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return Client().post(address, body, content_type=JSON, headers=headers)

    def records(self, token: str, *items: str, purpose: str = "lending") -> HttpResponse:
        body = {"token": token, "purpose": purpose, "items": list(items or (PENALTY,))}
        return self.ask(RECORDS, body)

    def match(self, token: str, name: str, number: str) -> HttpResponse:
        body = {"token": token, "purpose": "lending", "name": name, "number": number}
        return self.ask(MATCH, body)


def entered(place: Place, who: Credentials, scope: str = "persons") -> System:
    """A system with a token that the ordinary API issued."""
    own = {"ROOT_URLCONF": site.ROOT_URLCONF, "MIDDLEWARE": site.MIDDLEWARE, "API_NOW": place.now}
    with override_settings(**own):
        return System(token_of(Client(), who, scope))


@pytest.fixture
def bank(place: Place) -> System:
    return entered(place, Credentials(place.bank, place.secret))


@pytest.fixture
def shop(place: Place) -> System:
    new = NewClient("另一系统", MARKET, ("bank",))
    return entered(place, add_client(new, by=By("operator:示例", NOW)))


def test_a_client_gets_the_items_of_the_consent_and_no_number(place, bank):
    place.seal(ANNA, 1)
    place.seal(BEI, 2)
    token = granted(place, logged_in())

    answer = bank.records(token)

    (record,) = answer.json()["records"]
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (record["item"], record["fields"]["CF_WSH"]) == (PENALTY, "盘环罚〔2026〕0001号")
    assert record["retain_until"] == "2027-02-21"
    assert "CF_XDR_ZJHM" not in record["fields"]
    assert ANNA not in answer.content.decode()
    assert Use.objects.count() == 1


def spent(place: Place, bank: System) -> str:
    token = granted(place, logged_in(), uses="1")
    assert bank.records(token).status_code == 200
    return token


def withdrawn(place: Place, bank: System) -> str:
    browser = logged_in()
    token = granted(place, browser)
    browser.post(f"/consents/{Grant.objects.get().id}/withdraw")
    return token


def ended(place: Place, bank: System) -> str:
    token = granted(place, logged_in(), days="1")
    Grant.objects.update(until=place.now)
    return token


def unknown(place: Place, bank: System) -> str:
    return consent.make_token(place.keys)


def unsigned(place: Place, bank: System) -> str:
    return "A" * 86


def empty(place: Place, bank: System) -> str:
    return ""


Ways = Callable[[Place, System], str]


@pytest.mark.parametrize("made", [spent, withdrawn, ended, unknown, unsigned, empty])
def test_whatever_is_wrong_with_a_consent_the_answer_is_the_same(place, bank, made: Ways):
    place.seal(ANNA, 1)
    token = made(place, bank)
    before = (list(Grant.objects.values()), list(Use.objects.values()))

    answer = bank.records(token)

    assert (answer.status_code, answer.json()) == (403, NO_CONSENT)
    assert (list(Grant.objects.values()), list(Use.objects.values())) == before
    assert b'"decision":"deny"' in bytes(Row.objects.latest("id").content)


def test_another_client_purpose_or_item_is_refused_alike(place, bank, shop):
    place.seal(ANNA, 1)
    token = granted(place, logged_in())

    told = [
        shop.records(token),
        bank.records(token, purpose="supervision"),
        bank.records(token, LICENCE),
        bank.records(token, PENALTY, LICENCE),
        bank.match(token, "安娜", ANNA),
    ]

    assert {(answer.status_code, answer.content) for answer in told} == {
        (403, told[0].content),
    }
    assert told[0].json() == NO_CONSENT
    assert (Grant.objects.get().used, Use.objects.count()) == (0, 0)


def test_after_the_withdrawal_the_next_call_in_the_same_second_is_refused(place, bank):
    """Rule 29 over HTTP: the clock stands still between the three."""
    place.seal(ANNA, 1)
    browser = logged_in()
    token = granted(place, browser)
    assert bank.records(token).status_code == 200

    browser.post(f"/consents/{Grant.objects.get().id}/withdraw")

    assert bank.records(token).json() == NO_CONSENT
    assert "1 条" in text(browser.get("/consents"))


def test_the_person_s_session_is_nothing_to_a_client_and_the_other_way(place, bank):
    place.seal(ANNA, 1)
    browser = logged_in()

    assert browser.post(RECORDS, {}, content_type=JSON).status_code == 401
    headers = {"Authorization": f"Bearer {bank.token}"}
    assert Client().get("/records", headers=headers).headers["Location"] == "/"


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_who_shows_no_valid_access_token_is_refused_before_anything(place, token):
    rows = Row.objects.count()

    assert System(token).records("A").status_code == 401
    assert Row.objects.count() == rows


def test_a_token_without_the_scope_is_refused_and_none_has_it_unasked(place):
    usual = entered(place, Credentials(place.bank, place.secret), "")

    answer = usual.records("A")

    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "/api/v1/problems/insufficient-scope",
    )


@pytest.mark.parametrize("limit", [{"purposes": ("supervision",)}, {"items": (LICENCE,)}])
def test_a_consent_widens_no_limit_of_the_client(place, limit):
    place.seal(ANNA, 1)
    made = add_client(NewClient("窄", MARKET, ("bank",), **limit), by=By("operator:示例", NOW))
    token = granted(place, logged_in(), client=f"client:{made.client_id}")

    answer = entered(place, made).records(token)

    assert (answer.status_code, answer.json()) == (403, NO_CONSENT)
    assert Use.objects.count() == 0
    assert b'"reason":"not_in_scope"' in bytes(Row.objects.latest("id").content)


def test_a_disabled_client_is_refused_at_once(place, bank):
    place.seal(ANNA, 1)
    token = granted(place, logged_in())
    disable_client(place.bank, by=By("operator:示例", NOW))

    assert bank.records(token).status_code == 401
    assert Use.objects.count() == 0


BODIES = [
    "",
    "[]",
    "{}",
    "{",
    "\ud800",
    '{"token": "a", "token": "b", "purpose": "c", "items": []}',
    '{"token": 1, "purpose": "c", "items": ["d"]}',
    '{"token": "a", "purpose": "c", "items": "d"}',
    '{"token": "a", "purpose": "c", "items": [1]}',
    '{"token": "a", "purpose": "c", "items": ["d"], "number": "1"}',
    '{"token": "\\u0000", "purpose": "c", "items": ["d"]}',
    '{"token": "\\ud800", "purpose": "c", "items": ["d"]}',
    json.dumps({"token": "a", "purpose": "c", "items": ["d"] * 101}),
    json.dumps({"token": "a" * 201, "purpose": "c", "items": ["d"]}),
    "[" * 100_000,
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_cannot_be_read_changes_nothing(place, bank, body):
    before = contents()

    answer = bank.ask(RECORDS, body.encode("utf-8", "surrogatepass"))

    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    counted = {"personal_asked": before["personal_asked"]}  # that somebody asked counts
    assert contents() | counted == before


def test_no_other_method_and_no_other_address_answers(place, bank):
    headers = {"Authorization": f"Bearer {bank.token}"}

    statuses = {
        Client().generic(method, RECORDS, headers=headers).status_code
        for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS")
    }

    assert statuses == {405}
    for address in (
        "/api/v1/persons",
        "/api/v1/persons/search",
        f"/api/v1/persons/{ANNA}",
        "/api/",
    ):
        assert bank.ask(address, {}).status_code == 404


def test_name_and_number_are_compared_under_a_consent_to_it_and_answered_yes_or_no(place, bank):
    browser = logged_in()
    token = granted(place, browser, items=[consent.MATCH], uses="3")

    told = [
        bank.match(token, "安娜", ANNA).json(),
        bank.match(token, "安娜", BEI).json(),
        bank.match(token, "贝", ANNA).json(),
    ]

    assert told == [{"match": True}, {"match": False}, {"match": False}]
    assert bank.match(token, "安娜", ANNA).json() == NO_CONSENT
    assert text(browser.get("/consents")).count("授信系统 融资授信审查") == 3
    assert ANNA not in str(contents())


def test_a_consent_to_records_compares_nobody_and_the_other_way(place, bank):
    place.seal(ANNA, 1)
    browser = logged_in()
    records, match = granted(place, browser), granted(place, browser, items=[consent.MATCH])

    assert bank.match(records, "安娜", ANNA).json() == NO_CONSENT
    assert bank.records(match).json() == NO_CONSENT


def refused(place: Place, bank: System, count: int, seed: int) -> list[int]:
    """The statuses of calls with a good token that was changed somewhere."""
    place.seal(ANNA, 1)
    draw, token = random.Random(seed), granted(place, logged_in(), uses="20")
    tried = {mutated(token, draw) for _ in range(count)} - {token}
    assert len(tried) > count * 0.7
    statuses = {bank.records(one).status_code for one in sorted(tried)}
    assert bank.records(token).status_code == 200
    return sorted(statuses)


def test_of_changed_tokens_none_is_accepted(place, bank):
    assert refused(place, bank, 1_000, 1) == [403]


@pytest.mark.long
def test_of_ten_thousand_changed_tokens_none_is_accepted(place, bank):
    assert refused(place, bank, 10_000, 2) == [403]
