"""Which unit may hand in whose records (SAFETY T19): no right, nothing is written."""

from datetime import date

import pytest

from gongxin.accounts import handing_in, units
from gongxin.accounts.handing_in import MayNotHandIn, may_hand_in
from gongxin.core import clauses
from gongxin.core.clauses import HandIn
from tests.fixtures.penalties import penalty, write_csv
from tests.fixtures.platform import ECOLOGY, MARKET, MARKET_NAME, contents, scratch

PENALTY, LICENCE = "administrative-penalty", "administrative-licence"


def test_the_demos_departments_hand_in_every_item_and_its_sources_one_each(platform):
    """Four departments of the files, and three invented units of the adapters."""
    rights = {
        unit.uscc: [item for item in platform.release.items if may_hand_in(unit.uscc, item)]
        for unit in platform.release.content.units
    }

    every = [unit for unit, items in rights.items() if items == list(platform.release.items)]
    one = {unit: items for unit, items in rights.items() if unit not in every}
    assert len(every) == 4
    assert one == {
        "112111009911002123": ["tax-credit-a"],
        "11211100991100482M": ["administrative-licence"],
        "11211100991100642W": ["honour"],
    }


def test_a_unit_without_the_right_is_refused_and_nothing_is_written(platform, tmp_path):
    handing_in.register([HandIn(MARKET, (LICENCE,)), HandIn(ECOLOGY)])
    file = write_csv(tmp_path / "a.csv", [penalty(1)])
    before = contents()

    with pytest.raises(MayNotHandIn) as caught:
        platform.take(file)

    assert (caught.value.code, MARKET in caught.value.message) == (
        "accounts.may_not_hand_in",
        True,
    )
    assert PENALTY in caught.value.message
    assert contents() == before
    assert scratch(platform) == []
    assert platform.take(file, unit=ECOLOGY).accepted == 1


def test_without_any_row_nobody_hands_in_anything(platform, tmp_path):
    handing_in.register([])
    before = contents()

    with pytest.raises(MayNotHandIn):
        platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))

    assert contents() == before


def test_a_dissolved_unit_hands_in_nothing_and_its_successor_is_named(platform, tmp_path):
    last = date(2026, 11, 22)
    gone = clauses.Unit(MARKET, MARKET_NAME, valid_until=last, successor=ECOLOGY)
    units.register([gone])
    before = contents()

    with pytest.raises(MayNotHandIn) as caught:
        platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))

    assert ECOLOGY in caught.value.message
    assert contents() == before
