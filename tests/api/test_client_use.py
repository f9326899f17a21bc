"""Calls, refusals and quota of a client are counted by day, with what was asked nowhere."""

import pytest

from gongxin.accounts import client_register
from gongxin.accounts.clients import ClientDay, ProductDay
from tests.api.conftest import Api, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(platform, anybody, register):
    """A client with its api, and what was counted of it."""
    who = register(quota=5)
    api = Api(anybody.browser, token_of(anybody.browser, who))

    def told() -> dict[str, int]:
        calls = ProductDay.objects.filter(client_id=who.client_id)
        days = ClientDay.objects.filter(client_id=who.client_id)
        return {
            "calls": sum(calls.values_list("calls", flat=True)),
            "refused": sum(days.values_list("refused", flat=True)),
            "asked": sum(days.values_list("asked", flat=True)),
        }

    return api, told


def test_calls_refusals_and_organisations_are_counted(used):
    api, told = used

    assert api.check(t.FINED[0]).status_code == 200
    assert api.check(t.TRADER[0]).status_code == 422
    assert api.get("/catalog").status_code == 200
    assert told() == {"calls": 3, "refused": 1, "asked": 2}  # who is refused was asked about


def test_the_same_answer_given_again_asks_about_nobody(used):
    api, told = used

    assert [api.check(t.FINED[0], key="again").status_code for _ in range(3)] == [200] * 3
    assert told() == {"calls": 3, "refused": 0, "asked": 1}


def test_a_used_up_quota_counts_as_refused_and_asks_nothing(used):
    api, told = used
    codes = [t.company(n)[0] for n in range(1, 7)]
    asked = {"organisations": codes, "matter": "bidding", "purpose": "admission", "case_no": "1"}

    assert api.post("/checks:batch", asked).status_code == 429
    assert told() == {"calls": 1, "refused": 1, "asked": 0}


def test_a_client_over_its_rate_is_counted_too(used, settings):
    api, told = used
    settings.API_LIMITS = settings.API_LIMITS | {"client": {"second": 10_000, "minute": 1}}
    statuses = [api.get("/catalog").status_code for _ in range(2)]

    assert (statuses[-1], told()["calls"], told()["refused"]) == (429, 2, statuses.count(429))


def test_anybody_is_counted_in_no_such_row(platform, anybody):
    assert anybody.get("/catalog").status_code == 200
    assert anybody.get("/changes").status_code == 401
    assert not ClientDay.objects.exists()
    assert not ProductDay.objects.exclude(client_id="").exists()


def test_the_register_shows_the_last_call(used):
    api, _ = used
    assert client_register.register(today=t.TODAY)[0].last_call_at is None
    api.get("/catalog")

    assert client_register.register(today=t.TODAY)[0].last_call_at is not None


def test_calls_are_counted_by_product(used, anybody):
    api, _ = used
    api.check(t.FINED[0])
    api.check(t.TRADER[0])
    api.get("/catalog")
    api.get("/nothing")
    anybody.get(f"/subjects/{t.FINED[0]}")
    anybody.get(f"/subjects/{t.FINED[0]}/records")

    kept = ProductDay.objects.values_list("client_id", "product", "calls")
    assert {(client != "", product, calls) for client, product, calls in kept} == {
        (True, "check", 2),
        (True, "catalog", 1),
        (True, "", 1),
        (False, "archive", 2),
    }


def test_no_count_holds_what_was_asked(used):
    api, _ = used
    api.check(t.FINED[0])

    kept = ProductDay.objects.values_list("client_id", "product")
    assert [product for _, product in kept] == ["check"]
    assert not any(t.FINED[0] in f"{client}{product}" for client, product in kept)
