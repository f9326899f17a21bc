import pytest

from gongxin.check.answer import Question
from gongxin.check.asking import check
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def test_no_measure_attaches_to_what_may_be_one_persons_livelihood(town):
    """Code and name do not say whose the works are; the entry itself is a fact."""
    works = (t.code(90), "盘锦示例甲五金厂")
    town.hand_in(t.SERIOUS, t.serious(works))

    question = Question(works[0], "procurement", "admission", t.TODAY, t.RECEIVED)
    answer = check(question, town.release)

    assert (len(answer.list_entries), answer.measures, answer.incentives) == (1, (), ())
