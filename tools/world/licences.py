"""Administrative licences as departments report them (行政许可)."""

from collections.abc import Iterator

from tools.world.organisations import Organisation
from tools.world.records import (
    EMERGENCY,
    ENVIRONMENT,
    LONG_TERM,
    MARKET,
    TRANSPORT,
    UNITS,
    Desk,
    Reported,
    Row,
    Unit,
    party,
    years_after,
)

# Certificate, kind of licence, what is licensed, years (0 is without end).
LICENCES: dict[Unit, tuple[tuple[str, str, str, int], ...]] = {
    MARKET: (
        ("营业执照", "登记", "准予变更登记", 0),
        ("食品经营许可证", "普通", "准予从事预包装食品销售、热食类食品制售", 5),
        ("食品生产许可证", "普通", "准予从事大米、水产制品生产", 5),
        ("特种设备使用登记证", "登记", "准予压力容器使用登记", 0),
    ),
    ENVIRONMENT: (
        ("排污许可证", "普通", "准予按许可的种类、浓度和数量排放污染物", 5),
        ("危险废物经营许可证", "普通", "准予收集、贮存废矿物油", 5),
    ),
    EMERGENCY: (
        ("危险化学品经营许可证", "普通", "准予经营许可范围内的危险化学品（不带储存）", 3),
        ("安全生产许可证", "普通", "准予从事许可范围内的生产活动", 3),
    ),
    TRANSPORT: (
        ("道路运输经营许可证", "普通", "准予从事道路普通货物运输", 4),
        ("港口经营许可证", "普通", "准予从事港口货物装卸、仓储", 3),
    ),
}
UNIT_WEIGHTS = (55, 15, 10, 20)


def make_licences(desk: Desk, count: int) -> Iterator[Reported]:
    """Make licences of undertakings of all kinds."""
    for organisation in desk.any(count):
        unit = desk.random.choices(UNITS, weights=UNIT_WEIGHTS)[0]
        yield unit, licence(desk, organisation, unit)


def licence(desk: Desk, organisation: Organisation, unit: Unit) -> Row:
    """Return one licence that the unit has given to an undertaking."""
    certificate, kind, content, years = desk.random.choice(LICENCES[unit])
    decided_on = desk.day(organisation)
    until = years_after(decided_on, years).isoformat() if years > 0 else LONG_TERM
    return party("XK", organisation) | {
        "XK_XKWS": "准予行政许可决定书",
        "XK_WSH": desk.number(unit, "许准", decided_on),
        "XK_XKLB": kind,
        "XK_XKZS": certificate,
        "XK_XKBH": f"辽K{desk.serial('certificates'):08}",
        "XK_NR": content,
        "XK_JDRQ": decided_on.isoformat(),
        "XK_YXQZ": decided_on.isoformat(),
        "XK_YXQZI": until,
        "XK_XKJG": unit.name,
        "XK_XKJGDM": unit.uscc,
        "XK_ZT": "2" if until < desk.as_of.isoformat() else "1",
        "XK_LYDW": unit.name,
        "XK_LYDWDM": unit.uscc,
        "BZ": "",
    }
