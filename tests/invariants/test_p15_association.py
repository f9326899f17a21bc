"""P15: no guilt by association: who leads a firm, and what befell another, changes nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core import evaluation
from gongxin.core.evaluation import EvaluatedRecord
from gongxin.derive.archive import archive
from gongxin.derive.explanation import Explanation, explain
from gongxin.law.lints.models import BARRED_ROLES
from tests.derive import town as t

RELEASE = t.release()
MODEL = evaluation.compile_model(evaluation_model := RELEASE.content.models[0], RELEASE.items)
LED = {
    item.item: sorted(
        {getattr(item.roles, role) for role in BARRED_ROLES} - {""} | set(item.split.fields)
    )
    for item in RELEASE.content.items
}
PENALTIES = st.fixed_dictionaries(
    {
        "CF_CFLB": st.sampled_from(["罚款", "警告", "吊销许可证件", "没收违法所得;罚款"]),
        "CF_NR_FK": st.sampled_from(["0.500000", "1.200000", "60.000000", "1200.000000"]),
        "class": st.sampled_from(["一般", "严重"]),
        "days": st.integers(1, 300),
    }
)
TEXT = st.text(max_size=12)


def record(number: int, drawn: dict[str, object], more: dict[str, str]) -> EvaluatedRecord:
    decided = date.fromordinal(t.TODAY.toordinal() - int(str(drawn["days"])))
    fields = {"CF_CFLB": str(drawn["CF_CFLB"]), "CF_NR_FK": str(drawn["CF_NR_FK"])}
    return EvaluatedRecord(f"r{number}", t.PENALTY, decided, str(drawn["class"]), fields | more)


@given(st.lists(PENALTIES, max_size=5), st.data())
def test_who_leads_signs_or_reports_changes_no_score(drawn, data):
    names = st.fixed_dictionaries(dict.fromkeys(LED[t.PENALTY], TEXT))
    plain = [record(n, one, {}) for n, one in enumerate(drawn)]
    led = [record(n, one, data.draw(names)) for n, one in enumerate(drawn)]

    first = evaluation.evaluate(MODEL, plain, as_of=t.TODAY)

    assert evaluation.evaluate(MODEL, led, as_of=t.TODAY) == first


@pytest.mark.django_db
class TestLinkedFirms:
    """Two firms with one representative, in one place, in the same business."""

    @pytest.fixture
    def linked(self, town: t.Town) -> t.Town:
        town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_FRDB="示例甲"))
        town.hand_in(t.LICENCE, t.licence(t.QUIET, XK_FRDB="示例甲"))
        return town

    @staticmethod
    def of(who: tuple[str, str], town: t.Town) -> Explanation:
        found = explain(who[0], as_of=t.TODAY, release=town.release)
        assert found is not None
        return found

    @pytest.mark.parametrize("who", [t.FINED, t.QUIET])
    def test_what_befalls_one_changes_nothing_for_the_other(self, linked, who):
        before = self.of(who, linked)
        linked.hand_in(t.SERIOUS, t.serious(t.LISTED))
        linked.hand_in(t.PENALTY, t.grave(t.LISTED, 2, CF_FRDB="示例甲"))

        after = self.of(who, linked)

        assert (after.score, after.level) == (before.score, before.level)
        assert (after.lines, after.ceilings) == (before.lines, before.ceilings)

    def test_an_archive_names_no_other_firm(self, linked):
        linked.hand_in(t.PENALTY, t.grave(t.LISTED, 2, CF_FRDB="示例甲"))
        found = archive(t.QUIET[0], as_of=t.TODAY, release=linked.release)

        assert t.LISTED[0] not in repr(found)
        assert t.FINED[0] not in repr(found)
        assert "示例甲" not in repr(found)

    def test_another_representative_in_the_records_changes_no_score(self, linked):
        before = self.of(t.FINED, linked)
        linked.hand_in(t.PENALTY, t.penalty(t.FINED, CF_FRDB="示例乙"))

        assert self.of(t.FINED, linked).score == before.score
