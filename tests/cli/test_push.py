"""gongxin push: proposed by one, decided by another, listed, sent again."""

import pytest

from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.cli import whoami
from gongxin.core.audit import By
from tests.derive import town as t

pytestmark = pytest.mark.django_db
ADDRESS = "https://receiver.example.cn/hooks"


@pytest.fixture
def client(inhabited, settings) -> str:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    new = NewClient(name="行政审批系统", unit=t.MARKET, roles=("checker",))
    return add_client(new, by=By("operator:test", t.RECEIVED)).client_id


@pytest.fixture
def number(gongxin, client) -> str:
    return gongxin("push", "propose", client, ADDRESS).out.split()[0]


def listed(gongxin) -> dict:
    (row,) = gongxin("push", "list", "--json").document
    return row


def test_who_proposed_cannot_approve_and_another_can(gongxin, number, monkeypatch):
    own = gongxin("push", "approve", number)
    assert own.code == 1
    assert own.err.startswith("error push.bad_subscription: who proposed an address")
    assert listed(gongxin)["state"] == "proposed"

    monkeypatch.setattr(whoami, "by", lambda: By("operator:second", t.RECEIVED))
    assert gongxin("push", "approve", number).out == f"{number} is approved\n"
    row = listed(gongxin)
    assert (row["state"], row["decided_by"], row["address"]) == (
        "approved",
        "operator:second",
        ADDRESS,
    )
    assert f"{number} approved {ADDRESS}" in gongxin("push", "list").out


def test_another_refuses_with_a_reason(gongxin, number, monkeypatch):
    monkeypatch.setattr(whoami, "by", lambda: By("operator:second", t.RECEIVED))

    assert gongxin("push", "refuse", number, "--reason", "地址不属于该单位").code == 0
    assert listed(gongxin)["state"] == "refused"


@pytest.mark.parametrize(
    ("address", "word"),
    [("https://127.0.0.1/", "never a number"), ("http://receiver.example.cn/", "write https://")],
)
def test_an_address_that_leads_inside_is_refused(gongxin, client, address, word):
    said = gongxin("push", "propose", client, address)

    assert (said.code, gongxin("push", "list", "--json").document) == (1, [])
    assert word in said.err


def test_an_unknown_client_proposes_nothing(gongxin, inhabited):
    assert gongxin("push", "propose", "nobody", ADDRESS).code == 1


def test_replaying_wants_one_of_two_and_a_message(gongxin, number):
    assert gongxin("push", "replay", number).code == 2
    assert gongxin("push", "replay", number, "--since", "0", "--delivery", "msg_1").code == 2
    assert gongxin("push", "replay", number, "--since", "0").code == 1
    assert gongxin("push", "replay", number, "--delivery", "msg_1").code == 1


def test_nothing_is_due(gongxin, number):
    assert gongxin("push", "run", "--once").out == "0 messages were sent\n"
