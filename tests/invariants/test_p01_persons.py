"""P1: natural persons are never scored, graded, listed, ranked or screened: every entry point.

One person's undertaking (a sole trader) has an archive of what law makes public, nothing more.
"""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from gongxin.check.answer import CheckRefused, Question
from gongxin.check.asking import check
from gongxin.core.audit import By
from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import archive
from gongxin.derive.explanation import explain
from gongxin.derive.grading import evaluate_all
from gongxin.derive.models import Grade, Run
from gongxin.derive.search import search
from gongxin.law.lints.models import BARRED_ROLES
from gongxin.ledger.models import Subject
from tests.cli.conftest import Gongxin
from tests.derive import town as t
from tests.invariants.test_p01_files import ITEMS, WITH_KIND
from tests.law.conftest import World

pytestmark = pytest.mark.django_db
NUMBER = t.RESIDENT_ID
SPACED = f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}"
WIDE = NUMBER.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
NAME = "示例自然人甲"
CHECKED = ["--matter", "bidding", "--purpose", "admission"]

COMMANDS: dict[str, list[str]] = {
    "subject show": ["subject", "show", NUMBER],
    "subject show, spaced": ["subject", "show", SPACED],
    "subject show, full width": ["subject", "show", WIDE],
    "explain": ["explain", NUMBER],
    "explain, spaced": ["explain", SPACED],
    "check": ["check", NUMBER, *CHECKED],
    "check, spaced": ["check", SPACED, *CHECKED],
    "check, full width": ["check", WIDE, *CHECKED],
    "check a sole trader": ["check", t.TRADER[0], *CHECKED],
    "check a sole proprietorship": ["check", t.OWNED[0], *CHECKED],
    "intake, as unit": ["intake", "x.csv", "--unit", NUMBER],
    "subject show by a name": ["subject", "show", NAME],
    "explain a name": ["explain", NAME],
    "check a name": ["check", NAME, *CHECKED],
}


@pytest.mark.parametrize("entry", COMMANDS)
def test_commands_refuse_a_person(gongxin: Gongxin, inhabited: t.Town, entry: str):
    for flag in ([], ["--json"]):
        said = gongxin(*COMMANDS[entry], *flag)
        assert said.code in (1, 2)
        assert said.out == ""
        assert NUMBER not in said.err


def test_the_check_of_codes_masks_a_person(gongxin: Gongxin):
    said = gongxin("uscc", "-", "--json", stdin=f"{NUMBER}\n{SPACED}\n{WIDE}\n")

    assert [row["findings"] for row in said.document] == [["uscc_is_person"]] * 3
    assert NUMBER[:14] not in said.out
    assert WIDE not in said.out


@dataclass(frozen=True)
class Sql:
    """A statement that would make a person, or a sole trader, more than law allows."""

    statement: str
    values: tuple[object, ...]


