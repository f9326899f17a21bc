"""The undertakings made for showing, and the records that make their stories (示例主体)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gongxin.core.dates import add_months
from tools.world import acts, licences, lists, standing
from tools.world.offences import GRAVE, OFFENCES, ORDINARY, Sanction
from tools.world.organisations import CAST, Organisation
from tools.world.penalties import Case, penalty
from tools.world.records import (
    EMERGENCY,
    ENVIRONMENT,
    MARKET,
    TRANSPORT,
    Desk,
    Reported,
    Row,
    Unit,
)

Told = tuple[str, Unit, Row]  # item, unit, row

SOON, CLEAN, TRADER, LISTED, PAST = range(len(CAST))
DAYS_TO_REPAIR = 9


@dataclass(frozen=True, slots=True)
class Example:
    """An undertaking worth opening, and why."""

    role: str
    uscc: str
    name: str
    why: str


ROLES = (
    ("repairable-soon", "一般失信行政处罚公示中，几天后满最短公示期，可以申请修复"),
    ("clean", "有荣誉、表彰和连续三年纳税信用A级，没有不良记录"),
    ("sole-trader", "个体工商户：只有档案，不评价；有一条行政处罚"),
    ("listed", "列入严重违法失信名单，另有吊销许可证件的行政处罚"),
    ("past", "多年前的行政处罚公示期已满，不再公示，也不影响评价"),
)


def examples(organisations: tuple[Organisation, ...]) -> tuple[Example, ...]:
    """Return the undertakings made for showing, in the order of their roles."""
    pairs = zip(ROLES, organisations[: len(CAST)], strict=True)
    return tuple(Example(role, o.uscc, o.name, why) for (role, why), o in pairs)


def tell(desk: Desk, organisations: tuple[Organisation, ...]) -> Iterator[Told]:
    """Make the records of the undertakings made for showing."""
    shown = organisations[: len(CAST)]
    for organisation in shown:
        yield "administrative-licence", MARKET, licences.licence(desk, organisation, MARKET)
    yield from _penalties(desk, shown)
    yield from _clean(desk, shown[CLEAN])
    entered_on = desk.as_of - timedelta(days=170)
    entry = lists.serious_entry(desk, shown[LISTED], entered_on)
    yield "serious-violation-list", MARKET, entry
    yield "abnormal-operation-list", MARKET, _abnormal(shown[LISTED], entered_on)


def _penalties(desk: Desk, shown: tuple[Organisation, ...]) -> Iterator[Told]:
    today = desk.as_of
    fined = Sanction(("罚款",), ORDINARY, 1, fine=(2, 2))
    revoked = Sanction(("吊销许可证件", "罚款"), GRAVE, 1, fine=(120, 120))
    soon = add_months(today, -3) + timedelta(days=DAYS_TO_REPAIR)
    stories = (
        (SOON, TRANSPORT, fined, soon),
        (TRADER, MARKET, fined, today - timedelta(days=100)),
        (LISTED, MARKET, revoked, today - timedelta(days=200)),
        (PAST, ENVIRONMENT, fined, date(2020, 6, 10)),
        (PAST, EMERGENCY, revoked, date(2021, 3, 2)),
    )
    for place, unit, sanction, decided_on in stories:
        case = Case(unit, OFFENCES[unit][1], sanction, decided_on)
        row = penalty(desk, shown[place], case) | {"CF_CXLB": "02"}
        yield "administrative-penalty", unit, row


def _clean(desk: Desk, organisation: Organisation) -> Iterator[Told]:
    for unit, back in ((MARKET, 0), (ENVIRONMENT, 1)):
        row = standing.honour(desk, organisation, unit, standing.last_year(desk) - back)
        yield "honour", unit, row | {"HN_JB": "省" if unit is MARKET else "市"}
    for back in range(3):
        year = standing.last_year(desk) - back
        yield "tax-credit-a", MARKET, standing.tax_credit(organisation, year)
    yield "administrative-award", MARKET, acts.award(desk, organisation, MARKET)
    found = (desk.as_of - timedelta(days=60), "未发现问题")
    row = acts.inspection(desk, organisation, ENVIRONMENT, found)
    yield "administrative-inspection", ENVIRONMENT, row
    row = standing.contract(desk, organisation, TRANSPORT, "已完成")
    yield "contract", TRANSPORT, row | {"htlx": "1"}
    made = standing.commitment(desk, organisation, MARKET)
    made |= {"commitmentTypeId": "主动型", "reason": "主动作出守法诚信经营承诺"}
    yield "commitment", MARKET, made
    confirmed_on = desk.as_of - timedelta(days=2)
    kept = standing.performance(desk, MARKET, made, confirmed_on)
    kept |= {"fulfillmentStatus": "全部履行", "decisionNumber": ""}
    kept |= {"unperformedCommitmentContent": "", "liabilityBreachCommitmentContent": ""}
    yield "commitment-performance", MARKET, kept


def _abnormal(organisation: Organisation, entered_on: date) -> Row:
    return {
        "busexclist": f"YC{entered_on:%Y}900001",
        "entname": organisation.name,
        "uniscid": organisation.uscc,
        "regno": "",
        "abntime": (entered_on - timedelta(days=90)).isoformat(),
        "specause_cn": "未按规定期限公示年度报告",
        "decorg_cn": MARKET.name,
        "decorgcode": MARKET.uscc,
        "remdate": "",
        "remexcpres_cn": "",
        "redecorg_cn": "",
    }


def reported(told: Iterator[Told]) -> dict[str, list[Reported]]:
    """Return what was told, by item."""
    by_item: dict[str, list[Reported]] = {}
    for item, unit, row in told:
        by_item.setdefault(item, []).append((unit, row))
    return by_item
