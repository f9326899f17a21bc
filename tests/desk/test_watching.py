"""The pages of sources and systems: counts of one's region, or of oneself, and of no one else."""

import pytest

from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.accounts.models import Unit
from gongxin.accounts.policy import Role
from tests.desk.office import SETUP, log_in, person, text
from tests.fixtures.platform import ECOLOGY, MARKET

pytestmark = pytest.mark.usefixtures("at_the_desk")
ELSEWHERE = "11211200MB0000001X"


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


def test_a_reporting_unit_sees_itself(systems):
    found = page(Role.REPORTER, "/desk/sources")

    assert "市场监管（示例）" in found
    assert "盘锦市生态环境局" not in found
    assert "海关（示例）" not in found


@pytest.mark.parametrize("address", ["/desk/sources", "/desk/systems"])
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_watch_nothing(role, address):
    person("somebody", role)

    assert log_in("somebody").get(address).status_code == 404