SUBJECT = (
    "INSERT INTO ledger_subject (uscc, name, name_key, kind, form, source, batch, created_at)"
    " VALUES (%s, '示例', '示例', %s, %s, 'record', 'b', now())"
)
STATEMENTS = {
    "a subject of the kind person": Sql(SUBJECT, (t.code(90), "person", "other")),
    "a subject of an unlisted kind": Sql(SUBJECT, (t.code(90), "自然人", "other")),
    "a sole trader as organisation": Sql(SUBJECT, (t.code(91, "92"), "organisation", "company")),
    "a sole trader of unknown kind": Sql(SUBJECT, (t.code(91, "92"), "unknown", "unknown")),
    "a sole trader, later an organisation": Sql(
        "UPDATE ledger_subject SET kind = 'organisation' WHERE uscc = %s", (t.TRADER[0],)
    ),
    "an organisation, later a person": Sql(
        "UPDATE ledger_subject SET kind = 'person' WHERE uscc = %s", (t.FINED[0],)
    ),
    "a grade of a sole trader": Sql(
        "INSERT INTO derive_grade (run_id, subject, score, level) VALUES ('r', %s, 0, 'A')",
        (t.TRADER[0],),
    ),
    "an entry about an old resident number": Sql(
        "INSERT INTO ledger_entry SELECT (jsonb_populate_record(e, jsonb_build_object("
        "'subject', %s::text, 'revision', 999))).* FROM ledger_entry e LIMIT 1",
        (t.OLD_RESIDENT_ID,),
    ),
    "a current record of an old resident number": Sql(
        "UPDATE ledger_current SET subject = %s", (t.OLD_RESIDENT_ID,)
    ),
    "an entry moved to somebody else": Sql("UPDATE ledger_entry SET subject = %s", (t.FINED[0],)),
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_itself_refuses(settled: t.Town, statement: str):
    sql = STATEMENTS[statement]
    Run.objects.create(
        id="r", model="m", standing="s", as_of=t.TODAY, head=0, release="r", subjects=0,
        levels={}, result_digest="d", made_at=t.RECEIVED,
    )  # fmt: skip

    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.statement, sql.values)

    assert isinstance(refused.value, IntegrityError) or "append-only" in str(refused.value)


