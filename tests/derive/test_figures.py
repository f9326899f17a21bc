"""What the start page counts, and that a large ledger is counted beside the server (3-10)."""

from datetime import date, timedelta

import pytest

from gongxin.derive import figures
from gongxin.derive.figures import Figures
from gongxin.derive.models import Counted
from gongxin.ledger.models import Head
from tests.derive import town as t

pytestmark = pytest.mark.django_db

NEXT = t.TODAY + timedelta(days=1)


@pytest.fixture
def large(settled, monkeypatch) -> None:
    """The town as if a count of it took long."""
    assert Head.objects.get(id=1).revision > 0
    monkeypatch.setattr(figures, "COUNTED_AT_ONCE", 0)


def test_a_small_ledger_is_counted_at_once(settled):
    """By hand: 9 inhabitants; public are 5 fines, 5 licences, honour, inspection, list entry.

    Of the nine fines three are hidden by what they say, and the chamber's by rule 39.
    """
    assert figures.figures(t.TODAY) == Figures(subjects=9, records=13, units=1, as_of=t.TODAY)
    assert figures.keep(t.TODAY, at=t.RECEIVED) is False
    assert Counted.objects.count() == 0


def test_a_large_ledger_shows_what_was_kept(large, django_assert_num_queries):
    assert figures.figures(t.TODAY) is None

    assert figures.keep(t.TODAY, at=t.RECEIVED) is True

    with django_assert_num_queries(2):
        assert figures.figures(t.TODAY) == Figures(9, 13, 1, t.TODAY)
    assert figures.figures(NEXT) == Figures(9, 13, 1, t.TODAY)  # and says of which day it is


def test_what_is_kept_is_counted_again_after_an_hour_and_each_day(large):
    figures.keep(t.TODAY, at=t.RECEIVED)

    assert figures.keep(t.TODAY, at=t.RECEIVED + timedelta(minutes=59)) is False
    assert figures.keep(t.TODAY, at=t.RECEIVED + timedelta(minutes=60)) is True
    assert figures.keep(NEXT, at=t.RECEIVED + timedelta(minutes=61)) is True
    assert list(Counted.objects.values_list("as_of", flat=True)) == [NEXT]


def test_what_has_ended_is_not_counted(settled):
    # Four fines of class 一般 and the inspection are public for a year.
    assert figures.count(date(2027, 5, 11)).records == 13 - 5
