"""Every threat, invariant and promise names its control, the room that carries it, and a test."""

import csv

import pytest

TABLES = {
    "docs/threats.csv": ("threat", [f"T{n:02}" for n in range(1, 31)]),
    "docs/invariants.csv": ("invariant", [f"P{n}" for n in range(1, 19)]),
    "docs/promises.csv": ("promise", [f"R{n}" for n in range(1, 17)]),
}
FOLDERS = {"tools", "packs"}
TO_COME = "to come with "


@pytest.fixture(params=TABLES, scope="module")
def name(request):
    return request.param


@pytest.fixture(scope="module")
def rows(tree, name):
    return list(csv.DictReader(tree.text(name).splitlines()))


def is_shown(root, test: str, room: str) -> bool:
    if test.startswith(TO_COME):
        return test == TO_COME + room
    return all((root / one.strip().partition("::")[0]).is_file() for one in test.split(";"))


def test_columns_and_ids_are_complete(rows, name):
    subject, ids = TABLES[name]

    assert list(rows[0]) == ["id", subject, "control", "capability", "test"]
    assert [row["id"] for row in rows] == ids


def test_no_cell_is_empty(rows):
    assert [row["id"] for row in rows if not all(value.strip() for value in row.values())] == []


def test_every_capability_is_a_room(rows, height):
    assert {row["capability"] for row in rows} <= set(height) | FOLDERS


def test_every_test_exists_or_is_to_come(tree, rows):
    wrong = [r["id"] for r in rows if not is_shown(tree.root, r["test"], r["capability"])]

    assert wrong == []
