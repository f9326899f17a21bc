"""The tree of units and their history: a record keeps the unit of its day (2-42, 0-04)."""

from datetime import date

import pytest

from gongxin.accounts import units
from gongxin.core import clauses
from gongxin.core.clauses import FormerUnit
from gongxin.core.regions import BadRegion, Level, holds, level_of
from gongxin.core.uscc import check_character

pytestmark = pytest.mark.django_db


def code(number: int) -> str:
    first = f"11211100{number:08d}X"
    return first + check_character(first)


PROVINCE, CITY, OFFICE, COUNTY, MERGED, GONE = (code(n) for n in range(6))
RENAMED_ON = date(2024, 3, 31)
TREE = [
    clauses.Unit(PROVINCE, "示例省", "210000"),
    clauses.Unit(CITY, "示例市", "211100", parent=PROVINCE),
    clauses.Unit(
        OFFICE,
        "示例市市场监督管理局",
        "211100",
        parent=CITY,
        former=(
            FormerUnit("示例市工商行政管理局", RENAMED_ON),
            FormerUnit("示例市质量技术监督局", RENAMED_ON, uscc=MERGED),
        ),
    ),
    clauses.Unit(COUNTY, "示例县", "211122", parent=CITY),
    clauses.Unit(GONE, "示例市某办", "211100", valid_until=RENAMED_ON, successor=OFFICE),
]


def test_the_level_follows_from_the_region_and_the_unit_above():
    units.register(TREE)

    found = [units.level(one) for one in (PROVINCE, CITY, OFFICE, COUNTY)]

    assert found == [Level.PROVINCE, Level.CITY, Level.DEPARTMENT, Level.COUNTY]


def test_what_is_below_a_unit_is_found_through_the_tree():
    units.register(TREE)

    assert units.below(PROVINCE) == sorted([CITY, OFFICE, COUNTY])
    assert units.below(OFFICE) == []


@pytest.mark.parametrize(
    ("asked", "day", "name"),
    [
        (OFFICE, date(2024, 3, 31), "示例市工商行政管理局"),
        (OFFICE, date(2024, 4, 1), "示例市市场监督管理局"),
        (MERGED, date(2024, 3, 31), "示例市质量技术监督局"),
        (MERGED, date(2026, 1, 1), "示例市质量技术监督局"),
        (code(99), date(2026, 1, 1), ""),
    ],
)
def test_an_act_stands_under_the_name_of_its_day(asked, day, name):
    units.register(TREE)

    assert units.names_by_day().on(asked, day) == name


def test_a_unit_that_was_merged_leads_to_its_successor():
    units.register(TREE)

    last, after = (units.standing_on(MERGED, day) for day in (RENAMED_ON, date(2024, 4, 1)))

    assert (last.in_force, last.successor) == (True, "")
    assert (after.in_force, after.successor) == (False, OFFICE)


def test_a_unit_that_was_dissolved_leads_to_its_successor():
    units.register(TREE)

    after = units.standing_on(GONE, date(2024, 4, 1))

    assert (after.in_force, after.successor) == (False, OFFICE)
    assert units.standing_on(GONE, RENAMED_ON).in_force


def test_registering_again_leaves_one_history():
    units.register(TREE)
    units.register(TREE)

    assert units.names_by_day().former[OFFICE] == ((date.min, RENAMED_ON, "示例市工商行政管理局"),)


@pytest.mark.parametrize(
    ("region", "other", "within"),
    [
        ("210000", "211122", True),
        ("211100", "211122", True),
        ("211122", "211100", False),
        ("211100", "210100", False),
        ("000000", "330000", True),
    ],
)
def test_a_level_sees_its_own_region_and_what_lies_in_it(region, other, within):
    assert holds(region, other) is within


@pytest.mark.parametrize("wrong", ["", "2111", "21110A", "２１１１００"])
def test_what_is_no_region_is_refused(wrong):
    with pytest.raises(BadRegion):
        level_of(wrong)
    with pytest.raises(BadRegion):
        holds("211100", wrong)


def test_the_nation_stands_above_the_provinces():
    assert level_of("000000") is Level.NATION
