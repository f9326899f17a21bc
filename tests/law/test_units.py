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
