"""A check for public services: an organisation's honours, its failings only counted (2-27)."""

import pytest

from gongxin.check.answer import CheckRefused, Question
from gongxin.check.asking import check
from tests.derive import town as t
from tests.derive.fixtures import settled

__all__ = ["settled"]
pytestmark = pytest.mark.django_db


def asked(code: str) -> Question:
    return Question(code, "public-service", "admission", t.TODAY, t.RECEIVED, unit=t.MARKET)


def test_an_honour_is_shown_with_its_incentive_and_a_fine_is_only_counted(settled):
    told = check(asked(t.FINED[0]), settled.release)

    assert [fact.item for fact in told.facts] == [t.HONOUR]
    assert [one.measure for one in told.incentives] == ["public-service-trustworthy"]
    assert (told.measures, told.list_entries) == ((), ())
    assert told.not_shown == 3


def test_whoever_is_on_a_list_is_neutral_there(settled):
    told = check(asked(t.LISTED[0]), settled.release)

    assert (told.status, told.facts, told.measures, told.incentives) == ("neutral", (), (), ())


def test_no_livelihood_is_preferred_or_not(settled):
    with pytest.raises(CheckRefused):
        check(asked(t.TRADER[0]), settled.release)
