"""Registering systems of units at the command line."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gongxin.accounts.clients import Client
from tests.derive import town as t
from tests.fixtures.audit import deeds

pytestmark = pytest.mark.django_db


def added(gongxin, *more: str):
    asked = ("client", "add", "行政审批系统", "--unit", t.MARKET, "--role", "checker")
    return gongxin(*asked, *more, "--json")


def test_a_new_system_gets_its_secret_once(gongxin, inhabited):
    said = added(gongxin, "--purpose", "admission", "--quota", "50")

    assert (said.code, set(said.document)) == (0, {"client_id", "secret"})
    client = Client.objects.get()
    assert (client.client_id, client.purposes, client.quota) == (
        said.document["client_id"],
        ["admission"],
        50,
    )
    assert said.document["secret"] not in client.client_secret
    assert said.document["secret"] not in gongxin("client", "list", "--json").out
    assert [deed["actor"].partition(":")[0] for deed in deeds("add-client")] == ["operator"]


def test_people_are_told_to_keep_the_secret(gongxin, inhabited):
    said = gongxin("client", "add", "系统", "--unit", t.MARKET, "--role", "bank")

    assert said.out.splitlines()[-1].startswith("keep the secret now")


def test_systems_are_listed(gongxin, inhabited):
    added(gongxin)

    (row,) = gongxin("client", "list", "--json").document
    assert (row["name"], row["unit"], row["roles"], row["purposes"], row["disabled"]) == (
        "行政审批系统",
        t.MARKET,
        ["checker"],
        None,
        False,
    )
    assert "行政审批系统 (checker, 10000 a day)" in gongxin("client", "list").out


def test_a_system_is_disabled(gongxin, inhabited):
    client = added(gongxin).document["client_id"]

    assert gongxin("client", "disable", client).code == 0
    assert gongxin("client", "list").out.rstrip().endswith("disabled")


def test_a_system_gets_another_secret(gongxin, inhabited):
    first = added(gongxin).document
    second = gongxin("client", "rotate", first["client_id"], "--json").document

    assert second["client_id"] == first["client_id"]
    assert second["secret"] != first["secret"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("add", "x", "--unit", t.company(99)[0], "--role", "checker"),
        ("add", "x", "--unit", t.MARKET, "--role", "auditor"),
        ("disable", "nobody"),
        ("rotate", "nobody"),
    ],
)
def test_what_cannot_be_is_one_message(gongxin, inhabited, wrong):
    said = gongxin("client", *wrong)

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error accounts.bad_client: ")
    assert not Client.objects.exists()


def test_a_system_that_signs_has_its_public_key_kept(gongxin, inhabited):
    key = Ed25519PrivateKey.from_private_bytes(b"\7" * 32).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    file = inhabited.home / "client.pem"
    file.write_bytes(pem)
    client = added(gongxin).document["client_id"]

    assert gongxin("client", "key", client, file).code == 0
    assert Client.objects.get().verify_key == pem.decode()


def test_a_file_that_is_no_key_is_refused(gongxin, inhabited):
    file = inhabited.home / "client.pem"
    file.write_text("盘锦", "utf-8")
    client = added(gongxin).document["client_id"]

    assert gongxin("client", "key", client, file).code == 1
    assert Client.objects.get().verify_key == ""
