"""Rule 34: what has ended or was withdrawn has no weight at once in a live answer."""

from datetime import date

import pytest

from gongxin.derive.explanation import explain
from tests.derive import town as t
from tests.derive.fixtures import town

__all__ = ["town"]
pytestmark = pytest.mark.django_db


def score(town: t.Town, day: date) -> int:
    found = explain(t.FINED[0], as_of=day, release=town.release)
    assert found is not None
    return found.score


def test_rule_34_live_an_ended_record_has_no_weight_the_next_day(town: t.Town) -> None:
    town.hand_in(t.PENALTY, t.penalty(t.FINED))

    assert score(town, date(2027, 5, 10)) == 975_000
    assert score(town, date(2027, 5, 11)) == 1_000_000


def test_rule_34_live_a_withdrawn_record_has_no_weight_at_once(town: t.Town) -> None:
    town.hand_in(t.PENALTY, t.penalty(t.FINED))
    assert score(town, t.TODAY) == 975_000

    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"))

    assert score(town, t.TODAY) == 1_000_000
