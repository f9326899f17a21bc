"""What else is said about undertakings: honours, tax credit, commitments, contracts, bills."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tools.world import names
from tools.world.acts import PUBLIC
from tools.world.organisations import Organisation
from tools.world.records import (
    EMERGENCY,
    ENVIRONMENT,
    MARKET,
    TRANSPORT,
    UNITS,
    Desk,
    Reported,
    Row,
    Unit,
    amount,
    years_after,
)

HONOURS = {
    MARKET: "诚信示范企业",
    ENVIRONMENT: "环保诚信企业",
    EMERGENCY: "安全生产标准化示范企业",
    TRANSPORT: "运输企业质量信誉考核优秀企业",
}
TAX_OFFICE = "国家税务总局盘锦市税务局"
WATER_WORKS = "盘锦市示例供水单位"
COMMITMENTS = (
    ("审批替代型", "申请办理食品经营许可"),
    ("容缺受理型", "申请办理道路运输经营许可，缺少一份材料"),
    ("证明事项型", "以承诺代替场所使用证明"),
    ("信用修复型", "申请行政处罚信息信用修复"),
    ("行业自律型", "参加行业自律公约"),
    ("主动型", "主动作出守法诚信经营承诺"),
)
PERFORMED_SHARE, BREACH_SHARE = 0.6, 0.05
GOODS = ("办公设备", "路面养护材料", "环境监测服务", "信息系统运行维护", "防汛物资")
INSTRUMENTS = (("生效判决", "（{year}）辽示民初{n}号"), ("行政决定", "盘示决〔{year}〕{n}号"))


def last_year(desk: Desk) -> int:
    """Return the last year whose honours and ratings were published by the day, in spring."""
    return (desk.as_of - timedelta(days=120)).year - 1


def make_honours(desk: Desk, count: int) -> Iterator[Reported]:
    """Make honours; each document honours undertakings once (诚实守信荣誉)."""
    organisations = {o.uscc: o for o in desk.honoured(count)}
    for organisation in organisations.values():
        unit, year = desk.random.choice(UNITS), last_year(desk) - desk.random.randint(0, 3)
        yield unit, honour(desk, organisation, unit, year)


def honour(desk: Desk, organisation: Organisation, unit: Unit, year: int) -> Row:
    """Return one honour for a year, given in the spring after it."""
    given_on = date(year + 1, 3, 15)
    return {
        "HN_LX": HONOURS[unit],
        "HN_XDR_MC": organisation.name,
        "HN_XDR_SHXYM": organisation.uscc,
        "HN_JB": desk.random.choices(("国家", "省", "市", "县"), weights=(3, 17, 55, 25))[0],
        "HN_PDDW": unit.name,
        "HN_PDDWDM": unit.uscc,
        "HN_WJYJ": f"关于公布{year}年度{HONOURS[unit]}名单的通知",
        "HN_WJWH": f"{unit.sign}发〔{year + 1}〕8号",
        "HN_PDRQ": given_on.isoformat(),
        "HN_YXQZI": years_after(given_on, 3).isoformat(),
        "HN_ZT": "1",
        "HN_CXRQ": "",
        "HN_SJLY": unit.name,
        "HN_SJLYDM": unit.uscc,
    }


def make_tax_credit(desk: Desk, count: int) -> Iterator[Reported]:
    """Make the A list of three years (纳税信用A级)."""
    for year in range(last_year(desk) - 2, last_year(desk) + 1):
        for organisation in {o.uscc: o for o in desk.corporate(count // 3 + 1)}.values():
            if organisation.failings == 0:
                yield MARKET, tax_credit(organisation, year)


def tax_credit(organisation: Organisation, year: int) -> Row:
    """Return one entry of the A list of a year."""
    rated_on = date(year + 1, 4, 25)
    return {
        "NS_XDR_MC": organisation.name,
        "NS_XDR_SHXYM": organisation.uscc,
        "NS_PJND": str(year),
        "NS_PJMC": "纳税信用评价",
        "NS_PJJG": "A",
        "NS_PDRQ": rated_on.isoformat(),
        "NS_PJDW": TAX_OFFICE,
        "NS_SJLY": TAX_OFFICE,
    }


def make_commitments(desk: Desk, count: int) -> Iterator[Reported]:
    """Make commitments of undertakings that have a code (信用承诺)."""
    for organisation in desk.any(count):
        unit = desk.random.choice(UNITS)
        if organisation.has_code:
            yield unit, commitment(desk, organisation, unit)


def commitment(desk: Desk, organisation: Organisation, unit: Unit) -> Row:
    """Return one commitment of the last two years."""
    made_on = desk.day(organisation, since=years_after(desk.as_of, -2))
    kind, reason = desk.random.choice(COMMITMENTS)
    return {
        "code": f"{organisation.region}{made_on:%Y%m%d}{desk.serial('commitments') % 10**6:06}",
        "subjectName": organisation.name,
        "subjectCategory": organisation.category,
        "identify": organisation.uscc,
        "commitmentTypeId": kind,
        "reason": reason,
        "content": "所提供的材料真实、合法、有效，严格遵守法律法规，依法诚信经营。",
        "liabilityBreachCommitment": "违反承诺的，自愿接受依法作出的处理。",
        "commitmentDate": made_on.isoformat(),
        "commitmentValidity": years_after(made_on, 1).isoformat(),
        "acceptanceUnit": unit.name,
        "acceptanceUnitIdentify": unit.uscc,
        "publicationType": PUBLIC,
        "remarks": "",
    }


def make_performances(desk: Desk, commitments: list[Reported]) -> Iterator[Reported]:
    """Make what became of commitments whose time is over, some of them broken (履约践诺)."""
    for unit, row in commitments:
        confirmed_on = date.fromisoformat(row["commitmentDate"]) + timedelta(days=90)
        if confirmed_on <= desk.as_of and desk.chance(PERFORMED_SHARE):
            yield unit, performance(desk, unit, row, confirmed_on)


def performance(desk: Desk, unit: Unit, made: Row, confirmed_on: date) -> Row:
    """Return what became of one commitment; every second breach has a decision."""
    broken = desk.chance(BREACH_SHARE)
    decided = broken and desk.chance(0.5)
    kept = ("code", "subjectName", "subjectCategory", "identify", "commitmentTypeId")
    return {column: made[column] for column in kept} | {
        "fulfillmentStatus": desk.random.choice(("部分履行", "全部未履行"))
        if broken
        else "全部履行",
        "unperformedCommitmentContent": "未在承诺期限内补齐材料" if broken else "",
        "liabilityBreachCommitmentContent": "撤销许可" if broken else "",
        "decisionNumber": desk.number(unit, "诺", confirmed_on) if decided else "",
        "fulfillmentStatusDate": confirmed_on.isoformat(),
        "acceptanceConfirmUnit": unit.name,
        "acceptanceConfirmUnitIdentify": unit.uscc,
        "publicationType": PUBLIC,
        "remarks": "",
    }


def make_contracts(desk: Desk, count: int) -> Iterator[Reported]:
    """Make public and market contracts; breaches with and without an instrument (合同履约)."""
    for organisation in desk.corporate(count):
        unit = desk.random.choice(UNITS)
        state = desk.random.choices(("履约中", "已完成", "违约", "解除"), weights=(30, 58, 9, 3))[0]
        yield unit, contract(desk, organisation, unit, state)


def contract(desk: Desk, organisation: Organisation, unit: Unit, state: str) -> Row:
    """Return one contract of a department with a company."""
    stated_on = desk.day(organisation, since=years_after(desk.as_of, -3))
    signed_on = stated_on - timedelta(days=desk.random.randint(5, 300))
    goods = desk.random.choice(GOODS)
    row = {
        "htbh": f"{unit.sign}合{signed_on.year}-{desk.serial('contracts'):05}",
        "htmc": f"{goods}采购合同",
        "htlx": desk.random.choices(("1", "2"), weights=(85, 15))[0],
        "cgr": unit.name,
        "jfzttyshxydm": unit.uscc,
        "gys": organisation.name,
        "yftyshxydm": organisation.uscc,
        "gyslxfs": "",
        "zybdmc": goods,
        "htje": amount(round(desk.random.uniform(1, 400), 2)),
        "lyqx": (signed_on + timedelta(days=365)).isoformat(),
        "cgfs": desk.random.choice("358"),
        "htqdrq": signed_on.isoformat(),
        "lyzt": state,
        "lyztrq": stated_on.isoformat(),
        "ssqy": names.COUNTIES[organisation.region],
        "sjlydw": unit.name,
    }
    return row | (_breach(desk, stated_on) if state == "违约" else {})


def _breach(desk: Desk, stated_on: date) -> Row:
    kind, form = desk.random.choice(INSTRUMENTS)
    number = form.format(year=stated_on.year, n=desk.serial("instruments"))
    proved = desk.chance(0.6)
    return {
        "wyf": desk.random.choices(("乙方", "甲方"), weights=(85, 15))[0],
        "wysy": "未按合同约定的期限交付",
        "wyyj": "合同第八条",
        "wyws": number if proved else "",
        "wywslx": kind if proved else "",
        "wyzt": desk.random.choice(("未整改", "已整改")),
    }


def make_bills(desk: Desk, count: int) -> Iterator[Reported]:
    """Make water bills of the last twelve months, passed on (公用事业缴费)."""
    for organisation in desk.corporate(count):
        read_on = desk.as_of - timedelta(days=desk.random.randint(1, 365))
        used, overdue = desk.random.randint(20, 4000), desk.chance(0.06)
        yield (
            MARKET,
            {
                "TJNY": f"{read_on:%Y%m}",
                "USCC": organisation.uscc,
                "YHH": f"S{organisation.serial:08}",
                "YHXZ": "非居民",
                "FRJGMC": organisation.name,
                "ZDLSH": f"{read_on:%Y%m}{desk.serial('bills'):08}",
                "QFQS": "1" if overdue else "0",
                "JE": amount(round(used * 3.4, 2)),
                "XZQYDM": f"{organisation.region}000000",
                "CBRQ": read_on.isoformat(),
                "BQYL": str(used),
                "ZNJE": "12.5" if overdue else "0",
                "SJLY": WATER_WORKS,
                "GX": desk.random.choice(("产权人", "使用人")),
                "LJKX": "高",
                "ZY": "否",
            },
        )


# Performances follow from commitments: make_world asks for them apart.
MAKERS: dict[str, tuple[float, Callable[[Desk, int], Iterator[Reported]]]] = {
    "honour": (0.08, make_honours),
    "tax-credit-a": (0.3, make_tax_credit),
    "commitment": (0.45, make_commitments),
    "contract": (0.15, make_contracts),
    "utility-bill": (0.4, make_bills),
}
