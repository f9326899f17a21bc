"""Every requirement of the founding documents has one row in docs/coverage.md and a state."""

import re
from collections import Counter

import pytest

PAGE = "docs/coverage.md"
# How many requirements each founding document has: Liaoning, Panjin, Zhejiang, Hunan, Zibo.
COUNTS = (57, 88, 56, 43, 60)
IDS = [f"{paper}-{n:02}" for paper, count in enumerate(COUNTS) for n in range(1, count + 1)]
STATES = {
    "done",
    "planned",
    "not applicable",
    "declined for the protection of persons",
}
FOLDERS = {"packs", "profiles", "docs", "bench", "tools", "examples"}
NONE = "—"


@pytest.fixture(scope="module")
def rows(tree):
    found = [row for row in tree.rows(PAGE) if re.fullmatch(r"\d-\d\d+", row[0])]
    assert {len(row) for row in found} == {5}
    return found


@pytest.fixture(scope="module")
def done(rows):
    return [row for row in rows if row[2] == "done"]


def words(cell: str) -> list[str]:
    return [word.strip(" `") for word in cell.split(",") if word.strip(" `") not in {"", NONE}]


def is_built(root, room: str) -> bool:
    if room in FOLDERS:
        return (root / room).is_dir()
    return (root / "src/gongxin" / room / "__init__.py").is_file()


def shows(root, reference: str) -> bool:
    """Tell whether a reference names an existing test: a path, or ``path::name``."""
    path, _, name = reference.partition("::")
    file = root / path
    if not (file.is_file() and path.startswith("tests/")):
        return False
    return not name or f"def {name.split('[')[0]}(" in file.read_text(encoding="utf-8")


def test_every_id_has_one_row(rows):
    counted = Counter(row[0] for row in rows)

    assert [i for i in IDS if counted[i] == 0] == []
    assert [i for i, n in counted.items() if n > 1] == []
    assert [i for i in counted if i not in IDS] == []


def test_rows_stand_in_order(rows):
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_every_state_is_known(rows):
    assert {row[0]: row[2] for row in rows if row[2] not in STATES} == {}


def test_planned_and_done_rows_name_their_rooms(rows, height):
    rooms = set(height) | FOLDERS
    homeless = [
        row[0]
        for row in rows
        if row[2] in {"done", "planned"} and (not words(row[3]) or set(words(row[3])) - rooms)
    ]

    assert homeless == []


def test_done_rows_name_rooms_that_exist(tree, done):
    missing = {row[0]: [r for r in words(row[3]) if not is_built(tree.root, r)] for row in done}

    assert {i: rooms for i, rooms in missing.items() if rooms} == {}


def test_done_rows_name_tests_that_exist(tree, done):
    unshown = {
        row[0]: row[4]
        for row in done
        if not words(row[4]) or not all(shows(tree.root, t) for t in words(row[4]))
    }

    assert unshown == {}


def test_other_rows_claim_no_test_that_is_missing(tree, rows):
    wrong = {row[0]: row[4] for row in rows if not all(shows(tree.root, t) for t in words(row[4]))}

    assert wrong == {}
