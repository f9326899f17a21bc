"""A small invented town for the rooms above the ledger: rows, files of them, and handing them in.

Everything enters as a department's file, so that a test sees what a department's file would make.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from gongxin import law
from gongxin.accounts import handing_in, units
from gongxin.audit import signing
from gongxin.check import documents
from gongxin.core import uscc
from gongxin.intake import persons
from gongxin.intake.receive import Handover, Outcome, take_in
from gongxin.intake.recognise import Wanted
from gongxin.law import Release
from gongxin.ledger.models import Current

ROOT = Path(__file__).resolve().parents[2]
MARKET = "1121110005260181XL"
MARKET_NAME = "盘锦市市场监督管理局"
TRANSPORT = "112111000091390921"
TRANSPORT_NAME = "盘锦市交通运输局"
DECIDED = date(2026, 5, 10)
TODAY = date(2026, 6, 1)
RECEIVED = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
# Nobody's: 99 is no province, so these numbers were never given to anybody.
RESIDENT_ID = "990101190001010018"
OLD_RESIDENT_ID = "990101000101001"
MOBILE = "13800000000"
ORGANISATION = "法人及非法人组织"
SOLE_TRADER = "个体工商户"
PERSON = "自然人"

PENALTY = "administrative-penalty"
LICENCE = "administrative-licence"
SERIOUS = "serious-violation-list"
ABNORMAL = "abnormal-operation-list"
HONOUR = "honour"
INSPECTION = "administrative-inspection"

Row = dict[str, str]


@cache
def release(place: str = "demo") -> Release:
    """The release of a shipped pack."""
    return law.compile_place(ROOT / "packs" / place, profiles=ROOT / "profiles")


def code(number: int, prefix: str = "91", region: str = "211100") -> str:
    """A valid code of an invented undertaking."""
    body = f"{prefix}{region}MA0{number:05}X"
    return body + uscc.check_character(body)


def company(number: int) -> tuple[str, str]:
    """Code and name of an invented company."""
    return code(number), f"盘锦示例第{number}贸易有限公司"


def trader(number: int) -> tuple[str, str]:
    """Code and name of an invented sole trader."""
    return code(number, "92"), f"双台子区示例第{number}小吃店"


def _party(who: tuple[str, str], prefix: str) -> Row:
    category = SOLE_TRADER if who[0].startswith("92") else ORGANISATION
    return {
        f"{prefix}_XDR_MC": who[1],
        f"{prefix}_XDR_LB": category,
        f"{prefix}_XDR_SHXYM": who[0],
        f"{prefix}_FRDB": "示例法定代表人",
    }


def penalty(who: tuple[str, str], number: int = 1, **changes: str) -> Row:
    """A fine of 12,000 yuan: class 一般, public for a year, repairable after three months."""
    return (
        _party(who, "CF")
        | {
            "CF_WSH": f"盘交罚〔2026〕{number}号",
            "CF_WFXW": "未按核定线路经营",
            "CF_SY": "在核定线路以外揽客。",
            "CF_YJ": "《中华人民共和国道路运输条例》第六十九条",
            "CF_CFLB": "罚款",
            "CF_NR": "罚款人民币壹万贰仟元",
            "CF_NR_FK": "1.2",
            "CF_JDRQ": DECIDED.isoformat(),
            "CF_YXQ": "2099-12-31",
            "CF_CFJG": TRANSPORT_NAME,
            "CF_CFJGDM": TRANSPORT,
            "CF_SJLY": TRANSPORT_NAME,
            "CF_SJLYDM": TRANSPORT,
            "CF_CXLB": "02",
            "BZ": "内部备注",
        }
        | changes
    )


def grave(who: tuple[str, str], number: int = 1, **changes: str) -> Row:
    """A revoked permit: class 严重, public for three years."""
    given = {
        "CF_CFLB": "吊销许可证件",
        "CF_NR": "吊销道路运输经营许可证",
        "CF_NR_FK": "",
        "CF_NR_ZKDX": "道路运输经营许可证",
    }
    return penalty(who, number, **(given | changes))


def licence(who: tuple[str, str], number: int = 1, **changes: str) -> Row:
    """A licence of long term: neither good nor bad."""
    return (
        _party(who, "XK")
        | {
            "XK_XKWS": "准予行政许可决定书",
            "XK_WSH": f"盘交许〔2026〕{number}号",
            "XK_XKLB": "普通",
            "XK_XKZS": "道路运输经营许可证",
            "XK_XKBH": f"盘交许第{number}号",
            "XK_NR": "道路货物运输",
            "XK_JDRQ": DECIDED.isoformat(),
            "XK_YXQZ": DECIDED.isoformat(),
            "XK_YXQZI": "2099-12-31",
            "XK_XKJG": TRANSPORT_NAME,
            "XK_XKJGDM": TRANSPORT,
            "XK_ZT": "1",
            "XK_LYDW": TRANSPORT_NAME,
            "XK_LYDWDM": TRANSPORT,
        }
        | changes
    )


def serious(who: tuple[str, str], number: int = 1, **changes: str) -> Row:
    """A whole entry on the list of serious violations."""
    return {
        "MD_LX": "L02",
        "MD_XDR_MC": who[1],
        "MD_XDR_SHXYM": who[0],
        "MD_QX": "0101",
        "MD_LRYY": "提交虚假材料取得登记",
        "MD_SS": "以虚假材料取得登记。",
        "MD_YJ": "《市场监督管理严重违法失信名单管理办法》第十条",
        "MD_WSH": f"盘市监列〔2026〕{number}号",
        "MD_JDRQ": DECIDED.isoformat(),
        "MD_JG": MARKET_NAME,
        "MD_JGDM": MARKET,
        "MD_QXZI": "2029-05-10",
        "MD_YCTJ": "满一年可以申请提前移出",
        "MD_JJ": "可以申请行政复议或者提起行政诉讼",
        "MD_SDRQ": DECIDED.isoformat(),
        "MD_SJLY": MARKET_NAME,
        "MD_SJLYDM": MARKET,
    } | changes


def abnormal(who: tuple[str, str], number: int = 1, **changes: str) -> Row:
    """An entry on the list of abnormal operations."""
    return {
        "busexclist": f"YC2026{number:06}",
        "entname": who[1],
        "uniscid": who[0],
        "abntime": DECIDED.isoformat(),
        "specause_cn": "未按规定期限公示年度报告",
        "decorg_cn": MARKET_NAME,
        "decorgcode": MARKET,
    } | changes


def honour(who: tuple[str, str], number: int = 1, **changes: str) -> Row:
    """An honour of the city."""
    return {
        "HN_LX": "诚信示范企业",
        "HN_XDR_MC": who[1],
        "HN_XDR_SHXYM": who[0],
        "HN_JB": "市",
        "HN_PDDW": MARKET_NAME,
        "HN_PDDWDM": MARKET,
        "HN_WJYJ": "《盘锦市诚信企业评选办法》",
        "HN_WJWH": f"盘信办〔2026〕{number}号",
        "HN_PDRQ": DECIDED.isoformat(),
        "HN_ZT": "1",
        "HN_SJLY": MARKET_NAME,
        "HN_SJLYDM": MARKET,
    } | changes


def inspection(who: tuple[str, str], number: int = 1, **changes: str) -> Row:
    """An inspection that found nothing."""
    return (
        _party(who, "JC")
        | {
            "JC_WSH": f"盘市监检〔2026〕{number}号",
            "JC_YJ": "《企业信息公示暂行条例》第十四条",
            "JC_RWBH": f"PJ2026{number:04}",
            "JC_LB": "双随机",
            "JC_SX": "公示信息抽查",
            "JC_RQ": DECIDED.isoformat(),
            "JC_JCJG": "未发现问题",
            "JC_JDRQ": DECIDED.isoformat(),
            "JC_JG": MARKET_NAME,
            "JC_JGDM": MARKET,
            "JC_SJLY": MARKET_NAME,
            "JC_SJLYDM": MARKET,
            "JC_GKLX": "可向社会公开",
        }
        | changes
    )


# The inhabitants of a settled town, each with one story.
FINED = company(1)  # a fine, a licence, an honour and an inspection: something of every section
LISTED = company(2)  # a permit revoked and an entry on the list of serious violations
QUIET = company(3)  # a licence, nothing else
TRADER = trader(4)  # a sole trader who was fined
OWNED = (code(5), "盘锦示例五号个人独资企业")  # one person's undertaking by its name alone
UNNAMED = (code(6), "盘锦示例六号商行")  # a name that says no form
SOCIAL = (code(7, "51"), "盘锦市示例商会")
RENAMED = company(8)
OLD_NAME = "盘锦旧称示例实业有限公司"
HIDDEN = company(9)  # fines that law makes public to nobody
ABSENT = company(10)  # not known at all


def settle(town: "Town") -> None:
    """Hand in the stories of all inhabitants."""
    town.hand_in(
        PENALTY,
        penalty(FINED, 1),
        grave(LISTED, 2),
        penalty(TRADER, 3),
        penalty(OWNED, 4),
        penalty(UNNAMED, 5),
        penalty(SOCIAL, 6),
        penalty(HIDDEN, 7, CF_CXLB="01"),
        penalty(HIDDEN, 8, CF_CXLB="99"),
        penalty(HIDDEN, 9, CF_CXBG="撤销"),
    )
    town.hand_in(
        LICENCE,
        licence(FINED, 1),
        licence(QUIET, 2),
        licence(RENAMED, 3),
        licence((RENAMED[0], OLD_NAME), 4),
        licence(TRADER, 5),
    )
    town.hand_in(HONOUR, honour(FINED))
    town.hand_in(INSPECTION, inspection(FINED))
    town.hand_in(SERIOUS, serious(LISTED))


@dataclass(frozen=True)
class Town:
    """A platform's folder beside the tests' database, and the release it runs on."""

    home: Path
    release: Release

    @classmethod
    def found(cls, home: Path, law_in_force: Release) -> "Town":
        """Make an empty platform: keys, units and the release file."""
        persons.prepare(home, law_in_force)
        units.register(law_in_force.content.units)
        handing_in.register(law_in_force.content.hand_in)
        signing.make(home, "gongxin/town/check", documents.KEY)
        signing.make(home, "gongxin/town/opendata", "opendata")
        (home / "keys" / "push").write_bytes(b"a key of the town alone")
        law.store(home, law_in_force)
        return cls(home, law_in_force)

    def hand_in(
        self,
        item: str,
        *rows: Row,
        unit: str = MARKET,
        received_at: datetime = RECEIVED,
    ) -> Outcome:
        """Take in a file of rows."""
        path = write(self.home / f"{item}.csv", rows)
        handover = Handover(path, unit, received_at, Wanted(item))
        return take_in(handover, release=self.release, home=self.home)

    def record(self, subject: str, item: str = PENALTY) -> Current:
        """The one current record of a subject under an item."""
        return Current.objects.get(subject=subject, item=item)


def write(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as a CSV file whose header has every column that a row has."""
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
