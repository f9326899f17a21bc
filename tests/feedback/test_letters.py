"""Letters: left without a name, read with a secret, answered by whom they concern, deleted (1-85).

The demo answers within 15 working days and keeps a letter for 365 days after that. From Monday,
23 November 2026, without a holiday between, the fifteenth working day is 14 December.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from gongxin.accounts.policy import Role
from gongxin.audit.models import Row
from gongxin.cli import rights
from gongxin.core.audit import By
from gongxin.core.clauses import Feedback
from gongxin.core.subject import SubjectKind
from gongxin.feedback import actions, queries, sealing
from gongxin.feedback.actions import NotTaken, NotToAnswer
from gongxin.feedback.keeping import Keeper
from gongxin.feedback.models import Letter
from gongxin.feedback.queries import Category
from gongxin.ledger.models import Entry, Subject
from tests.desk.office import NOW, fresh, log_in, person, text
from tests.fixtures.audit import deeds
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import contents

pytestmark = pytest.mark.usefixtures("at_the_desk")
WORDS = "窗口工作人员把查询结果念给旁人听。"
REPLY = "已核实，工作人员已被批评，今后在单独窗口告知。"
DUE, ENDS = date(2026, 12, 14), date(2027, 12, 14)
TERMS = Feedback(answer_working_days=15, keep_days=365, most_a_day=3)


@pytest.fixture
def anybody(db: None) -> Client:
    return Client()


def written(browser, category="conduct", words=WORDS, **more) -> str:
    return text(browser.post("/feedback/send", {"category": category, "text": words} | more))


def given(page: str) -> dict[str, str]:
    """The number and secret of the page that is shown once."""
    number, secret = re.findall(r'class="code secret">([A-Z-]+)<', page)
    return {"number": number, "secret": secret}


def file(release, category=Category.CONDUCT, words=WORDS, terms=TERMS):
    by = By("anybody", NOW)
    return actions.file(category, words, terms=terms, calendar=release.calendar, by=by)


def test_a_letter_is_left_without_a_name_and_its_answer_read_with_the_secret(anybody):
    held = given(written(anybody))
    assert "等待答复" in text(anybody.post("/feedback/answer", held))
    person("wu", Role.SUPERVISOR)
    staff = fresh("wu")
    assert WORDS in text(staff.get("/desk/letters"))

    answered = staff.post("/desk/letters/answer", {"number": held["number"], "answer": REPLY})

    assert answered.headers["Location"] == "/desk/letters"
    assert REPLY in text(anybody.post("/feedback/answer", held))
    assert WORDS not in text(staff.get("/desk/letters"))


def test_the_terms_are_the_packs(anybody):
    page = written(anybody)

    assert (DUE.isoformat() in page, ENDS.isoformat() in page) == (True, True)
    assert Letter.objects.values_list("due_on", "ends_on").get() == (DUE, ENDS)


def test_the_secret_may_be_typed_in_small_letters_and_without_its_lines(anybody):
    held = given(written(anybody))
    typed = {name: value.lower().replace("-", " ") for name, value in held.items()}

    assert "等待答复" in text(anybody.post("/feedback/answer", typed))


def test_a_wrong_secret_an_absent_number_and_an_ended_letter_are_one_answer(anybody, release):
    held = given(written(anybody))
    other = {"number": sealing.number(), "secret": sealing.secret()}
    ended = file(release)
    Letter.objects.filter(pk=ended.number).update(
        filed_on=date(2025, 1, 6), due_on=date(2025, 1, 7), ends_on=date(2026, 1, 7)
    )
    tried = [
        held | {"secret": other["secret"]},
        other,
        {"number": ended.number, "secret": ended.secret},
        {"number": resident_number(1), "secret": "x" * 61},
        {},
    ]

    answers = [anybody.post("/feedback/answer", one) for one in tried]

    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


def test_an_error_in_a_record_goes_the_way_of_an_objection(anybody):
    page = written(anybody, "data-error")

    assert "信息有误请提出异议申诉" in page
    assert "/guide/objection" in page
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("words", [f"证件{resident_number(1)}的人", "请打13800000000联系我"])
def test_numbers_of_persons_are_taken_out_and_nothing_is_kept(anybody, words):
    page = written(anybody, words=words)

    assert "个人号码已经隐去" in page
    assert "〔已隐去〕" in page
    assert resident_number(1) not in page
    assert "13800000000" not in page
    assert resident_number(1) not in str(contents())
    assert (Letter.objects.count(), deeds("file-feedback")) == (0, [])


@pytest.mark.parametrize(
    ("category", "words", "more"),
    [
        ("conduct", " ", {}),
        ("conduct", "字" * 2_001, {}),
        ("", WORDS, {}),
        ("no-such", WORDS, {}),
        ("conduct", WORDS, {"website": "http://spam.example"}),
    ],
    ids=["empty", "too long", "about nothing", "unknown", "a program"],
)
def test_what_is_no_letter_is_not_kept(anybody, category, words, more):
    answer = anybody.post("/feedback/send", {"category": category, "text": words} | more)

    assert answer.status_code == 400
    assert (Letter.objects.count(), deeds("file-feedback")) == (0, [])


def test_more_letters_than_the_pack_takes_a_day_are_refused(release, db):
    """A flood of letters from many addresses fills no disk (T03, T30)."""
    for _ in range(3):
        file(release)

    with pytest.raises(NotTaken):
        file(release)

    assert Letter.objects.count() == 3


@pytest.mark.parametrize(
    "terms", [Feedback(), replace(TERMS, keep_days=0), replace(TERMS, answer_working_days=0)]
)
def test_without_terms_in_the_pack_there_is_no_channel(release, db, terms):
    with pytest.raises(NotTaken):
        file(release, terms=terms)

    assert Letter.objects.count() == 0


def test_pages_are_kept_nowhere_and_say_what_becomes_of_a_letter(anybody):
    answer = anybody.post("/feedback/send", {"category": "conduct", "text": WORDS})

    assert answer.headers["Cache-Control"] == "no-store"
    assert "set-cookie" not in {name.lower() for name in answer.headers}
    assert "永远不会成为任何人的信用记录" in text(anybody.get("/feedback"))


def test_nothing_of_a_letter_is_readable_in_database_or_log(anybody):
    """Whoever reads a dump learns neither words nor secret; the log has neither (T17, L9)."""
    held = given(written(anybody))
    stored = str(contents()) + str(Letter.objects.values_list().get())
    logged = "".join(bytes(row.content).decode() for row in Row.objects.all())

    for kept in (stored, logged):
        assert WORDS not in kept
        assert held["secret"] not in kept
        assert held["secret"].replace("-", "") not in kept
    (told,) = deeds("file-feedback")
    assert (told["actor"], told["details"]) == ("anybody", {"category": "conduct"})


def test_a_letter_becomes_no_record_of_anybody(anybody):
    written(anybody, words="盘锦示例石化装备有限公司骗取补贴，统一社会信用代码见执照。")

    assert (Entry.objects.count(), Subject.objects.count()) == (0, 0)
    assert {kind.value for kind in SubjectKind} & {one.value for one in Category} == set()


def test_each_reading_is_recorded(release, db):
    filed = file(release)
    actions.read({Category.CONDUCT}, by=By("staff:wu", NOW))

    (told,) = deeds("read-feedback")
    assert (told["actor"], told["object"]) == ("staff:wu", f"feedback:{filed.number}")


@pytest.mark.parametrize(
    ("role", "category", "reads"),
    [
        (Role.SUPERVISOR, Category.LEAK, True),
        (Role.SUPERVISOR, Category.CONDUCT, True),
        (Role.SUPERVISOR, Category.SUGGESTION, False),
        (Role.OPERATOR, Category.LEAK, False),
        (Role.OPERATOR, Category.CONDUCT, False),
        (Role.OPERATOR, Category.SUGGESTION, True),
    ],
)
def test_who_runs_the_platform_reads_no_complaint_about_itself(release, db, role, category, reads):
    filed = file(release, category)
    person("wu", role)
    staff = fresh("wu")
    shown = WORDS in text(staff.get("/desk/letters"))

    answered = staff.post("/desk/letters/answer", {"number": filed.number, "answer": REPLY})

    assert shown is reads
    assert answered.status_code == (302 if reads else 404)
    assert (Letter.objects.get().answer != "") is reads


def test_both_roles_of_one_account_read_all(release, db):
    """Requirement 0-05: who is department and centre at once needs no second account."""
    for category in Category:
        file(release, category)
    person("wu", Role.SUPERVISOR, Role.OPERATOR)

    assert text(fresh("wu").get("/desk/letters")).count(WORDS) == 3


@pytest.mark.parametrize("role", [Role.REPORTER, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_nobody_else_has_the_page(db, role):
    person("wang", role)

    assert log_in("wang").get("/desk/letters").status_code == 404


@pytest.mark.parametrize("said", ["", " ", f"请{resident_number(1)}来", "字" * 2_001])
def test_an_answer_is_words_without_a_persons_number(release, db, said):
    filed = file(release)
    person("wu", Role.SUPERVISOR)

    shown = fresh("wu").post("/desk/letters/answer", {"number": filed.number, "answer": said})

    assert shown.status_code == 409
    assert resident_number(1) not in text(shown)
    assert Letter.objects.get().answered_by == ""


def test_a_letter_is_answered_once(release, db):
    filed, by = file(release), By("staff:wu", NOW)
    actions.answer(filed.number, REPLY, {Category.CONDUCT}, by=by)

    with pytest.raises(NotToAnswer):
        actions.answer(filed.number, "另一答复", {Category.CONDUCT}, by=by)

    assert queries.told(filed.number, filed.secret, NOW.date()).answer == REPLY


def test_what_is_late_says_so(release, db):
    file(release)
    Letter.objects.update(filed_on=date(2026, 10, 9), due_on=NOW.date() - timedelta(1))
    person("wu", Role.SUPERVISOR)

    assert "已超期" in text(fresh("wu").get("/desk/letters"))


def noon(day: date) -> By:
    return By("platform:feedback", datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def test_a_letter_ends_in_the_query_and_the_keeper_deletes_it(release, db):
    filed = file(release)
    said: list[str] = []
    last, after = noon(ENDS), noon(ENDS + timedelta(1))

    assert queries.told(filed.number, filed.secret, ENDS) is not None
    assert queries.told(filed.number, filed.secret, ENDS + timedelta(1)) is None
    assert queries.waiting({Category.CONDUCT}, ENDS + timedelta(1)) == ()
    assert queries.numbers({Category.CONDUCT}, ENDS) == {filed.number}
    assert queries.numbers({Category.CONDUCT}, ENDS + timedelta(1)) == frozenset()
    assert Keeper(lambda: last.at, said.append).once() == 0
    assert Keeper(lambda: after.at, said.append).once() == 1
    assert Letter.objects.count() == 0
    assert said == ["deleted 1 letters past their last day"]
    (told,) = deeds("expire-feedback")
    assert (told["actor"], told["details"]) == ("platform:feedback", {"letters": "1"})


def test_a_letter_that_ended_is_as_good_as_none_at_the_desk(release, db):
    filed = file(release)
    Letter.objects.update(
        filed_on=date(2025, 1, 6), due_on=date(2025, 1, 7), ends_on=NOW.date() - timedelta(1)
    )
    person("wu", Role.SUPERVISOR)
    staff = fresh("wu")

    answer = staff.post("/desk/letters/answer", {"number": filed.number, "answer": REPLY})

    assert answer.status_code == 404
    assert WORDS not in text(staff.get("/desk/letters"))
    assert Letter.objects.get().answer == ""


def test_the_process_that_serves_deletes_no_letter(release, db):
    file(release)
    assert rights.apply()
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET LOCAL ROLE gongxin_web")
            cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
        with pytest.raises(ProgrammingError), transaction.atomic():
            Letter.objects.all().delete()
        transaction.set_rollback(True)

    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"due_on": NOW.date() - timedelta(1)},
        {"ends_on": NOW.date()},
        {"answer": "x"},
        {"answered_by": "staff:wu", "answered_at": NOW},
    ],
)
def test_the_database_holds_the_end_and_who_answered(release, db, changes):
    file(release)

    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.update(**changes)


def test_served_letters_are_taken_read_and_answered(anybody):
    person("wu", Role.SUPERVISOR)
    staff = fresh("wu")
    assert rights.apply()
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET LOCAL ROLE gongxin_web")
            cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
        held = given(written(anybody))
        assert WORDS in text(staff.get("/desk/letters"))
        staff.post("/desk/letters/answer", {"number": held["number"], "answer": REPLY})
        assert REPLY in text(anybody.post("/feedback/answer", held))
        transaction.set_rollback(True)
