"""Checks by prefix over HTTP: signed, padded, counted as one, recorded with the prefix alone."""

import json

import pytest

from gongxin.audit import signing
from gongxin.check import documents
from tests.api.conftest import ASKED, Api, deeds, token_of
from tests.api.test_conventions import is_problem
from tests.derive import town as t
from tests.fixtures.crowd import crowd

pytestmark = pytest.mark.django_db
BODY = ASKED | {"prefix": ""}


def test_anybody_may_know_the_length_of_the_day(platform, anybody):
    answer = anybody.get("/checks:range")

    assert answer.json() == {
        "hash": "sha256",
        "digits": None,
        "least": 1000,
        "as_of": t.TODAY.isoformat(),
    }


def test_a_bucket_is_answered_and_signed(platform, checker):
    crowd(1_000)

    answer = checker.post("/checks:range", BODY)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert (told["prefix"], told["matter"], told["coverage"]) == ("", "bidding", "partial")
    assert t.LISTED[0] in {entry["uscc"] for entry in told["entries"]}
    assert not any("measures" in entry for entry in told["entries"])
    signature = told.pop("signature")
    content = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert len(content.encode()) == 65_536
    key = signing.read(platform.home, documents.KEY).verifier
    assert documents.is_signed(content, signature, key)


def test_it_is_recorded_with_the_prefix_alone(platform, checker):
    crowd(1_000)

    checker.post("/checks:range", BODY)

    (deed,) = deeds("check.range")
    assert (deed["object"], deed["on_behalf"], deed["case_no"]) == (
        "sha256:",
        t.MARKET,
        ASKED["case_no"],
    )
    assert deeds("check") == []


def test_a_town_too_small_and_another_length_are_one_refusal(platform, checker):
    small = checker.post("/checks:range", BODY)
    crowd(1_000)
    long = checker.post("/checks:range", BODY | {"prefix": "ab"})

    assert is_problem(small, 409, "range-prefix")
    assert is_problem(long, 409, "range-prefix")
    assert deeds("check.range") == []


@pytest.mark.parametrize("prefix", ["G", "AB", "00000", " ", None, 1])
def test_what_is_no_prefix_has_faults(platform, checker, prefix):
    assert is_problem(checker.post("/checks:range", BODY | {"prefix": prefix}), 422, "invalid")


@pytest.mark.parametrize(
    ("changed", "name"),
    [({"matter": "none"}, "check-unknown-matter"), ({"purpose": "none"}, "check-unknown-purpose")],
)
def test_an_unknown_matter_or_purpose_is_refused(platform, checker, changed, name):
    crowd(1_000)

    assert is_problem(checker.post("/checks:range", BODY | changed), 422, name)


def test_it_counts_as_one_of_the_days_quota(platform, anybody, register):
    crowd(1_000)
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=2)))

    answers = [api.post("/checks:range", BODY).status_code for _ in range(3)]

    assert answers == [200, 200, 429]
    assert len(deeds("check.range")) == 2


def test_who_may_not_check_may_not_look_privately(platform, anybody, register):
    crowd(1_000)
    api = Api(anybody.browser, token_of(anybody.browser, register(purposes=("award",))))

    assert is_problem(api.post("/checks:range", BODY), 403, "not-allowed")
    assert is_problem(anybody.post("/checks:range", BODY), 401, "unauthenticated")
    (deed,) = deeds("check")
    assert (deed["decision"], deed["object"]) == ("deny", "")
