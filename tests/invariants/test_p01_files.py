"""P1: no file makes a natural person a subject, whatever it says the record is."""

import pytest
from django.db import connection

from gongxin.intake.models import Batch, FindingRow
from gongxin.ledger.models import Current, Entry, OtherCode, OtherName, Subject
from gongxin.personal.models import Sealed
from tests.derive import town as t
from tests.invariants import corpus

pytestmark = pytest.mark.django_db
NUMBER = t.RESIDENT_ID
NAME = "示例自然人甲"
ITEMS = sorted(t.release().items)
WITH_KIND = sorted(i.item for i in t.release().content.items if i.roles.subject_kind)


def about(item: str, who: tuple[str, str], kind: str) -> t.Row:
    found = t.release().items[item]
    row = corpus.valid_row(found, who, 1)
    return row | ({found.roles.subject_kind: kind} if found.roles.subject_kind else {})


def no_trace(number: str = NUMBER) -> None:
    """Neither ledger nor batches hold the number or the person."""
    for shape in (Subject, OtherName, OtherCode, Entry, Current, Batch, FindingRow):
        with connection.cursor() as cursor:
            table = shape._meta.db_table
            cursor.execute(f"SELECT count(*) FROM {table} x WHERE x::text LIKE %s", [f"%{number}%"])
            assert (table, cursor.fetchone()[0]) == (table, 0)


@pytest.mark.parametrize("item", ITEMS)
def test_a_file_with_a_persons_number_as_code_is_no_record(town: t.Town, item: str):
    outcome = town.hand_in(item, about(item, (NUMBER, "示例有限公司"), t.ORGANISATION))

    assert (outcome.accepted, outcome.rejected) == (0, 1)
    assert "uscc_is_person" in {finding.code for finding in outcome.findings}
    assert Subject.objects.count() == Entry.objects.count() == 0
    no_trace()


@pytest.mark.parametrize("item", WITH_KIND)
def test_a_file_about_a_person_is_no_record(town: t.Town, item: str):
    found = town.release.items[item]
    person = {found.roles.person_id: NUMBER, found.roles.person_id_type: "身份证"}
    row = about(item, ("", NAME), t.PERSON) | {k: v for k, v in person.items() if k != ""}

    outcome = town.hand_in(item, row)

    assert outcome.accepted == 0
    assert outcome.personal + outcome.rejected == 1
    assert Subject.objects.count() == Entry.objects.count() == Current.objects.count() == 0
    assert Sealed.objects.count() == (1 if found.persons is not None and outcome.personal else 0)
    no_trace()
    no_trace(NAME)


ONE_PERSON = {
    "a sole trader": t.trader(1),
    "a sole trader under a company's name": (t.code(1, "92"), t.company(1)[1]),
    "a sole proprietorship": (t.code(1), "盘锦示例设计工作室（个人独资）"),
    "a household": (t.code(1), "示例小吃店（ 个体工商户 ）"),
    "a family farm": (t.code(1), "示例河边家庭农场"),
}
FOR_ORGANISATIONS = sorted(
    i.item for i in t.release().content.items if "one_person" not in i.subjects
)
LISTS = {i.item for i in t.release().content.items if i.list_entry}


@pytest.mark.parametrize("who", ONE_PERSON)
@pytest.mark.parametrize("item", FOR_ORGANISATIONS)
def test_a_file_about_one_person_is_no_record_of_an_item_for_organisations(
    town: t.Town, item: str, who: str
):
    outcome = town.hand_in(item, about(item, ONE_PERSON[who], t.ORGANISATION))

    assert (outcome.accepted, outcome.rejected) == (0, 1)
    assert {f.code for f in outcome.findings if f.level == "error"} == {"subject_kind"}
    assert Subject.objects.count() == Entry.objects.count() == Current.objects.count() == 0


def test_a_list_takes_one_person_only_where_its_law_names_them():
    """Sole traders are marked under their own rules; every other list is for organisations."""
    named = {
        i.item: {cite.document for cite in i.basis}
        for i in t.release().content.items
        if i.list_entry and "one_person" in i.subjects
    }

    assert LISTS - named.keys() == {t.SERIOUS, "court-judgment-defaulter"}
    assert named.keys() == {t.ABNORMAL}
    assert "geti-nianbao" in named[t.ABNORMAL]


def test_a_person_who_stands_as_organisation_is_not_graded(town: t.Town):
    """A name without a form behind a company's code is of unknown type: no grade, no models."""
    who = (t.code(1), NAME)
    town.hand_in(t.LICENCE, t.licence(who))

    assert [s.kind for s in Subject.objects.all()] == ["unknown"]


def test_particulars_of_people_leave_an_organisations_row_before_the_ledger(town: t.Town):
    town.hand_in(
        t.LICENCE,
        t.licence(
            t.FINED,
            XK_FR_ZJLX="身份证",
            XK_FR_ZJHM=NUMBER,
            XK_NR=f"道路货物运输，联系人电话{t.MOBILE}，证件{NUMBER}",
        ),
    )

    assert Current.objects.count() == 1
    no_trace()
    no_trace(t.MOBILE)
