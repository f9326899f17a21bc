"""Who may be one person: found by the whole code only, and not named."""

import pytest

from gongxin.derive.search import search
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [hit.uscc for hit in search(text)]


@pytest.mark.parametrize(
    ("who", "name", "wanted"),
    [
        ((t.code(80), "盘锦示例甲五金厂"), "五金厂", []),
        ((t.code(81), "盘锦示例物流有限公司兴隆台分公司"), "兴隆台分公司", [t.code(81)]),
        ((t.code(88, "92"), "示例商贸行兴隆台分公司"), "兴隆台分公司", []),
        ((t.code(89), "示例设计室（个人独资）分公司"), "示例设计室", []),
        ((t.code(82, "31"), "辽宁示例律师事务所"), "律师事务所", []),
        ((t.code(83, "52"), "盘锦示例口腔门诊部"), "口腔门诊", []),
        ((t.code(84), "示例甲"), "示例甲", []),
        ((t.code(85, "12"), "示例甲"), "示例甲", []),
        ((t.code(86, "12"), "示例乙·示例丙"), "示例乙", []),
        ((t.code(87, "12"), "盘锦市示例中学"), "示例中学", [t.code(87, "12")]),
    ],
)
def test_what_may_be_one_person_is_found_by_code_only(town, who, name, wanted):
    town.hand_in(t.LICENCE, t.licence(who))

    assert found(name) == wanted
    assert found(who[0]) == [who[0]]


def test_a_name_that_may_be_a_persons_is_shown_with_its_first_character_only(town):
    town.hand_in(t.LICENCE, t.licence((t.code(84, "92"), "示例甲")))

    assert [hit.name for hit in search(t.code(84, "92"))] == ["示○○"]
