"""Every route for everybody: method, role, and whose the thing is (SAFETY T01, R14).

What is wanted stands in docs/routes.csv and docs/access.csv, which people review; a route that
stands nowhere there is a failure. All is served as the role that owns nothing, and each call is
undone, so the cells do not depend on each other.
"""

import sys
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from gongxin.accounts import policy
from gongxin.core.catalog import PublicRange
from tests.access import everybody as e
from tests.access.calling import Cell, call
from tests.access.routes import (
    FOREIGN,
    NOTHING,
    OWN,
    calls,
    cells,
    expected,
    reviewed,
    served,
)
from tests.derive import town as t

pytestmark = [pytest.mark.django_db, pytest.mark.scale]
# Worked by hand when the table was made, for each of 18 who call: 96 routes by 7 methods, without
# the 6 that are another route's at the same address (range and webhooks: GET and HEAD of the one,
# POST of the other), and for things of somebody's, in the methods that are answered, public ones
# once more (10 routes, 19) and a unit's or person's twice more (20 routes, 28 methods, 56).
LEAST = 96 * 7 - 6 + 19 + 56
# Tables whose rows are a unit's, and the rows that are another's; where a row is a unit's by its
# parent it is told by what it says itself, for who is served sees no parent to ask.
FOREIGN_ROWS = {
    "check_asked": f"unit = '{e.THEIRS}'",
    "check_batch": f"unit = '{e.THEIRS}'",
    "check_case": f"unit = '{e.THEIRS}'",
    "check_chunk": f"answered = {len(e.THEIR_CODES)}",
    "check_notice": f"subject = '{t.LISTED[0]}'",
    "check_reported": f"reporter = '{e.THEIR_SYSTEM}'",
    "intake_batch": f"unit = '{e.THEIRS}'",
    "ledger_current": f"unit = '{e.THEIRS}' AND hidden <> ''",
    "ledger_entry": f"unit = '{e.THEIRS}' AND hidden <> ''",
    "opendata_acknowledged": f"unit = '{e.THEIRS}'",
    "push_delivery": f"id = '{e.THEIR_MESSAGE}'",
    "push_subscription": f"unit = '{e.THEIRS}'",
}


def rows_of_others(*, owner: bool) -> dict[str, tuple[int, str]]:
    """How many rows of another unit are seen, and all they say, as who is served or the owner."""
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        if owner:
            cursor.execute("SET LOCAL ROLE NONE")
        for table, theirs in FOREIGN_ROWS.items():
            cursor.execute(
                f"SELECT count(*), md5(string_agg(r::text, '' ORDER BY r::text)) FROM {table} r"
                f" WHERE {theirs}"
            )
            found[table] = cursor.fetchone()
        transaction.set_rollback(True)
    return found


def all_cells() -> Iterator[tuple[Cell, ...]]:
    """The cells of a route and method, one for each whose thing it may be."""
    for row, address, method in calls():
        yield tuple(Cell(row, address, method, whose) for whose in row.tried(method))


def test_every_route_is_reviewed_and_every_reviewed_route_is_there():
    assert {name for name, _ in served()} == set(reviewed())


@pytest.mark.no_cover  # tracing takes as long as the sweep; each route has tests of its own
@pytest.mark.parametrize("name", e.names())
def test_everybody_gets_what_the_table_says(world, name, capsys):
    who, wrong, exercised = world.callers[name], [], 0
    for tried in all_cells():
        found = {cell.whose: call(world, who, cell) for cell in tried}
        exercised += len(found)
        for cell in tried:
            wanted, answer = expected(cell.row, cell.method, who, cell.whose), found[cell.whose]
            if answer.status != wanted:
                wrong.append((cell.row.name, cell.method, cell.whose, answer.status, wanted))
        if FOREIGN in found and found[FOREIGN] != found[NOTHING]:
            wrong.append((tried[0].row.name, tried[0].method, "another's differs from nothing"))

    with capsys.disabled():
        sys.stdout.write(f" {name}: {exercised} cells")
    assert wrong == []
    assert exercised == cells() >= LEAST


@pytest.mark.parametrize("name", e.STALE)
def test_without_a_fresh_factor_nothing_is_done_that_needs_one(world, name):
    """A desk left open for a while is no approval (T18)."""
    who, answers = world.stale[name], []
    for cell in (cell for tried in all_cells() for cell in tried):
        fresh = cell.row.entry == "fresh" and cell.row.name.startswith("desk:")
        if fresh and expected(cell.row, cell.method, who, OWN) in (200, 302):
            answers.append((cell.row.name, cell.method, call(world, who, cell)))

    assert [
        one for one in answers if not one[2].location.startswith("/desk/factors/fresh?next=")
    ] == []
    assert len(answers) >= 6  # his password and what his role may, each method


@pytest.fixture
def without_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every policy object say yes, wherever it was taken from; there is no setting for it."""

    def yes(*_: object, **__: object) -> policy.Decision:
        return policy.Decision(True, policy.Reason.ROLE, frozenset(PublicRange))

    asked = policy.can
    for name, module in list(sys.modules.items()):
        if name.startswith("gongxin.") and getattr(module, "can", None) is asked:
            monkeypatch.setattr(module, "can", yes)


@pytest.mark.no_cover
@pytest.mark.usefixtures("without_policies")
@pytest.mark.parametrize("name", [e.WITHOUT_ROLE, "client:checker"])
def test_row_security_alone_shows_and_writes_nothing_of_another_unit(world, name):
    """Requirement 1-59 under a fault of ours: whoever asks is let through by every policy."""
    who, wrong, looked = world.callers[name], [], 0
    before = rows_of_others(owner=True)

    def look() -> None:
        seen = rows_of_others(owner=False)
        if any(count for count, _ in seen.values()) or rows_of_others(owner=True) != before:
            wrong.append(seen)

    for cell in (cell for tried in all_cells() for cell in tried):
        if cell.method not in {"GET", "POST"}:
            continue
        answer = call(world, who, cell, look=look)
        looked += 1
        if e.SECRET_CASE in answer.body or answer.status == 500:
            wrong.append((cell.row.name, cell.method, cell.whose, answer.status))
    assert wrong == []
    assert looked >= 120
    assert all(count > 0 for count, _ in before.values())
