"""Units of the packs: tree, history, and the rights to hand in."""

import pytest

from tests.law.conftest import World

UNIT = "{uscc: 91320100748204660Q, name: 示例局}"


def messages(world: World) -> list[str]:
    return [line.split(": ", 1)[1] for line in world.refusal()]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("region: '2111'", "示例局: 2111 is no region code"),
        ("parent: 91320100748204661X", "示例局: its parent 91320100748204661X is no unit"),
        ("parent: 91320100748204660Q", "示例局: it stands above itself"),
        (
            "successor: 91320100748204660Q",
            "示例局: it has a successor and no last day",
        ),
        (
            "former: [{name: 旧局, valid_until: 2020-01-01, uscc: 91320100748204660A}]",
            "旧局: 91320100748204660A is not a valid code",
        ),
        (
            "former: [{name: 旧局, valid_from: 2020-01-02, valid_until: 2020-01-01}]",
            "旧局: it ended before it began",
        ),
        ("founder: 甲", "unknown key founder"),
    ],
)
def test_tree_and_history_of_a_unit_hold_together(world: World, more: str, message: str) -> None:
    world.change("base/units.yaml", UNIT, UNIT[:-1] + f", {more}}}")

    assert any(found.startswith(message) for found in messages(world))


@pytest.mark.parametrize(
    ("right", "message"),
    [
        ("{unit: 91320100748204661X}", "91320100748204661X is no unit of the packs"),
        ("{unit: 91320100748204660Q, items: [lost]}", "there is no item lost"),
    ],
)
def test_a_right_to_hand_in_names_a_unit_and_items(world: World, right: str, message: str) -> None:
    world.change("base/units.yaml", UNIT, f"{UNIT}\nhand_in:\n  - {right}")

    assert messages(world) == [message]


SUPPLY = (
    "{supply: s, unit: 91320100748204660Q, item: penalty, method: manual, cycle: year,"
    " due_days: 90, illustrative: yes}"
)


def with_supply(world: World, supply: str, *, right: str = "{unit: 91320100748204660Q}") -> None:
    world.change("base/units.yaml", UNIT, f"{UNIT}\nhand_in:\n  - {right}\nsupplies:\n  - {supply}")


@pytest.mark.parametrize("due_days", ["1", "366"])
def test_a_supply_of_a_unit_that_may_is_taken(world: World, due_days: str) -> None:
    with_supply(world, SUPPLY.replace("due_days: 90", f"due_days: {due_days}"))

    (supply,) = world.compile().content.supplies
    assert (supply.method, supply.cycle, supply.due_days) == ("manual", "year", int(due_days))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("item: penalty", "item: lost", "there is no item lost"),
        ("method: manual", "method: post", "method must be one of manual, system"),
        ("cycle: year", "cycle: week", "cycle must be one of month, quarter, year"),
        ("due_days: 90", "due_days: 0", "due_days must be from 1 to 366"),
        ("due_days: 90", "due_days: 367", "due_days must be from 1 to 366"),
        (
            ", illustrative: yes",
            "",
            "name the document that sets the day (cite), or say illustrative",
        ),
        (
            "unit: 91320100748204660Q",
            "unit: 91320100748204661X",
            "91320100748204661X may not hand in penalty",
        ),
    ],
)
def test_a_supply_that_cannot_be_is_refused(world: World, old: str, new: str, message: str) -> None:
    with_supply(world, SUPPLY.replace(old, new))

    assert messages(world) == [message]


def test_a_supply_is_of_what_the_unit_may_hand_in(world: World) -> None:
    with_supply(world, SUPPLY, right="{unit: 91320100748204660Q, items: [honour]}")

    assert messages(world) == ["91320100748204660Q may not hand in penalty"]


def test_nobody_hands_in_what_is_of_undertakings_of_one_person_alone(world: World) -> None:
    world.change(
        "base/catalog/penalty.yaml",
        "subjects: [organisation, one_person]",
        "subjects: [one_person]",
    )
    with_supply(world, SUPPLY)

    assert messages(world)[-1].startswith("penalty is not about organisations")
