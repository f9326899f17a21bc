"""Attempts to make belief, opinion, petition, assembly and family a record (legal.md L8, P18).

Built from the catalog and the safeguards of a release, so that a new item or word is tried too.
Four ways in: the legal basis, the facts, a column of a file, a clause of a pack.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gongxin.core import validation
from gongxin.core.catalog import DataType, Field, Item
from gongxin.law import Release
from tests.derive import town as t

KEY = "示例"
OF_A_FORM = {"NS_PJND": "2025", "TJNY": "202604"}
UNKEYED = 1000  # numbers of the undertakings that the corpus is about

# What such rules and facts look like; each sentence is invented.
BASES = (
    "依据《宗教事务条例》第六十二条",
    "依据《辽宁省宗教事务条例》第四十条",
    "依据《宗教活动场所管理办法》第十条",
    "依据《互联网宗教信息服务管理办法》第二十六条",
    "依据《信访工作条例》第四十七条",
    "依据《信访条例》第四十七条",
    "依据《中华人民共和国集会游行示威法》第二十八条",
    "依据《中华人民共和国工会法》第五十条",
    "依据《社会团体登记管理条例》第三十二条",
    "依据《取缔非法民间组织暂行办法》第九条",
    "依据《出版管理条例》第六十二条",
    "依据《音像制品管理条例》第四十条",
    "依据《互联网新闻信息服务管理规定》第二十二条",
    "依据《网络信息内容生态治理规定》第三十四条",
    "依据《互联网信息服务管理办法》第十五条",
    "依据《互联网用户公众账号信息服务管理规定》第二十二条",
    "依据《互联网跟帖评论服务管理规定》第十四条",
    "依据《中华人民共和国治安管理处罚法》第二十五条第一项散布谣言",
    "依据《中华人民共和国治安管理处罚法》第五十五条",
    "依据《中华人民共和国人口与计划生育法》第四十一条",
    "依据《辽宁省人口与计划生育条例》第四十五条",
    "依据《社会抚养费征收管理办法》第三条",
    "依据《城市民族工作条例》第二十八条",
)
FACTS = (
    "组织职工到市政府信访",
    "多次越级上访并滞留",
    "在厂区门口静坐",
    "组织员工罢工三日",
    "参与未经许可的集会",
    "组织游行示威活动",
    "在经营场所内从事宗教活动",
    "容留信徒聚会",
    "在仓库内设立教堂",
    "出租场地用于传教",
    "在公众号发表不当言论",
    "在微信群造谣传谣",
    "发帖诽谤他人",
    "煽动业主请愿",
    "寻衅滋事，拉横幅抗议",
    "接受境外记者采访",
    "自行成立工会",
    "其法定代表人超生二胎",
    "违反计划生育规定",
    "拒不提供员工血型、病史",
    "雇用少数民族人员未报备",
    "雇用传染病患者",
    "系实名举报人所举报",
    "组织业主结社",
)
SPELLINGS = ("{}", "是否{}", "{}情况", "{}代码", " {} ", "{}（必填）", "员工{}")
PACK_NAMES = ("{}", "{}信息", "是否{}", "{}人员名单", "{}记录")


@dataclass(frozen=True, slots=True)
class RowAttempt:
    """A row, valid in all else, whose field ``column`` says what no record may say."""

    item: str
    column: str
    said: str
    who: tuple[str, str]
    row: t.Row


def valid_row(item: Item, who: tuple[str, str], number: int) -> t.Row:
    """Return a row of the item about the undertaking, with no fault in it."""
    return _model_row(item) | _roles(item, who, number)


@cache
def _model_row(item: Item) -> t.Row:
    row = {field.identify: _value(field) for field in item.fields if field.required == "yes"}
    row |= _roles(item, t.company(0), 0)
    for _ in range(len(item.fields)):
        wanting = _wanting(item, row)
        if not wanting:
            return row
        row |= {column: _value(item.field_of(column)) for column in wanting}
    message = f"no valid row of {item.item}: {wanting}"
    raise AssertionError(message)


def _wanting(item: Item, row: t.Row) -> set[str]:
    full = dict.fromkeys(item.columns, "") | row
    units = frozenset({t.MARKET, t.TRANSPORT})
    faults = validation.faults_of(validation.checks_of(item), full, today=t.TODAY, units=units)
    return {fault.column for fault in faults if fault.level == validation.ERROR}


def _roles(item: Item, who: tuple[str, str], number: int) -> t.Row:
    roles = item.roles
    given = {
        roles.subject_name: who[1],
        roles.subject_code: who[0],
        roles.subject_kind: t.ORGANISATION,
        roles.decided_on: t.DECIDED.isoformat(),
        roles.authority_name: t.MARKET_NAME,
        roles.authority_code: t.MARKET,
        roles.source_name: t.MARKET_NAME,
        roles.source_code: t.MARKET,
        roles.document_no: f"盘示〔2026〕{number}号",
        roles.public_type: "可向社会公开",
    }
    if item.item.startswith("commitment"):  # region, day and serial number in one code
        given["code"] = f"21110020260510{number:06}"
    return {column: value for column, value in given.items() if column != ""}


def _value(field: Field) -> str:
    if field.identify in OF_A_FORM:
        return OF_A_FORM[field.identify]
    match field.data_type:
        case DataType.ENUM | DataType.ENUMS:
            return field.optional_range[0].rstrip("*")
        case DataType.DATE:
            return t.DECIDED.isoformat()
        case DataType.NUMBER | DataType.INTEGER:
            return "1"
        case DataType.FLAG:
            return "是"
        case DataType.TEXT:
            return KEY[: field.data_length]


def row_attempts(release: Release) -> Iterator[RowAttempt]:
    """Say each basis and each fact in each text of each item that the safeguards read."""
    number = UNKEYED
    for item in release.content.items:
        for column in item.screened:
            for said in (*BASES, *FACTS):
                if len(said) <= item.field_of(column).data_length:
                    number += 1
                    who = t.company(number)
                    row = valid_row(item, who, number) | {column: said}
                    yield RowAttempt(item.item, column, said, who, row)


def column_attempts(release: Release) -> Iterator[str]:
    """Name a column of a file after each prohibited word, in several spellings."""
    for word in dict.fromkeys(release.safeguards.columns):
        yield from (spelling.format(word) for spelling in SPELLINGS)


def pack_names(release: Release) -> Iterator[str]:
    """Name a clause of a pack after each prohibited word."""
    for word in dict.fromkeys(release.safeguards.columns):
        yield from (name.format(word) for name in PACK_NAMES)


def safeguards_text(release: Release) -> Iterator[str]:
    """The prohibited words as the line of a pack."""
    yield f"columns: [{', '.join(dict.fromkeys(release.safeguards.columns))}]"
