"""P16: errors of data fall on us, not on them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core import evaluation
from gongxin.core.catalog import Nature
from gongxin.core.evaluation import EvaluatedRecord
from gongxin.derive.explanation import Explanation, explain
from tests.derive import town as t
from tests.invariants import corpus, models

pytestmark = pytest.mark.django_db
RELEASE = t.release()
MODEL = evaluation.compile_model(RELEASE.content.models[0], RELEASE.items)
ADVERSE = [i for i in RELEASE.content.items if i.nature is Nature.ADVERSE]
FINE = 25_000  # a fine of class 一般 (20) of 1.2 万元 (5)


def of(who: tuple[str, str], town: t.Town) -> Explanation:
    found = explain(who[0], as_of=t.TODAY, release=town.release)
    assert found is not None
    return found


def lost(town: t.Town, who: tuple[str, str] = t.FINED) -> int:
    return 1_000_000 - of(who, town).score


@given(st.sampled_from(ADVERSE), st.sampled_from(["", "轻微", "一般", "严重"]), st.data())
def test_a_value_that_is_missing_and_may_be_never_lowers(item, failing_class, data):
    whole = corpus.valid_row(item, t.FINED, 1)
    may_lack = sorted(f.identify for f in item.fields if f.required != "yes")
    gone = data.draw(st.sets(st.sampled_from(may_lack)))
    rows = [whole, {name: value for name, value in whole.items() if name not in gone}]

    first, second = (
        evaluation.evaluate(
            MODEL,
            [EvaluatedRecord("r", item.item, t.DECIDED, failing_class, row)],
            as_of=t.TODAY,
        )
        for row in rows
    )

    assert second.score >= first.score


def test_no_record_is_not_a_bad_record(town):
    town.hand_in(t.LICENCE, t.licence(t.QUIET))

    assert lost(town, t.QUIET) == 0


def test_a_class_that_is_not_known_costs_nothing(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CFLB="其他-责令改正", CF_NR_FK=""))

    assert town.record(t.FINED[0]).failing_class == ""
    assert lost(town) == 0


def test_a_procedure_that_is_not_stated_costs_nothing(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXLB=""))

    assert lost(town) == 0


@pytest.mark.parametrize("days", [0, 8, 365])
def test_a_late_report_costs_no_more_and_lasts_no_longer(town, days):
    late = t.RECEIVED - timedelta(days=14) + timedelta(days=days)
    town.hand_in(t.PENALTY, t.penalty(t.FINED), received_at=late)

    assert lost(town) == FINE
    assert town.record(t.FINED[0]).public_until == date(2027, 5, 10)


def test_the_same_penalty_twice_in_a_file_counts_once(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED), t.penalty(t.FINED))

    assert lost(town) == FINE


@pytest.mark.parametrize(
    "number",
    ["盘交罚〔2026〕1号", "盘交罚[2026]1号", "盘交罚（2026）１号", "盘交罚 〔２０２６〕 1 号"],
)
def test_the_same_penalty_from_another_unit_counts_once(town, number):
    town.hand_in(t.PENALTY, t.penalty(t.FINED), unit=t.TRANSPORT)
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_WSH=number), unit=t.MARKET)

    assert lost(town) == FINE


def test_two_reports_that_contradict_each_other_count_once_as_corrected(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_NR_FK="60", CF_NR="罚款六十万元"))
    town.hand_in(t.PENALTY, t.penalty(t.FINED))

    assert lost(town) == FINE


def test_contradicting_rows_of_one_file_count_once(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_NR_FK="60"), t.penalty(t.FINED))

    assert lost(town) == FINE


@pytest.mark.parametrize("said", ["变更", "撤销", "确认违法", "无效"])
def test_a_withdrawal_that_is_reported_later_gives_all_back(town, said):
    """行政处罚法 第四十八条: what was changed, revoked, found unlawful or void is withdrawn."""
    town.hand_in(t.PENALTY, t.penalty(t.FINED))
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG=said))

    assert lost(town) == 0


@pytest.mark.parametrize(
    "item", [t.PENALTY, t.SERIOUS, t.ABNORMAL], ids=["penalty", "serious", "abnormal"]
)
def test_an_adverse_record_under_another_name_costs_nothing(town, item):
    make = {t.PENALTY: t.penalty, t.SERIOUS: t.serious, t.ABNORMAL: t.abnormal}[item]
    town.hand_in(t.LICENCE, t.licence(t.FINED))
    town.hand_in(item, make((t.FINED[0], "盘锦另外示例有限公司")))

    assert town.record(t.FINED[0], item).hidden == "unconfirmed"
    assert lost(town) == 0


def test_a_code_with_a_wrong_character_reaches_nobody(town):
    town.hand_in(t.PENALTY, t.penalty(t.QUIET, 1))
    town.hand_in(t.PENALTY, t.penalty((t.FINED[0][:17] + "0", t.FINED[1]), 2))

    assert explain(t.FINED[0], as_of=t.TODAY, release=town.release) is None


@pytest.mark.parametrize("missing", ["MD_WSH", "MD_YJ", "MD_QXZI", "MD_JJ", "MD_SDRQ"])
def test_an_entry_of_a_list_that_is_not_whole_costs_nothing(town, missing):
    town.hand_in(t.SERIOUS, t.serious(t.FINED, **{missing: ""}))

    assert town.record(t.FINED[0], t.SERIOUS).hidden == "incomplete"
    assert lost(town) == 0


@pytest.mark.parametrize(
    "condition",
    [
        "CF_YXSJ != '已履行'",
        "blank(CF_YXSJ)",
        "not (CF_YXSJ == '已履行')",
        "CF_YXSJ not in ['已履行', '部分履行']",
        "not present(CF_NR_FK)",
    ],
)
def test_a_model_that_takes_points_for_what_is_missing_is_refused(condition):
    assert [m for m in models.faults_with(models.where_also("M01", condition)) if "missing" in m]


@pytest.mark.parametrize(
    ("line", "points"),
    [
        ("M01", "points(5) if CF_YXSJ == '已履行' else points(20)"),
        ("M14", "points(15) if fulfillmentStatus == '部分履行' else points(30)"),
    ],
)
def test_points_that_are_most_for_what_is_missing_are_refused(line, points):
    found = models.faults_with(replace(models.LINES[line], points=points))

    assert [m for m in found if "missing" in m]


@pytest.mark.parametrize(
    ("line", "types"),
    [
        ("M10", ("administrative-licence",)),
        ("M11", ("abnormal-operation-list", "commitment")),
        ("M12", ("honour",)),
        ("M14", ("contract", "administrative-levy")),
    ],
)
def test_a_record_that_is_no_harm_lowers_nothing(line, types):
    changed = replace(models.LINES[line], types=types, where="")

    assert [m for m in models.faults_with(changed) if m.startswith(f"{line}: ")]


@pytest.mark.parametrize("item", ["administrative-licence", "utility-bill", "honour", "contract"])
def test_a_record_that_is_no_harm_caps_no_level(item):
    ceiling = replace(models.MODEL.ceilings[-1], when=f"exists(item == '{item}')")

    assert [m for m in models.faults_under(ceiling) if "adverse records only" in m]


@pytest.mark.parametrize("item", [t.PENALTY, "court-judgment-defaulter", "commitment-performance"])
@pytest.mark.parametrize("failing_class", ["一般", "严重"])
def test_no_missing_value_costs_more_than_a_stated_one(item, failing_class):
    """Also of fields that are required: a source may lack the column (docs/adr/0009)."""
    found = RELEASE.items[item]
    whole = corpus.valid_row(found, t.FINED, 1)

    def score(row):
        record = EvaluatedRecord("r", item, t.DECIDED, failing_class, row)
        return evaluation.evaluate(MODEL, [record], as_of=t.TODAY).score

    for field in found.fields:
        stated = [option.rstrip("*") for option in field.optional_range] or [
            whole.get(field.identify, "")
        ]
        worst = min(score(whole | {field.identify: value}) for value in stated)
        assert score(whole | {field.identify: ""}) >= worst
