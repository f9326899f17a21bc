"""Boards: what units tell each other, until a day, to both halves of the credit work (0-05)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongxin.accounts.models import Unit
from gongxin.accounts.policy import Role
from gongxin.cli import rights
from gongxin.desk.models import Mark, Message
from tests.desk.office import NOW, fresh, later, log_in, person, text
from tests.fixtures.audit import deeds
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import ECOLOGY, ECOLOGY_NAME, MARKET, MARKET_NAME, contents

pytestmark = pytest.mark.usefixtures("at_the_desk")
LAST = NOW.date() + timedelta(days=7)
WORDS = "请于本周五前核对双公示报送情况。"
TASK = {
    "board": "task",
    "title": "核对报送",
    "text": WORDS,
    "to_unit": "",
    "to_role": "",
    "until_on": LAST.isoformat(),
}


@pytest.fixture
def centre(db: None):
    """A browser of the credit centre's."""
    person("wu", Role.OPERATOR)
    return fresh("wu")


def posted(browser, **changes: str) -> int:
    answer = browser.post("/desk/boards/write", TASK | changes)
    assert answer.headers["Location"] == "/desk/boards"
    return Message.objects.latest("id").pk


def seen(login: str) -> bool:
    return WORDS in text(log_in(login).get("/desk/boards"))


def test_what_the_centre_writes_the_department_reads_and_marks(centre):
    number = posted(centre)
    person("chen", Role.SUPERVISOR, unit=ECOLOGY)
    reader = log_in("chen")
    assert WORDS in text(reader.get("/desk/boards"))

    reader.post("/desk/boards/mark", {"number": number})
    reader.post("/desk/boards/mark", {"number": number, "done": "yes"})

    assert "已办" in text(reader.get("/desk/boards"))
    assert f"已办单位: {ECOLOGY_NAME}" in text(centre.get("/desk/boards"))
    assert [told["details"]["done"] for told in deeds("mark-message")] == ["no", "yes"]


def test_one_account_with_both_roles_sees_what_is_for_either(centre):
    """The split of the roles needs no second account."""
    posted(centre, to_role="supervisor", title="给主管部门")
    posted(centre, to_role="operator", title="给工作机构")
    person("both", Role.SUPERVISOR, Role.OPERATOR, unit=ECOLOGY)

    shown = text(log_in("both").get("/desk/boards"))

    assert ("给主管部门" in shown, "给工作机构" in shown) == (True, True)


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        ({"to_unit": ECOLOGY}, True),
        ({"to_unit": MARKET}, False),
        ({"to_role": "reporter"}, True),
        ({"to_role": "bank"}, False),
        ({"to_unit": ECOLOGY, "to_role": "leader"}, False),
    ],
)
def test_a_message_reaches_whom_it_is_for(centre, changes, there):
    posted(centre, **changes)
    person("li", Role.REPORTER, unit=ECOLOGY)

    assert seen("li") is there


def test_a_message_stays_in_its_region_unless_it_names_a_unit(centre):
    Unit.objects.filter(uscc=ECOLOGY).update(region="211200")
    person("li", Role.REPORTER, unit=ECOLOGY)
    posted(centre)
    assert not seen("li")

    posted(centre, to_unit=ECOLOGY)

    assert seen("li")


def test_a_message_ends_with_its_last_day(centre, at_the_desk):
    posted(centre)
    person("li", Role.REPORTER)

    later(at_the_desk, timedelta(days=7))
    assert seen("li")
    later(at_the_desk, timedelta(days=1))
    assert not seen("li")


def test_what_is_withdrawn_is_gone_at_once_and_its_marks_stay(centre):
    number = posted(centre)
    person("li", Role.REPORTER)
    log_in("li").post("/desk/boards/mark", {"number": number})

    centre.post("/desk/boards/withdraw", {"number": number})

    assert not seen("li")
    assert (Mark.objects.count(), Message.objects.count()) == (1, 1)
    assert deeds("withdraw-message")[0]["object"] == f"message:{number}"


def test_another_units_message_is_not_withdrawn_nor_marked(centre):
    number = posted(centre, to_unit=MARKET)
    person("chen", Role.SUPERVISOR, unit=ECOLOGY)
    other = fresh("chen")

    answers = {
        other.post(f"/desk/boards/{way}", {"number": n}).status_code
        for way in ("withdraw", "mark")
        for n in (number, 999_999)
    }

    assert answers == {404}
    assert Message.objects.get().withdrawn_at is None
    assert Mark.objects.count() == 0


def test_only_a_task_is_done(centre):
    number = posted(centre, board="bulletin")
    person("li", Role.REPORTER)
    answer = log_in("li").post("/desk/boards/mark", {"number": number, "done": "yes"})

    assert (answer.status_code, Mark.objects.count()) == (409, 0)


def test_marking_again_changes_nothing(centre):
    number = posted(centre)
    for _ in range(2):
        centre.post("/desk/boards/mark", {"number": number})

    assert (Mark.objects.count(), len(deeds("mark-message"))) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"text": ""},
        {"text": "字" * 2_001},
        {"title": resident_number(1)},
        {"text": f"请联系13800000000，证件{resident_number(1)}"},
        {"until_on": (NOW.date() - timedelta(1)).isoformat()},
        {"until_on": (NOW.date() + timedelta(367)).isoformat()},
        {"until_on": ""},
        {"board": "wall"},
        {"to_unit": "no-such-unit"},
        {"to_role": "system-admin"},
    ],
)
def test_what_is_no_message_is_not_written(centre, changes):
    shown = text(centre.post("/desk/boards/write", TASK | changes))

    assert Message.objects.count() == 0
    assert deeds("write-message") == []
    assert resident_number(1) not in shown
    assert resident_number(1) not in str(contents())


@pytest.mark.parametrize("role", [Role.REPORTER, Role.CHECKER, Role.LEADER])
def test_who_does_not_run_the_credit_work_reads_and_does_not_write(db, role):
    person("li", role)
    browser = fresh("li")

    assert browser.get("/desk/boards").status_code == 200
    assert browser.post("/desk/boards/write", TASK).status_code == 404
    assert Message.objects.count() == 0


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_have_no_board(db, role):
    person("wang", role)

    assert log_in("wang").get("/desk/boards").status_code == 404


def test_the_database_wants_an_end_and_words(centre):
    posted(centre)

    for changes in ({"until_on": NOW.date() - timedelta(1)}, {"title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(**changes)


def test_served_a_message_is_written_marked_and_withdrawn(centre):
    assert rights.apply()
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET LOCAL ROLE gongxin_web")
            cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
        number = posted(centre)
        centre.post("/desk/boards/mark", {"number": number, "done": "yes"})
        assert f"已办单位: {MARKET_NAME}" in text(centre.get("/desk/boards"))
        centre.post("/desk/boards/withdraw", {"number": number})
        assert WORDS not in text(centre.get("/desk/boards"))
        transaction.set_rollback(True)
