"""By which number a record is found when records come, change and end (1-84)."""

from datetime import date

import pytest

from gongxin.core.audit import By
from gongxin.derive.numbered import search_by_number
from gongxin.derive.search import Hit
from gongxin.intake import restating
from gongxin.ledger.models import Current, RecordNumber, Subject
from tests.derive import town as t

pytestmark = pytest.mark.django_db

FIRM = t.company(41)
OTHER = t.company(42)


def found(town: t.Town, text: str, day: date = t.TODAY) -> tuple[Hit, ...]:
    return search_by_number(text, as_of=day, release=town.release)


def codes(town: t.Town, text: str, day: date = t.TODAY) -> list[str]:
    return [hit.uscc for hit in found(town, text, day)]


def test_several_organisations_under_one_number_are_all_found_the_latest_first(town):
    town.hand_in(t.HONOUR, t.honour(FIRM), t.honour(OTHER, HN_PDRQ="2026-05-12"))

    assert codes(town, "盘信办〔2026〕1号") == [OTHER[0], FIRM[0]]


def test_what_has_ended_of_a_number_hides_none_of_its_others(town, monkeypatch):
    """One decision closed three firms; the parts in which they are looked at hold two."""
    monkeypatch.setattr("gongxin.derive.numbered.MAX_FOUND", 2)
    for firm in (t.company(43), FIRM, OTHER):
        town.hand_in(t.HONOUR, t.honour(firm))
    number = RecordNumber.objects.values_list("number", flat=True).first()
    assert RecordNumber.objects.filter(number=number).count() == 3
    Current.objects.filter(subject__in=[FIRM[0], OTHER[0]]).update(hidden="withdrawn")

    assert codes(town, number) == [t.company(43)[0]]


def test_one_organisation_with_several_records_is_one_hit(town):
    town.hand_in(t.PENALTY, t.penalty(FIRM, 1))
    town.hand_in(t.LICENCE, t.licence(FIRM, 1, XK_WSH="盘交罚〔2026〕1号"))

    (hit,) = found(town, "盘交罚〔2026〕1号")

    assert {record.item_name.zh for record in hit.records} == {"行政处罚", "行政许可"}


def test_a_withdrawn_record_is_not_found_at_once(town):
    town.hand_in(t.PENALTY, t.penalty(FIRM))
    assert codes(town, "盘交罚〔2026〕1号") == [FIRM[0]]

    town.hand_in(t.PENALTY, t.penalty(FIRM, CF_CXBG="撤销"))

    assert found(town, "盘交罚〔2026〕1号") == ()


def test_what_has_an_archive_only_is_not_found(town):
    body = (t.code(8, "71"), "盘锦示例活动场所")
    town.hand_in(t.LICENCE, t.licence(body))

    assert found(town, "盘交许〔2026〕1号") == ()
    assert RecordNumber.objects.count() == 0


def test_an_undertaking_that_turns_out_to_be_one_persons_is_not_found_any_more(town):
    town.hand_in(t.PENALTY, t.penalty(FIRM))
    Subject.objects.filter(uscc=FIRM[0]).update(kind="one_person")

    assert found(town, "盘交罚〔2026〕1号") == ()


def test_a_record_is_found_by_the_number_that_it_has_now(town):
    town.hand_in(t.LICENCE, t.licence(FIRM))
    town.hand_in(t.LICENCE, t.licence(FIRM, XK_XKBH="盘交许第77号"))

    assert Current.objects.count() == 1
    assert codes(town, "盘交许第77号") == [FIRM[0]]
    assert found(town, "盘交许第1号") == ()


def test_the_numbers_are_made_again_with_the_release(town):
    town.hand_in(t.PENALTY, t.penalty(FIRM))
    town.hand_in(t.LICENCE, t.licence(FIRM), t.licence(t.trader(43), 2))
    before = set(RecordNumber.objects.values_list("number", "subject", "record_id"))
    RecordNumber.objects.all().delete()

    restating.put_in_force(town.release, town.home, by=By(actor="operator", at=t.RECEIVED))
    restating.put_in_force(town.release, town.home, by=By(actor="operator", at=t.RECEIVED))

    assert set(RecordNumber.objects.values_list("number", "subject", "record_id")) == before
    assert {number for number, _, _ in before} == {
        "盘交罚(2026)1号",
        "盘交许(2026)1号",
        "盘交许第1号",
    }
