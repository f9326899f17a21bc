"""The same Idempotency-Key has one effect, however often it is sent."""

from datetime import datetime, time, timedelta

import pytest

from gongxin.accounts.clients import Client
from gongxin.api import clock
from gongxin.api.models import Kept
from gongxin.core.dates import CHINA
from tests.api.conftest import Api, deeds, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def test_the_same_request_has_the_same_answer_and_one_effect(checker):
    first = checker.check(t.FINED[0], key="a-1")
    again = checker.check(t.FINED[0], key="a-1")

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "?1"
    assert len(deeds()) == 1


def test_without_a_key_each_request_is_one(checker):
    checker.check(t.FINED[0])
    checker.check(t.FINED[0])

    assert len(deeds()) == 2


def test_a_refusal_is_kept_too(checker):
    first = checker.check(t.TRADER[0], key="a-1")
    again = checker.check(t.TRADER[0], key="a-1")

    assert (first.status_code, again.content) == (422, first.content)
    assert len(deeds()) == 1


@pytest.mark.parametrize("change", [{"case_no": "盘审批〔2026〕2号"}, {"officer": "7"}])
def test_another_body_under_the_key_is_refused(checker, change):
    checker.check(t.FINED[0], key="a-1")

    answer = checker.check(t.FINED[0], key="a-1", **change)

    assert answer.status_code == 422
    assert answer.json()["type"] == "/api/v1/problems/idempotency-key-reused"
    assert len(deeds()) == 1


def test_a_key_belongs_to_its_client(checker, register):
    other = Api(checker.browser, token_of(checker.browser, register()))

    checker.check(t.FINED[0], key="a-1")
    answer = other.check(t.QUIET[0], key="a-1")

    assert answer.json()["uscc"] == t.QUIET[0]


@pytest.mark.parametrize("header", ["a-1", '"a', '""', '"a"; q=1', '"盘"', '"a\\"b"'])
def test_a_key_is_a_string_of_rfc_8941(checker, header):
    body = {"uscc": t.FINED[0], "matter": "bidding", "purpose": "admission", "case_no": "1"}

    answer = checker.post("/checks", body, Idempotency_Key=header)

    assert answer.status_code == 400
    assert deeds() == []


def test_on_the_next_day_in_china_the_key_is_free(checker):
    """What ended at midnight is in no answer after it, however it was asked for before."""
    today = datetime.combine(clock.now().astimezone(CHINA).date(), time.min, CHINA)
    checker.check(t.FINED[0], key="a-1")
    Kept.objects.update(made_at=today - timedelta(microseconds=1))

    answer = checker.check(t.QUIET[0], key="a-1")

    assert answer.json()["uscc"] == t.QUIET[0]


def test_what_the_quota_refused_may_be_asked_again(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=0)))

    assert api.check(t.FINED[0], key="a-1").status_code == 429
    Client.objects.update(quota=1)

    assert api.check(t.FINED[0], key="a-1").status_code == 200


def test_nothing_that_was_typed_is_kept(checker):
    """A key may hold what somebody typed; the digest of a request could be guessed."""
    checker.check(t.RESIDENT_ID, key=f"1-{t.RESIDENT_ID}")

    kept = Kept.objects.get()
    assert t.RESIDENT_ID not in f"{kept.key}{kept.request}{kept.body}"
    assert kept.key.startswith("hmac-sha256:")
