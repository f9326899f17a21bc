"""What became of a case (legal.md L6, requirement 2-20): the expected is worked from the page."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongxin.audit.models import Row
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.models import Notice, Proposal, Reported
from gongxin.check.outcomes import Outcome, OutcomeRefused, Report, UnknownCheck, report
from gongxin.core.audit import By
from gongxin.derive.archive import archive
from gongxin.ledger.queries import head
from tests.derive import town as t

pytestmark = pytest.mark.django_db

LATER = t.RECEIVED + timedelta(hours=1)
BY = By("client:示例", LATER)
BARRED = "procurement-serious"


@pytest.fixture
def listed(settled) -> str:
    """A check of the listed firm in procurement; its answer holds one restricting measure."""
    asked = Question(
        t.LISTED[0],
        "procurement",
        "admission",
        t.TODAY,
        t.RECEIVED,
        asker="client:示例",
        case_no="采〔2026〕7号",
        unit=t.TRANSPORT,
    )
    answer = check(asked, settled.release)
    assert [m.measure for m in answer.measures] == [BARRED]
    return answer.check_no


def kept() -> list[tuple[str, str, bool]]:
    rows = Reported.objects.order_by("id")
    return list(rows.values_list("outcome", "measure", "for_credit"))


@pytest.mark.parametrize("outcome", [Outcome.PRIORITY, Outcome.NORMAL])
def test_what_is_not_worse_needs_no_reason_and_tells_nobody(listed, outcome):
    report(Report(listed, outcome), unit=t.TRANSPORT, by=BY, release=t.release())

    assert kept() == [(outcome.value, "", False)]
    assert (Notice.objects.count(), Proposal.objects.count()) == (0, 0)


@pytest.mark.parametrize("outcome", [Outcome.STRICT, Outcome.REFUSED, Outcome.WATCHED])
def test_a_worse_one_cites_a_measure_of_this_answer_and_is_told_the_same_day(listed, outcome):
    report(Report(listed, outcome, BARRED), unit=t.TRANSPORT, by=BY, release=t.release())

    assert kept() == [(outcome.value, BARRED, True)]
    notice = Notice.objects.get()
    assert (notice.subject, notice.made_at) == (t.LISTED[0], LATER)
    assert "上级机关" not in notice.text  # which organ decides is said by law, not by us
    for said in (
        t.TRANSPORT_NAME,
        outcome.zh,
        "《企业信息公示暂行条例》第十八条",
        listed,
        "异议",
        "修复",
        "复议",
    ):
        assert said in notice.text


@pytest.mark.parametrize("outcome", [Outcome.STRICT, Outcome.REFUSED, Outcome.WATCHED])
def test_a_worse_one_that_is_not_for_credit_reasons_says_so(listed, outcome):
    said = Report(listed, outcome, not_for_credit=True, reason="材料不全")
    report(said, unit=t.TRANSPORT, by=BY, release=t.release())

    assert kept() == [(outcome.value, "", False)]
    assert Reported.objects.get().reason == "材料不全"
    assert (Notice.objects.count(), Proposal.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": Outcome.REFUSED},
        {"outcome": Outcome.REFUSED, "measure": BARRED, "not_for_credit": True},
        {"outcome": Outcome.REFUSED, "not_for_credit": True},
        {"outcome": Outcome.STRICT, "not_for_credit": True, "reason": "  无。 123456 "},
        {"outcome": Outcome.REFUSED, "not_for_credit": True, "reason": f"经办人 {t.RESIDENT_ID}"},
        {"outcome": Outcome.REFUSED, "not_for_credit": True, "reason": f"请联系 {t.MOBILE} 咨询"},
        {"outcome": Outcome.STRICT, "measure": "bidding-serious"},
        {"outcome": Outcome.WATCHED, "measure": "funds-defaulter"},
        {"outcome": Outcome.NORMAL, "measure": BARRED},
    ],
    ids=[
        "no reason",
        "both",
        "no words",
        "no letters",
        "a person",
        "a telephone",
        "of another matter",
        "of no record",
        "normal with a measure",
    ],
)
def test_what_the_answer_does_not_justify_is_refused(listed, said):
    before = Row.objects.count()

    with pytest.raises(OutcomeRefused), transaction.atomic():
        report(Report(listed, **said), unit=t.TRANSPORT, by=BY, release=t.release())

    assert (kept(), Row.objects.count()) == ([], before)


def test_an_incentive_justifies_nothing_that_is_worse(settled):
    asked = Question(t.FINED[0], "inspection", "supervision", t.TODAY, t.RECEIVED, unit=t.TRANSPORT)
    answer = check(asked, settled.release)
    (incentive, *_) = answer.incentives

    with pytest.raises(OutcomeRefused):
        report(
            Report(answer.check_no, Outcome.STRICT, incentive.measure),
            unit=t.TRANSPORT,
            by=BY,
            release=t.release(),
        )


@pytest.mark.parametrize("unit", [t.MARKET, ""])
def test_another_units_check_is_not_there(listed, unit):
    with pytest.raises(UnknownCheck) as foreign:
        report(Report(listed, Outcome.NORMAL), unit=unit, by=BY, release=t.release())
    with pytest.raises(UnknownCheck) as nothing:
        report(
            Report("01M5V0000000000000000000", Outcome.NORMAL),
            unit=t.TRANSPORT,
            by=BY,
            release=t.release(),
        )

    assert foreign.value.message == nothing.value.message
    assert kept() == []


def test_the_same_report_twice_is_one_and_another_comes_after(listed):
    for outcome in (Outcome.NORMAL, Outcome.NORMAL, Outcome.PRIORITY):
        report(Report(listed, outcome), unit=t.TRANSPORT, by=BY, release=t.release())

    assert [outcome for outcome, _, _ in kept()] == ["normal", "priority"]
    assert Row.objects.filter(action="report-outcome").count() == 2


def test_a_correction_is_told_like_what_it_corrects(listed):
    report(Report(listed, Outcome.REFUSED, BARRED), unit=t.TRANSPORT, by=BY, release=t.release())
    report(Report(listed, Outcome.NORMAL), unit=t.TRANSPORT, by=BY, release=t.release())

    first, second = Notice.objects.order_by("pk")
    assert "不予办理" in first.text
    assert ("更正" in second.text, "正常办理" in second.text) == (True, True)


def test_closer_supervision_is_only_proposed(listed, settled):
    """An outcome is never a record, entry, weight or warning."""
    before = (head(), archive(t.LISTED[0], as_of=t.TODAY, release=settled.release))

    report(Report(listed, Outcome.WATCHED, BARRED), unit=t.TRANSPORT, by=BY, release=t.release())

    proposal = Proposal.objects.get()
    assert (proposal.subject, proposal.measure) == (t.LISTED[0], BARRED)
    assert (head(), archive(t.LISTED[0], as_of=t.TODAY, release=settled.release)) == before


def test_a_report_is_recorded_and_a_persons_number_in_it_is_masked(listed):
    said = Report(listed, Outcome.NORMAL, reason=f"经办 {t.RESIDENT_ID}")
    report(said, unit=t.TRANSPORT, by=BY, release=t.release())

    deed = json.loads(bytes(Row.objects.get(action="report-outcome").content))
    assert (deed["actor"], deed["case_no"]) == ("client:示例", "采〔2026〕7号")
    assert (deed["details"]["outcome"], deed["details"]["check_no"]) == ("normal", listed)
    assert t.RESIDENT_ID not in Reported.objects.get().reason


def test_another_reason_is_another_report(listed):
    for reason in ("材料不全", "材料不全", "超出受理范围"):
        said = Report(listed, Outcome.REFUSED, not_for_credit=True, reason=reason)
        report(said, unit=t.TRANSPORT, by=BY, release=t.release())

    assert list(Reported.objects.order_by("id").values_list("reason", flat=True)) == [
        "材料不全",
        "超出受理范围",
    ]


def test_the_database_itself_wants_the_words(listed):
    said = Report(listed, Outcome.REFUSED, not_for_credit=True, reason="材料不全")
    report(said, unit=t.TRANSPORT, by=BY, release=t.release())

    with pytest.raises(IntegrityError, match="worse_says_why"), transaction.atomic():
        Reported.objects.update(reason="")


def test_the_database_itself_wants_the_measure(listed):
    report(Report(listed, Outcome.NORMAL), unit=t.TRANSPORT, by=BY, release=t.release())

    with pytest.raises(IntegrityError, match="worse_has_its_measure"), transaction.atomic():
        Reported.objects.update(for_credit=True)
