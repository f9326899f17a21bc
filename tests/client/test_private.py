"""Looking without telling whom: what is sent names nobody, what is found is the platform's."""

import json

import pytest

from gongxin.client import Client, Manner, Question
from tests.api.conftest import deeds
from tests.client.faulty import problem, reply
from tests.client.test_outage import HASTY, WHO
from tests.derive import town as t
from tests.fixtures.crowd import crowd

pytestmark = pytest.mark.django_db
QUESTION = Question("bidding", "admission", "资产池2026-11")
SIZE = {"hash": "sha256", "digits": 0, "least": 1000, "as_of": "2026-06-01"}
BUCKET = {
    "prefix": "",
    "matter": "bidding",
    "purpose": "admission",
    "entries": [],
    "organisations": 1000,
    "coverage": "partial",
    "as_of": "2026-06-01",
    "head": 1,
    "release": "sha256:0",
    "padding": "",
    "signature": "— x AAAA",
}


@pytest.fixture(scope="module")
def crowded(served):
    crowd(1_000)
    return served


def test_it_finds_what_a_check_by_name_would_show(crowded):
    codes = [t.LISTED[0], t.QUIET[0], t.TRADER[0], t.RESIDENT_ID, "nothing", t.ABSENT[0]]

    with Client(crowded.url, crowded.who) as client:
        told = client.check_private(codes, QUESTION)
        named = client.check(t.LISTED[0], QUESTION)

    assert [one.status for one in told] == [
        "facts",
        "nothing",
        "refused",
        "refused",
        "refused",
        "nothing",
    ]
    adverse = tuple(fact for fact in named.facts if fact.adverse)
    assert (told[0].facts, told[0].list_entries) == (adverse, named.list_entries)
    (deed,) = deeds("check.range")
    assert deed["object"] == "sha256:"


def ask(faulty, *answers, codes=(t.FINED[0],), manner: Manner = HASTY):
    faulty.answers = list(answers)
    with Client(faulty.url, WHO, manner) as client:
        return client.check_private(codes, QUESTION)


def test_what_is_sent_names_nobody(faulty):
    ask(faulty, reply(200, SIZE | {"digits": 2}), reply(200, BUCKET))

    sent = [
        asked.line.encode() + json.dumps(asked.headers).encode() + asked.body
        for asked in faulty.asked
    ]
    assert not any(t.FINED[0].encode() in one for one in sent)
    assert len(json.loads(faulty.checks[1].body)["prefix"]) == 2


def test_a_bucket_is_fetched_once(faulty):
    told = ask(faulty, reply(200, SIZE), reply(200, BUCKET), codes=[t.FINED[0], t.LISTED[0]])

    assert [one.status for one in told] == ["nothing", "nothing"]
    assert len(faulty.checks) == 2


def test_nothing_is_asked_of_whom_nobody_checks(faulty):
    told = ask(faulty, reply(200, SIZE), codes=[t.TRADER[0], t.RESIDENT_ID])

    assert [one.why for one in told] == ["check-one-person", "check-person"]
    assert len(faulty.checks) == 1


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(200, SIZE | {"digits": None}), "too_few"),
        (reply(200, SIZE | {"digits": 16}), "too_few"),
        (reply(200, SIZE | {"least": 10}), "too_few"),
        (reply(200, SIZE | {"hash": "md5"}), "nonsense"),
        (problem("internal", 500), "outage"),
    ],
)
def test_without_a_crowd_nothing_is_asked(faulty, answer, why):
    (told,) = ask(faulty, answer)

    assert (told.status, told.why) == ("unknown", why)
    assert len(faulty.checks) == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"prefix": "a"}, "nonsense"),
        ({"matter": "subsidy"}, "nonsense"),
        ({"organisations": 999}, "nonsense"),
        ({"entries": [{"uscc": t.FINED[0]}]}, "nonsense"),
    ],
)
def test_another_bucket_is_no_answer(faulty, changed, why):
    (told,) = ask(faulty, reply(200, SIZE), reply(200, BUCKET | changed))

    assert (told.status, told.why) == ("unknown", why)


def test_a_length_that_changed_at_midnight_is_asked_again(faulty):
    (told,) = ask(
        faulty,
        reply(200, SIZE | {"digits": 1}),
        problem("range-prefix", 409),
        reply(200, SIZE),
        reply(200, BUCKET),
    )

    assert told.status == "nothing"
