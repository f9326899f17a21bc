"""What units hand in regularly by hand, and what of it is missing (2-40)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gongxin.accounts.models import Unit
from gongxin.core.clauses import Supply
from gongxin.intake.supplies import SupplyRow, missing, supplies
from gongxin.law import Release
from tests.derive import town as t
from tests.derive.fixtures import town

__all__ = ["town"]
pytestmark = pytest.mark.django_db

TAX, CUSTOMS = "112111009911002123", "11211100991100642W"
YEAR_OVER = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 on the last day in China
NEXT_YEAR = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)  # midnight in China


def hand_in(town: t.Town, at: datetime, **changes: str) -> None:
    row = t.honour(t.FINED, HN_PDRQ="2025-12-01", **changes)
    town.hand_in(t.HONOUR, row, unit=CUSTOMS, received_at=at)


def by_supply(town: t.Town, today: date = t.TODAY) -> dict[str, SupplyRow]:
    return {row.supply: row for row in supplies(release=town.release, today=today)}


def test_what_never_came_is_missing_the_longest_overdue_first(town):
    """On 1 June: honours of 2025 were due on 31 March, grades on 30 April, April on 10 May."""
    found = missing(release=town.release, today=t.TODAY)

    assert [(row.supply, row.due_on.isoformat(), row.taken_on) for row in found] == [
        ("customs-honours", "2026-03-31", None),
        ("tax-grades", "2026-04-30", None),
        ("market-abnormal", "2026-05-10", None),
    ]
    assert (found[1].unit, found[1].method, found[1].illustrative) == (TAX, "manual", True)
    assert (found[1].item_name.zh, found[1].period_first, found[1].period_last) == (
        "纳税信用A级纳税人",
        date(2025, 1, 1),
        date(2025, 12, 31),
    )
    assert found[1].next_due_on == date(2027, 4, 30)


def test_what_came_after_the_period_is_not_missing(town):
    hand_in(town, NEXT_YEAR)

    row = by_supply(town)["customs-honours"]
    assert (row.missing, row.taken_on) == (False, date(2026, 1, 1))
    assert [one.supply for one in missing(release=town.release, today=t.TODAY)] == [
        "tax-grades",
        "market-abnormal",
    ]


def test_what_came_before_its_period_was_over_is_of_the_one_before(town):
    hand_in(town, YEAR_OVER)

    row = by_supply(town)["customs-honours"]
    assert (row.missing, row.taken_on) == (True, date(2025, 12, 31))
    assert by_supply(town, date(2026, 3, 31))["customs-honours"].missing is False  # still in time


def test_a_file_of_faults_alone_is_no_supply(town):
    hand_in(town, NEXT_YEAR, HN_WJWH="")

    row = by_supply(town)["customs-honours"]
    assert (row.missing, row.taken_on) == (True, None)


def test_the_same_file_again_is_a_supply(town):
    hand_in(town, YEAR_OVER)
    hand_in(town, NEXT_YEAR)

    assert by_supply(town)["customs-honours"].missing is False


def test_another_units_file_is_not_this_units(town):
    town.hand_in(t.HONOUR, t.honour(t.FINED), unit=t.MARKET)

    assert by_supply(town)["customs-honours"].missing is True


def test_a_dissolved_unit_owes_nothing(town):
    Unit.objects.filter(uscc=TAX).update(valid_until=date(2026, 5, 31))

    assert "tax-grades" not in by_supply(town)
    assert "tax-grades" in by_supply(town, date(2026, 5, 31))


def test_a_place_without_supplies_misses_nothing(town):
    release = Release(replace(town.release.content, supplies=()))

    assert supplies(release=release, today=t.TODAY) == []


def test_those_of_the_demonstration_are_by_hand_and_illustrative(town):
    told = town.release.content.supplies

    assert Supply("tax-grades", TAX, "tax-credit-a", "manual", "year", 120, (), True) in told
    assert {one.illustrative for one in told} == {True}
    assert all("organisation" in town.release.items[one.item].subjects for one in told)
