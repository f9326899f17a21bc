"""The three lists and the four libraries follow from the clauses, row by row."""

from dataclasses import replace
from datetime import date

import pytest

from gongxin.core.catalog import PublicRange
from gongxin.law import Lists, Release, lists_of
from tests.fixtures.law import demo_release

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def found() -> Lists:
    return lists_of(demo_release(), DAY)


def test_each_kind_of_information_is_a_row_of_resources_and_of_reports(found: Lists) -> None:
    items = [item.item for item in demo_release().content.items]
    assert [row.item for row in found.resources] == items
    assert [row.item for row in found.reports] == items


def test_every_row_names_its_source_of_law(found: Lists) -> None:
    rows = (*found.resources, *found.reports)
    assert [row.item for row in rows if row.basis == ()] == []
    measures = [measure for row in found.applications for measure in row.measures]
    assert [measure.measure for measure in measures if measure.basis == ()] == []
    assert [t.task for t in found.tasks if t.basis == () and not t.illustrative] == []


def test_a_penalty_is_reported_in_seven_working_days(found: Lists) -> None:
    """Counted by hand in the pack: of its 36 fields 14 are always required, 4 in some cases."""
    (row,) = (row for row in found.reports if row.item == "administrative-penalty")
    assert (row.owner, row.deadline_working_days) == ("各级行政处罚机关", 7)
    assert len(row.required_fields) == 14
    assert row.required_fields[:3] == ("CF_XDR_MC", "CF_XDR_LB", "CF_WSH")
    assert row.conditional_fields == ("CF_FRDB", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM")


def test_a_penalty_is_a_resource_with_its_fields_and_articles(found: Lists) -> None:
    (row,) = (row for row in found.resources if row.item == "administrative-penalty")
    assert (row.edition, row.layer, row.public_type) == ("2024", "base", PublicRange.PUBLIC)
    assert row.subjects == ("organisation", "one_person", "person")
    assert len(row.fields) == 36
    assert [(source.number, source.article) for source in row.basis] == [
        ("2021年修订", "第四十八条"),
        ("发改财金规〔2024〕203号", "行政管理信息"),
        ("发改办财金〔2018〕424号", ""),
    ]


def test_a_matter_uses_what_it_shows_with_the_measures_of_the_law(found: Lists) -> None:
    (row,) = (row for row in found.applications if row.matter == "procurement")
    assert row.items == (
        "administrative-licence",
        "administrative-penalty",
        "serious-violation-list",
        "abnormal-operation-list",
        "court-judgment-defaulter",
        "contract",
        "tax-credit-a",
    )
    assert [(m.measure, m.kind) for m in row.measures] == [
        ("procurement-serious", "restrict"),
        ("procurement-abnormal", "manage"),
        ("procurement-defaulter", "restrict"),
    ]
    (barred,) = (m for m in row.measures if m.measure == "procurement-serious")
    assert barred.implementing_unit == "采购人、采购代理机构和财政部门"
    assert [source.article for source in barred.basis] == ["第十八条", "第二十二条"]


def test_a_matter_without_measures_only_informs(found: Lists) -> None:
    (row,) = (row for row in found.applications if row.matter == "finance")
    assert row.measures == ()


def test_a_task_keeps_its_units_and_matters(found: Lists) -> None:
    (row,) = (row for row in found.tasks if row.task == "tender-check")
    assert (row.lead_unit, row.matters) == ("招标投标行政监督部门", ("bidding",))
    assert row.cooperating_units == ("招标人", "信用工作主管部门")
    assert (row.illustrative, row.basis) == (True, ())


def test_there_are_four_libraries(found: Lists) -> None:
    told = [
        (row.library, row.n_entries, row.n_illustrative, row.editions) for row in found.libraries
    ]
    assert told == [
        ("catalog", 19, 0, ("2024",)),
        ("measures", 14, 0, ()),
        ("tasks", 4, 4, ()),
        ("models", 1, 1, ("2026.11",)),
    ]
    assert (found.release, [pack.pack for pack in found.packs]) == (
        demo_release().hash,
        ["national", "panjin", "demo"],
    )


def test_a_library_has_a_hash_of_its_own(found: Lists) -> None:
    """Another measure changes the library of measures and no other."""
    content = demo_release().content
    other = Release(replace(content, measures=content.measures[1:]))
    now = {row.library: row.hash for row in lists_of(other, DAY).libraries}
    before = {row.library: row.hash for row in found.libraries}
    assert {name for name in now if now[name] != before[name]} == {"measures"}
    assert all(value.startswith("sha256:") for value in now.values())
