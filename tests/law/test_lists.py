"""The three lists and the four libraries follow from the clauses, row by row."""

from dataclasses import replace

import pytest

from gongxin.law import Lists, Release, lists_of
from tests.fixtures.law import demo_release


@pytest.fixture(scope="module")
def found() -> Lists:
    return lists_of(demo_release())


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
    """Notice 424 of 2018; 13 of the 37 fields are always required, counted in the pack."""
    (row,) = (row for row in found.reports if row.item == "administrative-penalty")
    assert (row.owner, row.deadline_working_days) == ("各级行政处罚机关", 7)
    assert {"CF_XDR_MC", "CF_WSH", "CF_JDRQ", "CF_CFJGDM"} <= set(row.required_fields)
    assert "CF_FRDB" in row.conditional_fields
    assert set(row.required_fields).isdisjoint(row.conditional_fields)


def test_a_matter_uses_what_it_shows_with_the_measures_of_the_law(found: Lists) -> None:
    (row,) = (row for row in found.applications if row.matter == "procurement")
    assert row.items[:2] == ("administrative-licence", "administrative-penalty")
    assert [(m.measure, m.kind) for m in row.measures] == [
        ("procurement-serious", "restrict"),
        ("procurement-abnormal", "manage"),
        ("procurement-defaulter", "restrict"),
    ]
    (barred,) = (m for m in row.measures if m.measure == "procurement-serious")
    assert barred.implementing_unit == "采购人、采购代理机构和财政部门"
    assert [source.article for source in barred.basis] == ["第十八条", "第二十二条"]


def test_there_are_four_libraries(found: Lists) -> None:
    content = demo_release().content
    assert [(row.library, row.n_entries) for row in found.libraries] == [
        ("catalog", len(content.items)),
        ("measures", len(content.measures)),
        ("tasks", 4),
        ("models", 1),
    ]
    assert [row.n_illustrative for row in found.libraries] == [0, 0, 4, 1]
    assert (found.release, [pack.pack for pack in found.packs]) == (
        demo_release().hash,
        ["national", "panjin", "demo"],
    )


def test_a_library_has_a_hash_of_its_own(found: Lists) -> None:
    """Another measure changes the library of measures and no other."""
    content = demo_release().content
    other = Release(replace(content, measures=content.measures[1:]))
    now = {row.library: row.hash for row in lists_of(other).libraries}
    before = {row.library: row.hash for row in found.libraries}
    assert {name for name in now if now[name] != before[name]} == {"measures"}
    assert all(value.startswith("sha256:") for value in now.values())
