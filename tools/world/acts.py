"""The other eight administrative acts as departments report them (其他行政行为)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tools.world.organisations import Organisation
from tools.world.records import (
    ENVIRONMENT,
    MARKET,
    TRANSPORT,
    UNITS,
    Desk,
    Reported,
    Row,
    Unit,
    amount,
    party,
    years_after,
)

PUBLIC, LIMITED = "可向社会公开", "特定范围内公开"
# Result, how many of a hundred.
INSPECTION_RESULTS = (
    ("未发现问题", 70),
    ("已责令改正", 9),
    ("责令限期改正", 8),
    ("移交处理", 2),
    ("无法联系", 4),
    ("不配合检查", 1),
    ("未发现开展本次抽查涉及的经营活动", 6),
)
WITH_PROBLEM = frozenset({"已责令改正", "责令限期改正", "移交处理"})


@dataclass(frozen=True, slots=True)
class Act:
    """What all acts have: prefix of the codes, words of the document, basis, publicity."""

    prefix: str
    word: str
    document: str
    basis: str
    public_type: str


INSPECTION = Act("JC", "检", "检查结果记录表", "《示例行政检查办法》第六条", PUBLIC)
COMPULSION = Act(
    "QZ", "强", "行政强制措施决定书", "《中华人民共和国行政强制法》第二十四条", LIMITED
)
CONFIRMATION = Act("QR", "确", "行政确认书", "《示例行政确认办法》第六条", PUBLIC)
LEVY = Act("ZS", "征", "缴费通知书", "《示例行政征收办法》第六条", LIMITED)
PAYMENT = Act("GF", "付", "资金拨付通知", "《示例行政给付办法》第六条", LIMITED)
RULING = Act("CJ", "裁", "行政裁决书", "《示例行政裁决办法》第六条", PUBLIC)
COMPENSATION = Act("BC", "补", "行政补偿决定书", "《示例行政补偿办法》第六条", LIMITED)
AWARD = Act("JL", "奖", "表彰决定", "《示例行政奖励办法》第六条", PUBLIC)


def _act(desk: Desk, act: Act, organisation: Organisation, unit: Unit, decided_on: date) -> Row:
    p = act.prefix
    return party(p, organisation) | {
        f"{p}_WSH": desk.number(unit, act.word, decided_on),
        f"{p}_WSMC": act.document,
        f"{p}_YJ": act.basis,
        f"{p}_JDRQ": decided_on.isoformat(),
        f"{p}_JG": unit.name,
        f"{p}_JGDM": unit.uscc,
        f"{p}_SJLY": unit.name,
        f"{p}_SJLYDM": unit.uscc,
        f"{p}_GKLX": act.public_type,
        "BZ": "",
    }


def make_inspections(desk: Desk, count: int) -> Iterator[Reported]:
    """Make inspections of the last two years; most find nothing (双随机检查)."""
    results = [result for result, _ in INSPECTION_RESULTS]
    weights = [weight for _, weight in INSPECTION_RESULTS]
    for organisation in desk.any(count):
        unit = desk.random.choice(UNITS)
        inspected_on = desk.day(organisation, since=years_after(desk.as_of, -2))
        result = desk.random.choices(results, weights=weights)[0]
        yield unit, inspection(desk, organisation, unit, (inspected_on, result))


def inspection(desk: Desk, organisation: Organisation, unit: Unit, found: tuple[date, str]) -> Row:
    """Return one inspection, reported on the day, with its result."""
    inspected_on, result = found
    problem = result in WITH_PROBLEM
    due = inspected_on + timedelta(days=30) if result == "责令限期改正" else None
    return _act(desk, INSPECTION, organisation, unit, inspected_on) | {
        "JC_RWBH": f"{unit.sign}SJ{inspected_on:%Y%m}",
        "JC_LB": desk.random.choices(("双随机", "专项", "日常"), weights=(70, 20, 10))[0],
        "JC_SX": "登记事项和公示信息检查" if unit is MARKET else "行业管理规定执行情况检查",
        "JC_RQ": inspected_on.isoformat(),
        "JC_RY": f"{desk.person()}、{desk.person()}",
        "JC_JCJG": result,
        "JC_WT": "台账记录不完整" if problem else "",
        "JC_ZGQX": due.isoformat() if due is not None else "",
    }


def make_compulsions(desk: Desk, count: int) -> Iterator[Reported]:
    """Make seizures of thirty days (行政强制)."""
    for organisation in desk.failing(count):
        unit, decided_on = desk.random.choice((MARKET, ENVIRONMENT)), desk.day(organisation)
        until = decided_on + timedelta(days=29)
        yield (
            unit,
            _act(desk, COMPULSION, organisation, unit, decided_on)
            | {
                "QZ_LB": "行政强制措施",
                "QZ_ZL": desk.random.choice(("查封场所、设施或者财物", "扣押财物")),
                "QZ_SY": "有证据表明涉案设备与违法行为有关。",
                "QZ_NR": "对涉案设备采取强制措施，期限三十日。",
                "QZ_DX": "涉案设备一台",
                "QZ_QXZ": decided_on.isoformat(),
                "QZ_QXZI": until.isoformat(),
                "QZ_JC": until.isoformat() if until <= desk.as_of else "",
            },
        )


def make_confirmations(desk: Desk, count: int) -> Iterator[Reported]:
    """Make confirmations with a certificate (行政确认)."""
    for organisation in desk.corporate(count):
        decided_on = desk.day(organisation)
        yield (
            TRANSPORT,
            _act(desk, CONFIRMATION, organisation, TRANSPORT, decided_on)
            | {
                "QR_SX": "公路工程竣工验收质量鉴定",
                "QR_NR": "经鉴定，工程质量合格。",
                "QR_ZS": "质量鉴定书",
                "QR_ZSBH": f"盘交鉴{desk.serial('confirmations'):05}",
                "QR_ZT": "1",
            },
        )


def make_levies(desk: Desk, count: int) -> Iterator[Reported]:
    """Make levies, most of them paid (行政征收)."""
    for organisation in desk.corporate(count):
        decided_on = desk.day(organisation)
        due, sum_due = decided_on + timedelta(days=15), round(desk.random.uniform(0.1, 8), 2)
        state = "未到期" if due > desk.as_of else "欠缴" if desk.chance(0.08) else "已缴清"
        paid = state == "已缴清"
        yield (
            ENVIRONMENT,
            _act(desk, LEVY, organisation, ENVIRONMENT, decided_on)
            | {
                "ZS_XM": "排污权有偿使用费",
                "ZS_YJJE": amount(sum_due),
                "ZS_SJJE": amount(sum_due) if paid else "",
                "ZS_JFQX": due.isoformat(),
                "ZS_QJJE": amount(sum_due) if state == "欠缴" else "",
                "ZS_JQRQ": due.isoformat() if paid else "",
                "ZS_ZT": state,
            },
        )


def make_payments(desk: Desk, count: int) -> Iterator[Reported]:
    """Make subsidies to companies (行政给付)."""
    for organisation in desk.corporate(count):
        decided_on = desk.day(organisation)
        yield (
            TRANSPORT,
            _act(desk, PAYMENT, organisation, TRANSPORT, decided_on)
            | {
                "GF_XM": "新能源营运车辆更新补助",
                "GF_NR": "按更新车辆数量给予一次性补助。",
                "GF_JE": amount(desk.random.randint(1, 60)),
            },
        )


def make_rulings(desk: Desk, count: int) -> Iterator[Reported]:
    """Make rulings between two companies; the second is the party (行政裁决)."""
    applicants = desk.corporate(count)
    for applicant, organisation in zip(applicants, desk.corporate(count), strict=True):
        decided_on = desk.day(organisation)
        yield (
            MARKET,
            _act(desk, RULING, organisation, MARKET, decided_on)
            | {
                "CJ_SQR": applicant.name,
                "CJ_SQRDM": applicant.uscc,
                "CJ_BSQR": organisation.name,
                "CJ_BSQRDM": organisation.uscc,
                "CJ_SX": "计量纠纷",
                "CJ_NR": "以仲裁检定的数据为准，由双方据此结算。",
                "CJ_SXRQ": (decided_on + timedelta(days=60)).isoformat(),
                "CJ_LX": "已履行",
            },
        )


def make_compensations(desk: Desk, count: int) -> Iterator[Reported]:
    """Make compensations for licences withdrawn in the public interest (行政补偿)."""
    for organisation in desk.corporate(count):
        decided_on = desk.day(organisation)
        yield (
            ENVIRONMENT,
            _act(desk, COMPENSATION, organisation, ENVIRONMENT, decided_on)
            | {
                "BC_SX": "因公共利益撤回排污许可",
                "BC_JE": amount(desk.random.randint(5, 200)),
                "BC_FS": "货币补偿",
            },
        )


def make_awards(desk: Desk, count: int) -> Iterator[Reported]:
    """Make awards of the city and the province (行政奖励)."""
    for organisation in desk.honoured(count):
        unit = desk.random.choice(UNITS)
        yield unit, award(desk, organisation, unit)


def award(desk: Desk, organisation: Organisation, unit: Unit) -> Row:
    """Return one award of the last three years."""
    decided_on = desk.day(organisation, since=years_after(desk.as_of, -3))
    return _act(desk, AWARD, organisation, unit, decided_on) | {
        "JL_MC": "质量管理先进单位" if unit is MARKET else "行业先进集体",
        "JL_LB": "荣誉",
        "JL_JB": desk.random.choices(("省", "市", "县"), weights=(15, 60, 25))[0],
        "JL_SJ": "连续三年各项检查合格，管理制度健全。",
        "JL_CX": "否",
    }


MAKERS: dict[str, tuple[float, Callable[[Desk, int], Iterator[Reported]]]] = {
    "administrative-inspection": (0.5, make_inspections),
    "administrative-compulsion": (0.02, make_compulsions),
    "administrative-confirmation": (0.03, make_confirmations),
    "administrative-levy": (0.05, make_levies),
    "administrative-payment": (0.02, make_payments),
    "administrative-ruling": (0.005, make_rulings),
    "administrative-compensation": (0.005, make_compensations),
    "administrative-award": (0.04, make_awards),
}
