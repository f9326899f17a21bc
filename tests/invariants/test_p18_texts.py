"""P18: attempts written by hand, none from the list's own words, and ordinary texts that pass.

Each attempt says what must happen: ``refused`` by its legal basis or ``held`` for a person to look.
"""

import pytest

from gongxin.derive.archive import archive
from gongxin.ledger.models import Current
from tests.derive import town as t

pytestmark = pytest.mark.django_db

REFUSED, HELD = "refused", "held"
BASES = {
    "《宗教 事务条例》第六十二条": REFUSED,
    "《宗教\n事务条例》第六十二条": REFUSED,
    "《信\u200b访工作条例》第四十七条": REFUSED,
    "《信\n访工作条例》第四十七条": REFUSED,
    "《中华人民共和国治安管理处罚法》 第二十五条": REFUSED,
    "《中华人民共和国治安管理处罚法》（2012修正）第二十五条第一项": REFUSED,
    "《中华人民共和国治安管理处罚法》第25条第1项": REFUSED,
    "中华人民共和国治安管理处罚法第十条、第二十五条": REFUSED,
    "《治安管理处罚法》第二十六条": HELD,
    "《集会 游行示威法》第二十八条": REFUSED,
    "《中华人民共和国网络安全法》第四十七条（传播违法信息）": HELD,
    "《中华人民共和国戒严法》第三条": REFUSED,
    "《社会团体登记管理 条例》第三十二条": REFUSED,
}
FACTS = (
    "组织信 徒聚会",
    "在厂内组织基督教活动",
    "在厂内举行伊斯兰礼拜",
    "修炼法轮功",
    "雇用维吾尔族员工未报备",
    "组织员工集体停工讨薪",
    "组织业主到区政府门前聚集、拉横幅",
    "进京越级反映问题",
    "在微信朋友圈发表不当评论",
    "散播不实信息抹黑政府",
    "其员工患乙肝",
    "女职工怀孕三胎未办理准生证",
    "员工系HIV感染者",
    "员工系ｈｉｖ感染者",
    "信　访",
    "罢\u00ad工",
    "自媒体爆料",
    "组建职工代表组织要求集体谈判",
)
NUMBERS = ("盘宗教罚〔2026〕7号", "盘罚〔2026〕7号信 访")
AT_LEAST = 29

ORDINARY = (
    ("CF_SY", "未按规定申报缴纳残疾人就业保障金。"),
    ("CF_SY", "未为职工缴纳基本养老保险费和生育保险费。"),
    ("CF_SY", "在微信朋友圈发布虚假广告，宣称产品具有治疗功效。"),
    ("CF_SY", "擅自发布道路运输经营信息，未取得许可。"),
    ("CF_SY", "车辆未办理进京证，驶入限行区域。"),
    ("CF_SY", "经走访群众反映问题属实，责令停工整改。"),
    ("CF_SY", "将货物运至新疆维吾尔自治区，超过核定载质量。"),
    ("CF_SY", "在岫岩满族自治县境内非法占用林地。"),
    ("CF_SY", "在河道观测断面上游违法排放污水。"),
    ("CF_SY", "在兴隆街道教育路摆放杂物，占用消防通道。"),
    ("CF_SY", "拖欠农民工工资，逾期未支付。"),
    ("CF_SY", "该方法会导致计量失准，使用不合格计量器具。"),
    ("CF_SY", "提供不实统计资料。"),
    ("CF_SY", "擅自在人行道上悬挂广告条幅。"),
    ("CF_SY", "传染病疫情期间未按规定落实消毒措施。"),
    ("CF_YJ", "《中华人民共和国治安管理处罚法》第六十一条"),
    ("CF_YJ", "《中华人民共和国治安管理处罚法》第一百二十五条"),
    ("CF_YJ", "《中华人民共和国网络安全法》第五十九条"),
    ("CF_YJ", "《中华人民共和国残疾人保障法》第三十三条、《残疾人就业条例》第九条"),
    ("CF_YJ", "《互联网信息服务管理办法》第十九条"),
    ("CF_YJ", "《中华人民共和国食品安全法》第二十五条、第一百二十四条"),
    ("CF_YJ", "《中华人民共和国广告法》第五十五条"),
    ("CF_WSH", "盘残保罚〔2026〕8号"),
)


def handed_in(town: t.Town, column: str, *said: str) -> dict[str, str]:
    """Hand in one fine for each text; return what became of each."""
    who = {text: t.company(number) for number, text in enumerate(said, start=1)}
    rows = [
        t.penalty(who[text], number, **{column: text}) for number, text in enumerate(said, start=1)
    ]
    outcome = town.hand_in(t.PENALTY, *rows)
    kept = dict(Current.objects.values_list("subject", "hidden"))
    refused = {f.row for f in outcome.findings if f.code == "protected_matter"}
    assert len(kept) + len(refused) == len(said)
    return {
        text: REFUSED if number in refused else kept[who[text][0]]
        for number, text in enumerate(said, start=1)
    }


def test_there_are_as_many_attempts_as_a_reviewer_made():
    assert len(BASES) + len(FACTS) >= AT_LEAST


def test_a_basis_that_may_be_no_records_is_refused_however_it_is_written(town: t.Town):
    assert handed_in(town, "CF_YJ", *BASES) == BASES


@pytest.mark.parametrize("column", ["CF_SY", "CF_WFXW", "CF_NR", "BZ"])
def test_facts_that_name_a_protected_matter_are_held(town: t.Town, column: str):
    assert handed_in(town, column, *FACTS) == dict.fromkeys(FACTS, HELD)

    shown = [archive(t.company(n)[0], as_of=t.TODAY, release=town.release) for n in (1, 2)]
    assert [found is None or found.records == () for found in shown] == [True, True]


def test_a_document_number_that_names_a_protected_matter_is_held(town: t.Town):
    assert handed_in(town, "CF_WSH", *NUMBERS) == dict.fromkeys(NUMBERS, HELD)


@pytest.mark.parametrize("column", ["CF_SY", "CF_YJ", "CF_WSH"])
def test_ordinary_texts_are_neither_held_nor_refused(town: t.Town, column: str):
    said = [text for where, text in ORDINARY if where == column]

    assert handed_in(town, column, *said) == dict.fromkeys(said, "")


def test_the_name_of_an_undertaking_is_not_read(town: t.Town):
    town.hand_in(t.PENALTY, t.penalty((t.code(1), "盘锦示例天主教用品有限公司")))

    assert town.record(t.code(1)).hidden == ""