ADDRESSES = [
    "/subjects/{}/",
    "/subjects/{}/explanation",
    "/subjects/{}/sections/adverse",
    "/subjects/{}/records/01KT0EHJ80NQA3EQ0J18EW7YKD",
    "/subjects/{}/timeline",
    "/en/subjects/{}/",
    "/en/subjects/{}/explanation",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_site_has_no_page_about_a_person(site: Client, address: str):
    answer = site.get(address.format(NUMBER))

    assert answer.status_code == 404
    assert NUMBER not in answer.content.decode()


@pytest.mark.parametrize("text", [NUMBER, SPACED, WIDE, t.OLD_RESIDENT_ID, t.MOBILE, NAME])
@pytest.mark.parametrize("address", ["/search", "/en/search"])
def test_the_site_finds_no_person_and_does_not_repeat_the_number(
    site: Client, address: str, text: str
):
    answer = site.get(address, {"q": text})
    nobody = site.get(address, {"q": "查无此名"})

    assert answer.status_code == 200
    assert text not in answer.content.decode()
    assert answer.content == nobody.content


def test_the_site_finds_no_representative(site: Client):
    answer = site.get("/search", {"q": "示例法定代表人"})

    assert t.FINED[1] not in answer.content.decode()


@pytest.mark.parametrize("who", [t.TRADER, t.OWNED])
def test_one_persons_undertaking_has_an_archive_by_code_and_no_grade(site: Client, who):
    page = site.get(f"/subjects/{who[0]}/")
    reasons = site.get(f"/subjects/{who[0]}/explanation").content.decode()

    assert page.status_code == 200
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert [hit.uscc for hit in search(who[0])] == [who[0]]
    assert search(who[1]) == ()
    assert "A+" not in page.content.decode()
    assert "1000" not in reasons
    days = site.get(f"/subjects/{who[0]}/timeline").content.decode()
    assert f"/subjects/{who[0]}/explanation" not in days


@pytest.mark.parametrize("who", [t.TRADER, t.OWNED, (NUMBER, NAME)])
def test_nothing_grades_explains_or_checks_one_person(settled: t.Town, who):
    graded = evaluate_all(
        as_of=t.TODAY, by=By("", t.RECEIVED), release=settled.release, home=settled.home
    )
    found = explain(who[0], as_of=t.TODAY, release=settled.release)

    assert not Grade.objects.filter(run_id=graded.run, subject=who[0]).exists()
    assert found is None or (found.not_graded, found.level) == ("one_person", "")
    with pytest.raises(CheckRefused):
        check(Question(who[0], "bidding", "admission", t.TODAY, t.RECEIVED), settled.release)


def test_every_stored_grade_is_an_organisations(settled: t.Town):
    graded = evaluate_all(
        as_of=t.TODAY, by=By("", t.RECEIVED), release=settled.release, home=settled.home
    )

    subjects = Grade.objects.filter(run_id=graded.run).values_list("subject", flat=True)
    kinds = Subject.objects.filter(uscc__in=list(subjects)).values_list("kind", flat=True)
    assert set(kinds) == {SubjectKind.ORGANISATION.value}


PACKS = {
    "a model over a name": ("where: failing_class == '一般'", "where: contains(MC, '甲')"),
    "a model over a code": ("where: failing_class == '一般'", "where: present(DM)"),
    "a model over a certificate": ("where: failing_class == '一般'", "where: present(ZJ)"),
    "points for a certificate": ("points: points(10)", "points: points(10) if present(ZJ) else 0"),
    "a ceiling over a certificate": (
        "when: \"exists(item == 'penalty' and failing_class == '一般', months=12)\"",
        "when: exists(present(ZJ))",
    ),
    "a model over regions": ("where: failing_class == '一般'", "where: present(XZQYDM)"),
    "a model for persons": ("forms: [company]", "forms: [person]"),
    "a model for sole traders": ("forms: [company]", "forms: [one_person]"),
    "a model for unknown forms": ("forms: [company]", "forms: [unknown]"),
    "a model for other forms": ("forms: [company]", "forms: [other]"),
    "a model for unions": ("forms: [company]", "forms: [union]"),
    "a model for religious bodies": ("forms: [company]", "forms: [religious]"),
}


@pytest.mark.parametrize("case", PACKS)
def test_a_pack_that_scores_persons_is_refused(place: World, case: str):
    place.change("base/models/points.yaml", *PACKS[case])

    assert len(place.refusal()) > 0


CATALOGS = {
    "persons without a retention clause": (
        "subjects: [organisation, one_person]",
        "subjects: [organisation, one_person, person]",
    ),
    "a certificate that is public": (
        "publicationRange: none, desens",
        "publicationRange: public, desens",
    ),
    "a kind of subject that is not": ("subjects: [organisation, one_person]", "subjects: [family]"),
}


@pytest.mark.parametrize("case", CATALOGS)
def test_a_catalog_that_shows_persons_is_refused(place: World, case: str):
    place.change("base/catalog/penalty.yaml", *CATALOGS[case])

    assert len(place.refusal()) > 0


def test_no_shipped_model_reads_who_somebody_is():
    from gongxin.core import rules  # noqa: PLC0415 - only here
    from gongxin.core.evaluation import compile_model  # noqa: PLC0415

    release = t.release()
    barred = {getattr(i.roles, role) for i in release.content.items for role in BARRED_ROLES}
    barred |= {name for i in release.content.items for name in i.split.fields}
    for model in release.content.models:
        compiled = compile_model(model, release.items)
        exprs = (*compiled.wheres, *compiled.points, *compiled.ceilings)
        assert not {name for expr in exprs for name in rules.names_in(expr)} & (barred - {""})


def test_no_table_but_the_sealed_one_has_a_column_for_persons():
    words = ("person", "resident", "phone", "mobile", "birth", "sex", "gender", "address")
    columns = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "column", None)
        and model._meta.app_label not in ("personal", "account")  # sealed; addresses of logins
        and any(word in field.column for word in words)
    ]

    # A count of rows, and the https address of a system with a view of it.
    assert sorted(columns) == [
        "intake_batch.personal",
        "push_address.address",
        "push_subscription.address",
    ]


def test_an_archive_of_a_person_does_not_exist(settled: t.Town):
    assert archive(NUMBER, as_of=t.TODAY, release=settled.release) is None


def test_at_least_forty_ways_in_are_tried():
    ways = (COMMANDS, ITEMS, WITH_KIND, STATEMENTS, ADDRESSES, PACKS, CATALOGS)

    assert sum(map(len, ways)) >= 40
