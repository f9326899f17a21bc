"""The pages of sources and systems: counts of one's region, or of oneself, and of no one else."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.accounts.clients import Client, ProductDay
from gongxin.accounts.models import Unit
from gongxin.accounts.policy import Role
from gongxin.cli import rights
from gongxin.core.audit import By
from gongxin.core.destinations import Allowed
from gongxin.ledger.models import Current
from gongxin.opendata.models import Acknowledged
from gongxin.personal import keys
from gongxin.push.actions import Wanted, approve, propose
from gongxin.push.models import Delivery, Subscription
from gongxin.push.queries import standing
from tests.derive import town as t
from tests.desk.office import NOW, SETUP, log_in, person, text
from tests.fixtures.platform import ECOLOGY, MARKET

pytestmark = pytest.mark.usefixtures("at_the_desk")
ELSEWHERE = "11211200MB0000001X"
TODAY = SETUP.at.date()


@pytest.fixture
def systems() -> None:
    """A system of each of three units: two of the city, one of another."""
    Unit.objects.create(uscc=ELSEWHERE, name="别市示例局", name_key="别市示例局", region="211200")
    for name, unit in (("本局系统", MARKET), ("环保系统", ECOLOGY), ("别市系统", ELSEWHERE)):
        add_client(NewClient(name=name, unit=unit, roles=("checker",)), by=SETUP)


def page(role: Role, address: str) -> str:
    person("somebody", role)
    return text(log_in("somebody").get(address))


def test_the_centre_sees_the_systems_of_its_region(systems):
    found = page(Role.OPERATOR, "/desk/systems")

    assert ("本局系统" in found, "环保系统" in found, "别市系统" in found) == (True, True, False)
    assert "已接入部门" in found


def test_a_unit_sees_its_own_systems_alone(systems):
    found = page(Role.CHECKER, "/desk/systems")

    assert ("本局系统" in found, "环保系统" in found, "别市系统" in found) == (True, False, False)


def test_the_centre_sees_every_source_of_its_region_and_the_connectors(systems):
    found = page(Role.OPERATOR, "/desk/sources")

    assert "盘锦市生态环境局" in found
    assert "海关（示例）" in found
    assert "未核定" in found
    assert "别市示例局" not in found


def test_the_centre_sees_what_is_missing_and_how_it_is_handed_in(systems):
    found = page(Role.OPERATOR, "/desk/sources")

    assert "定期供数" in found
    assert ("盘锦市示例税务局" in found, "纳税信用A级纳税人" in found) == (True, True)
    assert ("手工报送" in found, "系统报送" in found, "缺报" in found) == (True, True, True)


def test_a_unit_sees_its_own_supplies_alone(systems):
    found = page(Role.REPORTER, "/desk/sources")

    assert "系统报送" in found
    assert ("手工报送" in found, "盘锦市示例税务局" in found) == (False, False)


def test_a_reporting_unit_sees_itself(systems):
    found = page(Role.REPORTER, "/desk/sources")

    assert "市场监管（示例）" in found
    assert "盘锦市生态环境局" not in found
    assert "海关（示例）" not in found


@pytest.fixture
def called(systems) -> None:
    """Calls of each system, and of anybody."""
    calls = {"本局系统": 31, "环保系统": 47, "别市系统": 59}
    for client in Client.objects.all():
        ProductDay.objects.create(
            client_id=client.client_id, product="check", day=TODAY, calls=calls[client.name]
        )
    ProductDay.objects.create(client_id="", product="archive", day=TODAY, calls=83)


def test_the_centre_sees_products_with_version_and_calls_of_its_region(called):
    found = page(Role.OPERATOR, "/desk/products")

    assert ("信用核查" in found, "信用评价" in found, ">1.0<" in found) == (True, True, True)
    assert ">78<" in found  # 31 and 47
    assert "盘锦市生态环境局 47" in found
    assert "未使用令牌 83" in found
    assert f"{TODAY} 78" in found
    assert ("59" in found, "别市示例局" in found) == (False, False)


def test_a_unit_sees_its_own_calls_alone(called):
    found = page(Role.CHECKER, "/desk/products")

    assert ">31<" in found
    assert ("盘锦市生态环境局" in found, "未使用令牌" in found) == (False, False)


@pytest.mark.parametrize("address", ["/desk/sources", "/desk/systems", "/desk/products"])
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_watch_nothing(role, address):
    person("somebody", role)

    assert log_in("somebody").get(address).status_code == 404


@pytest.fixture
def addresses(systems) -> None:
    """An address of each system: proposed, approved with a message that waits, another region's."""
    clients = {one.name: one for one in Client.objects.all()}
    for number, (name, client) in enumerate(sorted(clients.items())):
        wanted = Wanted(client.client_id, client.unit, f"https://receiver{number}.example.cn/")
        made = propose(wanted, by=SETUP, allowed=Allowed())
        if name == "环保系统":
            approve(made, by=By("operator:second", NOW), allowed=Allowed())
            Delivery.objects.create(
                id="msg_1",
                subscription_id=made,
                since=0,
                upto=1,
                made_at=NOW - timedelta(minutes=7),
                next_at=NOW,
            )


def test_the_centre_sees_the_push_addresses_of_its_region_and_decides_nothing(addresses):
    found = page(Role.OPERATOR, "/desk/pushes")

    assert ("本局系统" in found, "环保系统" in found, "别市系统" in found) == (True, True, False)
    assert ("待批准" in found, "已批准" in found) == (True, True)
    assert '<td data-label="待发消息">1</td>' in found
    inside = found.split("<main", 1)[1].split('<section class="card">', 1)[1]
    assert [sign for sign in ("<form", "<button", "<input") if sign in inside] == []


def test_a_unit_sees_its_own_push_addresses_alone(addresses):
    found = page(Role.CHECKER, "/desk/pushes")

    assert ("本局系统" in found, "环保系统" in found, "别市系统" in found) == (True, False, False)


@pytest.fixture
def ended(systems, home, release) -> None:
    """A record ended days ago, and two reusers never said that they dropped it."""
    keys.make(home)
    t.Town(home, release).hand_in(t.PENALTY, t.penalty(t.FINED))
    Current.objects.update(public_until=date(2026, 11, 10))
    for client in Client.objects.exclude(name="本局系统"):
        Acknowledged.objects.create(
            client=client.client_id, unit=client.unit, cursor="0.2026-11-01.", at=NOW
        )


def test_who_did_not_acknowledge_removals_is_named_to_who_may_watch(systems, ended):
    found = page(Role.OPERATOR, "/desk/pushes")

    behind = found.split("未回执的撤下")[1]
    assert ("环保系统" in behind, "别市系统" in behind) == (True, False)


def test_a_served_page_sees_the_addresses_of_all(addresses):
    """Row security leaves subscriptions to their unit; the page counts through a view."""
    person("somebody", Role.OPERATOR)
    browser = log_in("somebody")
    assert rights.apply()
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET LOCAL ROLE gongxin_web")
            cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
        assert Subscription.objects.count() == 0
        found = text(browser.get("/desk/pushes"))
        waiting = standing(now=NOW).waiting
        transaction.set_rollback(True)

    assert ("本局系统" in found, "环保系统" in found) == (True, True)
    assert waiting == 1
