"""The register of units: requirement 0-02 asks for 58 and more, with vertical units marked."""

import pytest

from gongxin.accounts import units
from gongxin.accounts.models import Unit
from gongxin.core import clauses
from gongxin.core.uscc import check_character

pytestmark = pytest.mark.django_db


def _code(number: int) -> str:
    first = f"11211100{number:08d}X"
    return first + check_character(first)


def _unit(number: int, **marks: bool) -> clauses.Unit:
    return clauses.Unit(_code(number), f"示例单位（{number}）", "211100", **marks)


def test_a_leading_group_of_71_units_is_registered_with_its_marks():
    given = [_unit(n, member=n < 58, vertical=n in (3, 4)) for n in range(71)]

    assert units.register(given) == 71

    found = units.registered()
    assert len(found) == 71
    assert sum(unit.member for unit in found) == 58
    assert [unit.name for unit in found if unit.vertical] == ["示例单位（3）", "示例单位（4）"]


def test_registering_again_changes_the_name_and_adds_nothing():
    units.register([_unit(1)])

    units.register([clauses.Unit(_code(1), "示例单位（新名）")])

    assert units.names() == {_code(1): "示例单位（新名）"}
    assert Unit.objects.get().name_key == "示例单位(新名)"
