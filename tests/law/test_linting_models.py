"""A model takes points for stated harm alone: what it may read, and what may be missing."""

from collections.abc import Callable

import pytest

from tests.law.conftest import World

FILE = "base/models/points.yaml"
WHERE = "where: failing_class == '一般'"
POINTS = 'points: "points(20) if number(JE) >= 1 else points(5)"'
CEILING = "exists(item == 'penalty' and failing_class == '一般', months=12)"
Changed = Callable[[str, str, str], list[str]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{identify: LB,", "{publicationRange: shared, identify: LB,"),
        ("dataType: enums, optionalRange: [警告, 罚款, 其他-*]", "dataType: text, dataLength: 10"),
    ],
    ids=["not public", "a text"],
)
def test_a_field_that_is_not_public_or_a_text_may_not_count(
    world: World, old: str, new: str
) -> None:
    world.change(FILE, WHERE, f"{WHERE} and contains(LB, '罚款')")
    assert world.messages() == []
    world.change("base/catalog/penalty.yaml", old, new)
    assert [m[:28] for m in world.messages()] == ["LB may not be read by a mode"]


def test_a_region_in_a_fixed_form_may_not_count(world: World) -> None:
    world.change("base/catalog/honour.yaml", "dataType: text, dataLength: 6", "dataType: integer")
    world.change(FILE, "points: points(10)", "points: points(10) if XZQYDM == '1' else points(5)")
    assert [m[:22] for m in world.messages()] == ["XZQYDM may not be read"]


def test_a_registered_unit_may_not_count(world: World) -> None:
    world.change(FILE, WHERE, f"{WHERE} and known_unit(LB)")
    assert "known_unit() may not be read by a model: it says who, not what was done" in (
        world.messages()
    )


MISSING = [
    "blank(JE)",
    "not present(JE)",
    "LB != '罚款'",
    "not contains(LB, '罚款')",
    "LB not in ['罚款']",
    "not (LB == '罚款')",
    "LB == ''",
    "LB in ['', '警告']",
    "matches(LB, '(?:警告)?')",
    "length(LB) < 3",
    "length(LB) == 0",
    "LB == GB",
    "(GB == '是' or blank(JE))",
    "(1 if LB == '警告' else 0) == 0",
    "failing_class != '轻微'",
]


@pytest.mark.parametrize("condition", MISSING)
def test_what_is_missing_never_makes_a_record_count(world: World, condition: str) -> None:
    world.change(FILE, WHERE, f"where: \"failing_class == '一般' and {condition}\"")
    assert [m for m in world.messages() if m.startswith("B: a missing ")] != []


STATED = [
    "present(JE)",
    "LB == '罚款'",
    "LB in ['罚款', '警告']",
    "contains(LB, '罚款')",
    "has_part(LB, '罚款') or GB == '是'",
    "number(JE) >= 1",
    "number(JE) < 1",
    "length(LB) > 2",
    "matches(LB, '罚款.*')",
    "not (decided_on < date('2026-01-01'))",
]


@pytest.mark.parametrize("condition", STATED)
def test_what_is_stated_may_count(world: World, condition: str) -> None:
    world.change(FILE, WHERE, f"where: \"failing_class == '一般' and ({condition})\"")
    assert world.messages() == []


@pytest.mark.parametrize(
    "points",
    [
        "points(5) if LB == '警告' else points(20)",
        "points(20) if blank(JE) else points(20)",
        "points(20) - bands(number(JE), [(0, points(5))])",
        "bands(number(JE), [(0, points(20)), (10, points(5))])",
        "points(1) * (0 - length(LB))",
        "greatest(points(1), points(5) if LB == '警告' else points(20))",
        "points(20) if LB == '罚款' else bands(number(JE), [(0, points(30))])",
        "points(5) if LB == '警告' else points(1) + length(LB)",
    ],
)
def test_points_are_fewest_where_something_is_missing(world: World, points: str) -> None:
    world.change(FILE, POINTS, f'points: "{points}"')
    assert [m for m in world.messages() if m.startswith("B: a missing ")] != []


@pytest.mark.parametrize(
    "points",
    [
        "points(20) if LB == '罚款' else points(5)",
        "bands(number(JE), [(0, points(5)), (10, points(20))])",
        "points(5) + least(length(LB), 3)",
        "points(20) - points(5)",
        "points(3) * length(LB)",
        "points(40) if LB == '罚款' else (points(9) if GB == '是' else points(1))",
        "points(40) if LB == '罚款' else points(1) + bands(number(JE), [(0, points(9))])",
        "points(5) if item == 'honour' else points(20)",
    ],
)
def test_points_for_what_is_stated_pass(world: World, points: str) -> None:
    world.change(FILE, POINTS, f'points: "{points}"')
    assert world.messages() == []


def test_a_field_that_every_record_has_may_be_denied(world: World) -> None:
    kind = "optionalRange: [警告, 罚款, 其他-*]"
    world.change("base/catalog/penalty.yaml", kind, f"{kind}, required: yes")
    world.change(FILE, WHERE, f"{WHERE} and not contains(LB, '警告')")
    assert world.messages() == []


NEUTRAL = "nature: neutral\nadverse_when: contains(LB, '罚款')"


@pytest.mark.parametrize(
    ("where", "good"),
    [
        ("failing_class == '一般'", True),
        ("failing_class in ['一般', '轻微']", True),
        ("failing_class == '一般' or failing_class == '轻微'", True),
        ("contains(LB, '警告')", False),
        ("failing_class == '一般' or contains(LB, '警告')", False),
        ("failing_class in ['', '一般']", False),
        ("present(failing_class)", False),
    ],
)
def test_an_item_that_is_adverse_at_times_lowers_only_then(
    world: World, where: str, *, good: bool
) -> None:
    world.change("base/catalog/penalty.yaml", "nature: adverse", NEUTRAL)
    world.change(FILE, WHERE, f'where: "{where}"')
    found = [m for m in world.messages() if m.startswith("B: penalty lowers only where")]
    assert (found == []) is good


@pytest.mark.parametrize(
    "when",
    [
        "exists(item == 'honour')",
        "count(item in ['penalty', 'honour']) >= 2",
        "exists(contains(LB, '罚款'))",
        "exists(item == 'penalty' or contains(LB, '罚款'))",
    ],
)
def test_a_ceiling_over_records_that_are_no_harm_is_refused(
    messages_after: Changed, when: str
) -> None:
    found = messages_after(FILE, CEILING, when)
    assert [m for m in found if m.startswith("X: a ceiling counts adverse records only")] != []


@pytest.mark.parametrize(
    "when",
    [
        "exists(item == 'penalty' and blank(JE))",
        "total(points(5) if LB == '警告' else points(20), item == 'penalty') >= points(40)",
    ],
)
def test_a_ceiling_by_what_is_missing_is_refused(messages_after: Changed, when: str) -> None:
    found = messages_after(FILE, CEILING, when)
    assert [m for m in found if m.startswith("X: a missing ")] != []


def test_a_ceiling_over_adverse_items_passes(messages_after: Changed) -> None:
    when = "exists(item in ['penalty'] and contains(LB, '罚款'))"
    assert messages_after(FILE, CEILING, when) == []
