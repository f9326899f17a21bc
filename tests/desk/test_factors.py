"""Taking factors away and making codes anew, each after a fresh factor and in the audit log."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from gongxin.audit.models import Row
from tests.desk.office import PASSWORD, code, fresh, log_in, person, text

pytestmark = pytest.mark.usefixtures("at_the_desk")


def test_an_app_is_taken_away_after_a_fresh_code_and_another_is_asked_for():
    person("wang")
    stale = log_in("wang")
    assert "/desk/factors/fresh" in stale.post("/desk/factors/app/remove").headers["Location"]
    assert Authenticator.objects.count() == 1

    fresh("wang").post("/desk/factors/app/remove")

    assert Authenticator.objects.count() == 0
    assert stale.get("/desk/").headers["Location"] == "/desk/factors/app"
    assert Row.objects.filter(action="remove-factor", actor="staff:wang").count() == 1


def test_new_recovery_codes_end_the_old_ones():
    person("wang")
    browser = fresh("wang")
    kept = []
    for _ in range(2):
        browser.post("/desk/factors/codes/new")
        kept.append(browser.get("/desk/factors/codes").context["unused_codes"])

    assert set(kept[0]).isdisjoint(kept[1])
    assert Row.objects.filter(action="make-recovery-codes").count() == 2


def test_a_wrong_fresh_code_opens_nothing_and_is_recorded():
    person("wang")
    browser = log_in("wang")

    answer = browser.post("/desk/factors/fresh", {"code": "000000"})

    assert answer.status_code == 200
    assert "动态口令不正确" in text(answer)
    assert browser.get("/desk/password").status_code == 302
    assert Row.objects.filter(action="login", object="staff:wang", actor="nobody").count() == 1


def test_wrong_codes_are_not_tried_for_ever():
    person("wang")
    browser = log_in("wang")
    good = code()
    for _ in range(5):
        browser.post("/desk/factors/fresh", {"code": "000000"})

    answer = browser.post("/desk/factors/fresh", {"code": good})

    assert "请在五分钟后再试" in text(answer)
    assert browser.get("/desk/password").status_code == 302


@pytest.mark.parametrize("address", ["/desk/factors", "/desk/factors/key", "/desk/password"])
def test_pages_of_factors_open_after_a_fresh_one(address):
    person("wang")

    assert fresh("wang").get(address).status_code == 200


NO_KEYS = ['{"id": "x"}', "[]", "7", '{"id": 1, "rawId": 2, "type": "public-key"}', "{"]


@pytest.mark.parametrize("typed", NO_KEYS)
def test_what_is_no_key_is_no_second_factor(typed):
    person("wang")
    browser, entering = fresh("wang"), Client()
    entering.post("/desk/login", {"login": "wang", "password": PASSWORD})

    added = browser.post("/desk/factors/key", {"name": "x", "credential": typed})
    entered = entering.post("/desk/login/code", {"credential": typed})

    assert (added.status_code, entered.status_code) == (200, 200)
    assert Authenticator.objects.count() == 1
    assert entering.get("/desk/").status_code == 302
