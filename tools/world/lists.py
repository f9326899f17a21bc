"""Entries of lists and court defaulters, passed on by the department for markets (名单)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tools.world.organisations import Organisation
from tools.world.records import MARKET, Desk, Reported, Row, years_after

ABNORMAL_REASONS = (
    ("未按规定期限公示年度报告", 60),
    ("通过登记的住所或者经营场所无法联系", 30),
    ("未按照责令的期限公示有关企业信息", 7),
    ("公示信息隐瞒真实情况、弄虚作假", 3),
)
SERIOUS = (
    ("Q01", "生产经营不符合食品安全标准的食品，造成严重后果", "第五条"),
    ("Q02", "被吊销许可证件后继续从事相关经营活动", "第七条"),
    ("Q03", "提交虚假材料取得登记，情节严重", "第九条"),
)
# Publication needs these; an entry without one of them is incomplete.
SERIOUS_NEEDED = ("MD_WSH", "MD_YJ", "MD_QXZI", "MD_JJ", "MD_SDRQ")
COURT = "盘锦市示例人民法院"
DEFAULTS = (
    "有履行能力而拒不履行生效法律文书确定义务",
    "违反财产报告制度",
    "以隐匿、转移财产等方法规避执行",
    "违反限制消费令",
    "无正当理由拒不履行执行和解协议",
)


def make_abnormal(desk: Desk, count: int) -> Iterator[Reported]:
    """Make entries of the list of abnormal operations, half of them removed (经营异常名录)."""
    reasons = [reason for reason, _ in ABNORMAL_REASONS]
    weights = [weight for _, weight in ABNORMAL_REASONS]
    for organisation in desk.corporate(count, failing=True):
        entered_on = desk.day(organisation)
        removed_on = entered_on + timedelta(days=desk.random.randint(20, 900))
        removed = removed_on <= desk.as_of
        yield (
            MARKET,
            {
                "busexclist": f"YC{entered_on:%Y}{desk.serial('abnormal'):06}",
                "entname": organisation.name,
                "uniscid": organisation.uscc,
                "regno": "",
                "abntime": entered_on.isoformat(),
                "specause_cn": desk.random.choices(reasons, weights=weights)[0],
                "decorg_cn": MARKET.name,
                "decorgcode": MARKET.uscc,
                "remdate": removed_on.isoformat() if removed else "",
                "remexcpres_cn": "补报年度报告并公示，申请移出" if removed else "",
                "redecorg_cn": MARKET.name if removed else "",
            },
        )


def make_serious(desk: Desk, count: int) -> Iterator[Reported]:
    """Make entries of the list of serious violations; one in three lacks something."""
    for place, organisation in enumerate(desk.corporate(count, failing=True)):
        row = serious_entry(desk, organisation, desk.day(organisation, since=date(2022, 1, 4)))
        if place % 3 == 1:
            row[desk.random.choice(SERIOUS_NEEDED)] = ""
        yield MARKET, row


def serious_entry(desk: Desk, organisation: Organisation, decided_on: date) -> Row:
    """Return one complete entry of the list of serious violations (严重违法失信名单)."""
    criterion, reason, article = desk.random.choice(SERIOUS)
    until = years_after(decided_on, 3)
    over = until < desk.as_of
    return {
        "MD_LX": "L02",
        "MD_XDR_MC": organisation.name,
        "MD_XDR_SHXYM": organisation.uscc,
        "MD_QX": criterion,
        "MD_LRYY": reason,
        "MD_SS": f"经查，当事人{reason}。",
        "MD_YJ": f"《市场监督管理严重违法失信名单管理办法》{article}",
        "MD_WSH": desk.number(MARKET, "列严", decided_on),
        "MD_JDRQ": decided_on.isoformat(),
        "MD_JG": MARKET.name,
        "MD_JGDM": MARKET.uscc,
        "MD_CS": "列为重点监管对象，提高检查频次。",
        "MD_QXZI": until.isoformat(),
        "MD_YCTJ": "列入满一年，已履行义务、消除后果的，可以申请提前移出；满三年移出。",
        "MD_JJ": "可在六十日内申请行政复议，或者在六个月内提起行政诉讼。",
        "MD_GZRQ": (decided_on - timedelta(days=20)).isoformat(),
        "MD_SBQK": desk.random.choice(("未提出", "提出未采纳")),
        "MD_SDRQ": (decided_on + timedelta(days=3)).isoformat(),
        "MD_YCRQ": until.isoformat() if over else "",
        "MD_YCYY": "期满" if over else "",
        "MD_SJLY": MARKET.name,
        "MD_SJLYDM": MARKET.uscc,
    }


def make_defaulters(desk: Desk, count: int) -> Iterator[Reported]:
    """Make companies that do not perform a judgment (失信被执行人)."""
    for organisation in desk.corporate(count, failing=True):
        published_on = desk.day(organisation, since=years_after(desk.as_of, -3))
        filed_on = published_on - timedelta(days=desk.random.randint(30, 200))
        serial = desk.serial("cases")
        part = desk.chance(0.3)
        yield (
            MARKET,
            {
                "casecode": f"（{filed_on.year}）辽示执{serial}号",
                "iname": organisation.name,
                "partytypename": "581",
                "cardnum": organisation.uscc,
                "businessentity": organisation.representative,
                "courtname": COURT,
                "areaname": "辽宁",
                "gistid": f"（{filed_on.year}）辽示民初{serial}号",
                "gistunit": COURT,
                "regdate": filed_on.isoformat(),
                "publishdate": published_on.isoformat(),
                "duty": f"支付货款{desk.random.randint(2, 300)}万元及利息。",
                "performance": "部分未履行" if part else "全部未履行",
                "performedpart": "已支付部分货款" if part else "",
                "unperformpart": "其余货款及利息" if part else "",
                "disrupttypename": desk.random.choice(DEFAULTS),
            },
        )


MAKERS: dict[str, tuple[float, Callable[[Desk, int], Iterator[Reported]]]] = {
    "abnormal-operation-list": (0.04, make_abnormal),
    "serious-violation-list": (0.008, make_serious),
    "court-judgment-defaulter": (0.015, make_defaulters),
}
