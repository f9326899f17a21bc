"""A check in another platform's words says what our own says: facts, and no verdict."""

import json

import pytest

from gongxin.check import documents
from gongxin.check.models import Asked
from gongxin.core.audit import By
from gongxin.exchange import actions
from gongxin.law.lints.adapters import VERDICT
from tests.api.conftest import Api, deeds, token_of
from tests.api.test_checks import kind
from tests.derive import town as t

pytestmark = pytest.mark.django_db
CHECK, PULLS = "government-services", "big-data-platform"
CONTENT = "gongxin_content"
FIRST, SECOND = By("operator:first", t.RECEIVED), By("operator:second", t.RECEIVED)


@pytest.fixture
def agreed(platform) -> None:
    actions.propose(CHECK, by=FIRST, release=platform.release)
    actions.approve(CHECK, by=SECOND, release=platform.release)


def asking(code: str, **changes: object) -> dict[str, object]:
    return {"tyshxydm": code, "sxbm": "01", "cxyt": "BJ", "bjbh": "PJ-2026-0001"} | changes


def ask(caller: Api, told: object, adapter: str = CHECK, **headers: str):
    return caller.post(f"/checks/as/{adapter}", told, **headers)


def test_the_answer_is_ours_in_their_words(checker, agreed, platform):
    told = ask(checker, asking(t.FINED[0])).json()
    ours = json.loads(told[CONTENT])

    assert (told["tyshxydm"], told["mc"], told["zt"]) == (*t.FINED, "facts")
    assert told["jlxx"] == ours["facts"]
    assert told["jzrq"] == "2026-06-01"
    key = documents.signer(platform.home).verifier
    assert documents.is_signed(told[CONTENT], told["qm"], key)
    (kept,) = Asked.objects.filter(check_no=told["hcbh"])
    assert (kept.matter, kept.purpose, kept.case_no, kept.unit) == (
        "licence-approval",
        "admission",
        "PJ-2026-0001",
        t.MARKET,
    )
    (deed,) = deeds()
    assert (deed["case_no"], deed["decision"]) == ("PJ-2026-0001", "allow")


def test_nothing_in_the_answer_decides(checker, agreed):
    told = ask(checker, asking(t.LISTED[0])).json()

    assert [name for name in told if VERDICT.search(name)] == []
    assert len(told["mdxx"]) == 1


def test_who_is_not_known_is_neutral(checker, agreed):
    assert ask(checker, asking(t.ABSENT[0])).json()["zt"] == "neutral"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (t.RESIDENT_ID, "check-person"),
        (t.TRADER[0], "check-one-person"),
        (t.OWNED[0], "check-one-person"),
    ],
)
def test_no_person_and_no_livelihood_is_checked(checker, agreed, code, name):
    answer = ask(checker, asking(code))

    assert kind(answer) == (422, name)
    assert code not in answer.content.decode()
    assert not Asked.objects.exists()
    (deed,) = deeds()
    assert (deed["object"], deed["decision"]) == ("", "deny")


@pytest.mark.parametrize(
    "told",
    [
        asking(t.FINED[0], bjbh=""),
        asking(t.FINED[0], bjbh="  "),
        asking(t.FINED[0], bjbh=None),
        asking(t.FINED[0], bjbh=t.RESIDENT_ID),
        asking(t.FINED[0], sxbm=["01"]),
        asking(t.FINED[0], bjbh="x" * 201),
        asking(t.FINED[0], cxyt="XX"),
        asking(t.FINED[0]) | {"sfzh": "x"},
        {"tyshxydm": t.FINED[0]},
        {},
        [],
        "x",
    ],
)
def test_what_is_not_asked_as_agreed_is_refused(checker, agreed, told):
    answer = ask(checker, told)

    assert kind(answer) == (422, "invalid")
    assert t.RESIDENT_ID not in answer.content.decode()
    assert not Asked.objects.exists()


def test_a_matter_that_nobody_mapped_is_refused(checker, agreed):
    assert kind(ask(checker, asking(t.FINED[0], sxbm="77"))) == (422, "check-unknown-matter")
    assert not Asked.objects.exists()


@pytest.mark.parametrize("adapter", [CHECK, PULLS, "nobody"])
def test_nobody_asks_under_an_adapter_that_is_not_open(checker, platform, adapter):
    assert kind(ask(checker, asking(t.FINED[0]), adapter)) == (404, "not-found")
    assert not Asked.objects.exists()


def test_an_adapter_that_ended_answers_nothing(checker, agreed):
    actions.end(CHECK, by=SECOND, reason="示例")

    assert kind(ask(checker, asking(t.FINED[0]))) == (404, "not-found")


def test_a_client_without_the_matter_is_refused(agreed, anybody, register):
    narrow = Api(anybody.browser, token_of(anybody.browser, register(matters=("bidding",))))

    assert kind(ask(narrow, asking(t.FINED[0]))) == (403, "not-allowed")
    assert not Asked.objects.exists()


def test_the_same_key_is_the_same_answer(checker, agreed):
    first = ask(checker, asking(t.FINED[0]), Idempotency_Key='"one"')
    again = ask(checker, asking(t.FINED[0]), Idempotency_Key='"one"')

    assert first.json() == again.json()
    assert Asked.objects.count() == 1
    # The key of a check by our own names is another request's.
    assert kind(checker.check(t.FINED[0], key="one")) == (422, "idempotency-key-reused")
