"""Rules 31 and 32: a check of who is not known, or comes from elsewhere, says nothing bad."""

from dataclasses import fields

import pytest

from gongxin.check.answer import Answer, Question
from gongxin.check.asking import check
from tests.derive import town as t
from tests.derive.fixtures import town

__all__ = ["town"]
pytestmark = pytest.mark.django_db


def ask(town: t.Town, uscc: str) -> Answer:
    question = Question(uscc, "bidding", "admission", t.TODAY, t.RECEIVED)
    return check(question, town.release)


def test_rule_31_a_subject_without_local_data_is_neutral(town: t.Town) -> None:
    answer = ask(town, t.code(1))

    assert answer.status == "neutral"
    assert answer.facts == answer.list_entries == answer.measures == ()
    assert answer.not_shown == 0


def test_rule_32_out_of_province_coverage_is_partial_and_there_is_no_grade(town: t.Town) -> None:
    elsewhere = (t.code(2, region="440300"), "深圳示例贸易有限公司")
    town.hand_in(t.LICENCE, t.licence(elsewhere))

    answer = ask(town, elsewhere[0])

    assert answer.coverage == "partial"
    names = {field.name for field in fields(Answer)}
    assert [n for n in names if "grade" in n or "score" in n or "level" in n] == []
