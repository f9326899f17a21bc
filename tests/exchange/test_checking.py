"""A check in another platform's words says what our own says: facts, and no verdict."""

import json

import pytest

from gongxin.audit.models import Row
from gongxin.check import documents
from gongxin.check.answer import CheckRefused
from gongxin.check.models import Asked
from gongxin.exchange import actions
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.checking import CONTENT, BadEnvelope, Caller, checked
from gongxin.law.lints.adapters import VERDICT
from tests.derive import town as t
from tests.exchange.conftest import IN, ONE, TWO

pytestmark = pytest.mark.django_db
CHECK = "government-services"
CALLER = Caller("client:government-services", t.MARKET, t.RECEIVED, t.TODAY)


def asking(code: str, **changes: object) -> dict[str, object]:
    return {"tyshxydm": code, "sxbm": "01", "cxyt": "BJ", "bjbh": "PJ-2026-0001"} | changes


@pytest.fixture
def ask(settled: t.Town, db: None):
    release = settled.release
    actions.propose(CHECK, by=ONE, release=release)
    actions.approve(CHECK, by=TWO, release=release)

    def asks(told: dict[str, object], adapter: str = CHECK) -> dict[str, object]:
        found = release.adapters[adapter]
        return checked(told, found, CALLER, release=release, home=settled.home)

    return asks


def test_the_answer_is_ours_in_their_words(ask, settled):
    told = ask(asking(t.FINED[0]))
    ours = json.loads(told[CONTENT])

    assert (told["tyshxydm"], told["mc"], told["zt"]) == (*t.FINED, "facts")
    assert told["jlxx"] == ours["facts"]
    assert told["jzrq"] == "2026-06-01"
    key = documents.signer(settled.home).verifier
    assert documents.is_signed(told[CONTENT], told["qm"], key)
    (kept,) = Asked.objects.filter(check_no=told["hcbh"])
    assert (kept.matter, kept.purpose, kept.case_no, kept.unit) == (
        "licence-approval",
        "admission",
        "PJ-2026-0001",
        t.MARKET,
    )
    (logged,) = Row.objects.filter(action="check")
    assert json.loads(bytes(logged.content))["case_no"] == "PJ-2026-0001"


def test_nothing_in_the_answer_decides(ask):
    told = ask(asking(t.LISTED[0]))

    assert [name for name in told if VERDICT.search(name)] == []
    assert len(told["mdxx"]) == 1


def test_who_is_not_known_is_neutral(ask):
    assert ask(asking(t.ABSENT[0]))["zt"] == "neutral"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(t.RESIDENT_ID, "person"), (t.TRADER[0], "one_person"), (t.OWNED[0], "one_person")],
)
def test_no_person_and_no_livelihood_is_checked(ask, code, reason):
    with pytest.raises(CheckRefused) as caught:
        ask(asking(code))

    assert caught.value.facts["reason"] == reason
    assert code not in caught.value.message
    assert not Asked.objects.exists()
    (logged,) = Row.objects.filter(action="check")
    assert code not in bytes(logged.content).decode()


@pytest.mark.parametrize(
    "told",
    [
        asking(t.FINED[0], bjbh=""),
        asking(t.FINED[0], bjbh="  "),
        asking(t.FINED[0], bjbh=None),
        asking(t.FINED[0], sxbm=["01"]),
        asking(t.FINED[0], bjbh="x" * 201),
        asking(t.FINED[0]) | {"sfzh": "x"},
        {"tyshxydm": t.FINED[0]},
        {},
    ],
)
def test_what_is_not_asked_as_agreed_is_refused(ask, told):
    with pytest.raises(BadEnvelope):
        ask(told)

    assert not Asked.objects.exists()


@pytest.mark.parametrize("changes", [{"sxbm": "77"}, {"cxyt": "XX"}])
def test_a_matter_or_purpose_nobody_mapped_is_refused(ask, changes):
    with pytest.raises(CheckRefused):
        ask(asking(t.FINED[0], **changes))


def test_an_adapter_of_another_style_or_that_ended_answers_nothing(ask):
    with pytest.raises(BadPeer):
        ask(asking(t.FINED[0]), IN)
    actions.end(CHECK, by=TWO, reason="示例")
    with pytest.raises(BadPeer):
        ask(asking(t.FINED[0]))
