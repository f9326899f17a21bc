from datetime import date, timedelta

import pytest

from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import SECTIONS, Archive, archive
from gongxin.ledger.queries import head
from tests.derive import town as t
from tests.derive.town import Town

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 5, 10)  # a fine of 2026-05-10, class 一般: twelve months, last day inside
ONE_DAY = timedelta(days=1)


def of(who: tuple[str, str], town: Town, as_of: date = t.TODAY) -> Archive:
    found = archive(who[0], as_of=as_of, release=town.release)
    assert found is not None
    return found


def items(found: Archive) -> list[str]:
    return [record.item for record in found.records]


def test_an_archive_names_its_subject_and_what_it_was_made_from(settled):
    found = of(t.FINED, settled)

    assert (found.uscc, found.name, found.kind) == (*t.FINED, SubjectKind.ORGANISATION)
    assert (found.form, found.former_names, found.as_of) == ("company", (), t.TODAY)
    assert (found.head, found.release) == (head(), settled.release.hash)


def test_an_unknown_code_has_no_archive(settled):
    assert archive(t.ABSENT[0], as_of=t.TODAY, release=settled.release) is None


def test_records_stand_in_sections_and_every_section_is_counted(settled):
    found = of(t.FINED, settled)

    assert {r.item: r.section for r in found.records} == {
        t.PENALTY: "adverse",
        t.LICENCE: "basic",
        t.HONOUR: "trustworthy",
        t.INSPECTION: "other",
    }
    assert found.counts == {"basic": 1, "trustworthy": 1, "adverse": 1, "other": 1}


def test_an_empty_section_is_counted_as_zero(settled):
    found = of(t.QUIET, settled)

    assert found.counts == {"basic": 1, "trustworthy": 0, "adverse": 0, "other": 0}
    assert tuple(found.counts) == SECTIONS


def test_a_record_says_where_it_comes_from_and_how_it_can_be_put_right(settled):
    record = next(r for r in of(t.FINED, settled).records if r.item == t.PENALTY)

    assert (record.document_no, record.decided_on) == ("盘交罚〔2026〕1号", t.DECIDED)
    assert (record.authority, record.authority_name) == (t.TRANSPORT, t.TRANSPORT_NAME)
    assert (record.source_name, record.received_at) == (t.TRANSPORT_NAME, t.RECEIVED)
    assert (record.public_from, record.public_until) == (t.DECIDED, LAST_DAY)
    assert (record.failing_class, record.channel) == ("一般", "creditchina")
    assert record.clause == "penalty-publicity/general"
    assert record.record_class == "public"
    assert not record.revised


def test_only_fields_that_law_makes_public_are_shown(settled):
    record = next(r for r in of(t.FINED, settled).records if r.item == t.PENALTY)

    assert {f.identify: f.value for f in record.fields} == {
        "CF_XDR_MC": t.FINED[1],
        "CF_XDR_LB": t.ORGANISATION,
        "CF_XDR_SHXYM": t.FINED[0],
        "CF_WSH": "盘交罚〔2026〕1号",
        "CF_WFXW": "未按核定线路经营",
        "CF_SY": "在核定线路以外揽客。",
        "CF_YJ": "《中华人民共和国道路运输条例》第六十九条",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款人民币壹万贰仟元",
        "CF_NR_FK": "1.200000",
        "CF_JDRQ": "2026-05-10",
        "CF_YXQ": "长期",
        "CF_CFJG": t.TRANSPORT_NAME,
        "CF_CFJGDM": t.TRANSPORT,
        "CF_SJLY": t.TRANSPORT_NAME,
        "CF_SJLYDM": t.TRANSPORT,
        "CF_CXLB": "02",
    }


@pytest.mark.parametrize("who", [t.FINED, t.LISTED, t.TRADER, t.RENAMED])
def test_no_archive_shows_a_representative_or_a_field_that_is_split_off(settled, who):
    for record in of(who, settled).records:
        item = settled.release.items[record.item]
        barred = {item.roles.legal_representative, *item.split.fields}
        assert barred.isdisjoint(field.identify for field in record.fields)
        assert "示例法定代表人" not in {field.value for field in record.fields}


def test_the_last_day_of_a_term_is_inside_it(settled):
    assert t.PENALTY in items(of(t.FINED, settled, LAST_DAY))
    assert of(t.FINED, settled, LAST_DAY).counts["adverse"] == 1


def test_an_ended_record_is_gone_the_day_after(settled):
    found = of(t.FINED, settled, LAST_DAY + ONE_DAY)

    assert t.PENALTY not in items(found)
    assert found.counts["adverse"] == 0


def test_a_record_is_not_shown_before_its_first_day(settled):
    assert t.PENALTY in items(of(t.FINED, settled, t.DECIDED))
    assert t.PENALTY not in items(of(t.FINED, settled, t.DECIDED - ONE_DAY))


def test_hidden_records_are_in_no_archive(settled):
    """One of the simple procedure, one of an unknown procedure and one that was revoked."""
    assert of(t.HIDDEN, settled).records == ()


def test_a_social_organisations_penalty_is_not_public(settled):
    assert of(t.SOCIAL, settled).records == ()


def test_repair_may_be_applied_for_from_its_day_on(settled):
    def state(day: date) -> str:
        return next(r.repair_state for r in of(t.FINED, settled, day).records if r.adverse)

    assert state(date(2026, 8, 9)) == "not_yet"
    assert state(date(2026, 8, 10)) == "may_apply"


def test_what_is_not_adverse_needs_no_repair(settled):
    states = {r.item: r.repair_state for r in of(t.FINED, settled).records}

    assert states[t.LICENCE] == states[t.HONOUR] == states[t.INSPECTION] == "none"


def test_another_name_for_a_known_code_is_kept_as_a_former_name(settled):
    found = of(t.RENAMED, settled)

    assert (found.name, found.former_names) == (t.RENAMED[1], (t.OLD_NAME,))
