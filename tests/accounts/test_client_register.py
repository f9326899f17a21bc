"""279 systems of 153 units, counted by level, department and region as a place reports them (2-07).

Of the founding document: 34 systems of 17 provincial departments and 92 local ones (2-21), 54 of
them of local bidding platforms (2-31), with the systems that it names (2-22, 2-29); the remaining
153 stand for the counties.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxin.accounts import client_register, client_use
from gongxin.accounts.clients import Client, ClientDay, ProductDay
from gongxin.accounts.models import HandInRight, Unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=516)
PROVINCIAL = (
    "省发展改革委OA系统",
    "省科技创新云服务平台",
    "建设项目环境保护审批系统",
    "省级评标专家库征聘系统",
    "省重点工程电子招标监督平台",
)
LOCAL = (
    "杭州统一行政权力运行系统",
    "杭州人社一体化系统",
    "宁波工程建设项目审批系统",
    "湖州特种设备系统",
    "湖州财政专项资金申报系统",
    "台州科技创新云服务平台",
    "杭州市不动产登记系统",
    "德清县标准地企业投资项目信用监管系统",
    "嘉兴市出租汽车监管系统",
    "舟山港口综合监管系统",
    "温州综合行政执法案件网上办理系统",
)


def code(n: int) -> str:
    return f"11330000{n:08}XX"  # only as a key: the register reads no sign of it


def unit(n: int, region: str) -> Unit:
    return Unit(uscc=code(n), name=f"示例单位{n}", name_key=f"示例单位{n}", region=region)


def system(n: int, name: str, of: int) -> Client:
    return Client(client_id=f"system-{n}", name=name, unit=code(of), roles=["checker"])


def named(names: tuple[str, ...], n: int, kind: str) -> list[str]:
    return [*names, *(f"{kind}{number}" for number in range(n - len(names)))]


@pytest.fixture
def province(settings) -> None:
    """17 provincial departments, 46 city departments, 51 of counties; 50 cities' may report."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cities = [f"33{n:02}00" for n in range(1, 12)]
    Unit.objects.bulk_create(
        [
            *(unit(n, "330000") for n in range(17)),
            *(unit(100 + n, cities[n % 11]) for n in range(50)),
            *(unit(200 + n, "330521") for n in range(51)),
        ]
    )
    Client.objects.bulk_create(
        [
            *(system(n, name, n % 17) for n, name in enumerate(named(PROVINCIAL, 34, "省级系统"))),
            *(
                system(100 + n, name, 100 + n % 46)
                for n, name in enumerate(named(LOCAL, 92, "地方招投标平台"))
            ),
            *(system(200 + n, f"县级系统{n}", 200 + n % 51) for n in range(153)),
        ]
    )
    HandInRight.objects.bulk_create(
        HandInRight(unit_id=code(n)) for n in (*range(17), *range(100, 150))
    )


def test_279_systems_are_counted_by_level(province):
    systems = client_register.register(today=TODAY)
    levels = client_register.counted(systems).levels

    assert len(systems) == 279
    assert [(one.key, one.units, one.systems) for one in levels] == [
        ("city", 46, 92),
        ("county", 51, 153),
        ("province", 17, 34),
    ]


def test_they_are_counted_by_department_and_region(province):
    counts = client_register.counted(client_register.register(today=TODAY))

    assert len(counts.departments) == 17 + 46 + 51
    assert {one.systems for one in counts.departments} == {2, 3}
    assert (counts.departments[0].key, counts.departments[0].name) == (code(0), "示例单位0")
    regions = {one.key: one.systems for one in counts.regions}
    assert (regions["330000"], regions["330521"], len(regions)) == (34, 153, 13)
    assert sum(regions.values()) == 279


def test_the_systems_that_the_document_names_stand_in_the_register(province):
    names = {one.name: one.level for one in client_register.register(today=TODAY)}

    assert {names[name] for name in PROVINCIAL} == {"province"}
    assert {names[name] for name in LOCAL} == {"city"}


def test_the_share_of_connected_departments_is_a_pair(province):
    """63 of 67 departments are connected, 94 %: more than the nine tenths of 4-49."""
    systems = client_register.register(today=TODAY)
    found = client_register.shares(systems, today=TODAY)

    assert [(one.level, one.connected, one.departments) for one in found] == [
        ("", 63, 67),
        ("city", 46, 50),
        ("province", 17, 17),
    ]
    assert found[0].connected * 100 >= found[0].departments * 90


def test_a_department_whose_pages_are_taken_is_connected(province):
    systems = client_register.register(today=TODAY)
    found = client_register.shares(systems, today=TODAY, pulled={code(149), code(216)})

    assert [(one.connected, one.departments) for one in found] == [(64, 67), (47, 50), (17, 17)]


def test_who_has_no_access_is_not_counted(province):
    Client.objects.filter(client_id="system-0").update(disabled=True)
    Unit.objects.filter(uscc=code(1)).update(valid_until=TODAY - timedelta(days=1))
    systems = client_register.register(today=TODAY)

    assert {one.client_id for one in systems if not one.connected} == {
        "system-0",
        "system-1",
        "system-18",
    }
    (of_the_province,) = (
        one for one in client_register.counted(systems).levels if one.key == "province"
    )
    assert (of_the_province.units, of_the_province.systems) == (16, 31)
    assert client_register.shares(systems, today=TODAY)[0].departments == 66


def test_use_is_told_of_thirty_days_and_the_last_call_of_ever(province):
    days = {0: (7, 2, 5), 30: (10, 1, 0), 31: (100, 0, 0)}  # calls, refused, asked
    for before, (calls, refused, asked) in days.items():
        day = TODAY - timedelta(days=before)
        ClientDay.objects.create(client_id="system-0", day=day, refused=refused, asked=asked)
        for product, some in (("check", calls - 1), ("", 1)):
            at = NOON - timedelta(days=before)
            ProductDay.objects.create(
                client_id="system-0", product=product, day=day, calls=some, last_at=at
            )
    ProductDay.objects.create(
        client_id="system-1", product="check", day=date(2025, 1, 1), calls=1, last_at=LONG_AGO
    )
    found = {one.client_id: one for one in client_register.register(today=TODAY)}

    used = found["system-0"]
    assert (used.calls, used.refused, used.asked_today, used.last_call_at) == (17, 3, 5, NOON)
    assert (found["system-1"].calls, found["system-1"].last_call_at) == (
        0,
        LONG_AGO,
    )
    assert found["system-2"].last_call_at is None


def test_the_register_is_read_by_few_queries_however_many_there_are(province):
    with CaptureQueriesContext(connection) as asked:
        client_register.register(today=TODAY)

    assert len(asked) == 5


def test_a_refusal_is_counted_on_its_day_in_china():
    for minute in (29, 30):
        client_use.count_refused(
            "a", at=datetime(2026, 6, 1, 15 + minute // 30, minute, tzinfo=UTC)
        )

    assert {(one.day, one.refused) for one in ClientDay.objects.all()} == {
        (date(2026, 6, 1), 1),
        (date(2026, 6, 2), 1),
    }
