"""gongxin source and client count: how sources and systems stand, as text and as one document."""

import pytest

from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.accounts.clients import Client, ProductDay
from gongxin.cli import clock
from gongxin.core.audit import By
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def test_sources_are_one_document_with_their_connectors(gongxin, inhabited):
    found = gongxin("source", "list", "--json").document

    units = {row["unit"]: row for row in found["sources"]}
    assert units[t.MARKET]["accepted"] == 17
    assert {one["adapter"] for one in found["connectors"]} == {
        "big-data-platform",
        "samr-records",
        "tax-records",
        "public-security-licences",
        "customs-records",
    }
    assert {one["state"] for one in found["connectors"]} == {"closed"}
    assert {one["illustrative"] for one in found["connectors"]} == {True}


def test_people_read_one_line_a_source(gongxin, inhabited):
    lines = gongxin("source", "list").out.splitlines()

    assert f"{t.MARKET} {t.MARKET_NAME}: last report 2026-06-01" in lines[0] + lines[1] + lines[2]
    assert any("last report never; 0 accepted" in line for line in lines)
    assert any("adapter tax-records closed" in line for line in lines)


def test_what_is_missing_is_listed_and_said_by_the_exit_code(gongxin, inhabited):
    """Nothing of the three supplies of the demonstration was handed in by their units by hand."""
    said = gongxin("source", "missing", "--json")

    assert said.code == 3
    assert {one["supply"] for one in said.document} >= {"tax-grades", "customs-honours"}
    people = gongxin("source", "missing")
    assert people.code == 3
    assert "tax-credit-a 纳税信用A级纳税人" in people.out
    assert "never came (manual, 示例)" in people.out


def test_systems_are_counted_with_the_share_of_departments(gongxin, inhabited, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    new = NewClient(name="行政审批系统", unit=t.MARKET, roles=("checker",))
    add_client(new, by=By("operator:test", t.RECEIVED))
    found = gongxin("client", "count", "--json").document

    assert found["levels"] == [{"key": "city", "name": "city", "units": 1, "systems": 1}]
    assert found["shares"][0] == {"level": "", "connected": 1, "departments": 7}
    lines = gongxin("client", "count").out.splitlines()
    assert "levels city: 1 systems of 1 units" in lines
    assert "connected all: 1 of 7 departments" in lines


def test_the_list_of_systems_says_where_they_stand_and_what_they_used(gongxin, inhabited):
    gongxin("client", "add", "系统", "--unit", t.MARKET, "--role", "bank")
    (row,) = gongxin("client", "list", "--json").document

    assert (row["level"], row["region"], row["unit_name"], row["connected"]) == (
        "city",
        "211100",
        t.MARKET_NAME,
        True,
    )
    assert (row["calls"], row["refused"], row["last_call_at"]) == (0, 0, None)
    assert "last call never, 0 calls, 0 refused" in gongxin("client", "list").out


def test_products_are_listed_with_version_and_calls(gongxin, inhabited):
    gongxin("client", "add", "系统", "--unit", t.MARKET, "--role", "bank")
    client, today = Client.objects.get().client_id, clock.today()
    ProductDay.objects.create(client_id=client, product="check", day=today, calls=4)
    ProductDay.objects.create(client_id="", product="archive", day=today, calls=5)

    found = {one["product"]: one for one in gongxin("client", "products", "--json").document}

    assert found["check"]["days"] == [{"day": today.isoformat(), "calls": 4}]
    assert found["check"]["units"] == [{"unit": t.MARKET, "name": t.MARKET_NAME, "calls": 4}]
    assert (found["evaluation"]["version"], found["evaluation"]["calls"]) == ("1.0", 0)
    lines = gongxin("client", "products").out.splitlines()
    assert f"check 1.0 信用核查 4 calls: {t.MARKET} {t.MARKET_NAME} 4" in lines
    assert "evaluation 1.0 信用评价 0 calls" in lines
    assert any(line.startswith("archive 1.0 信用档案 5 calls: -") for line in lines)
