"""Statistics of checks at the desk: figures worked by hand, and for nobody else's units (2-34)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import transaction

from gongxin.accounts.models import Unit
from gongxin.accounts.policy import Role
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.cases import Handled, hand_in
from gongxin.cli import rights
from gongxin.core.audit import By
from tests.desk.office import NOW, fresh, log_in, person, text
from tests.fixtures.audit import deeds
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import ECOLOGY, ECOLOGY_NAME, MARKET, MARKET_NAME
from tests.portal import world as w

pytestmark = pytest.mark.usefixtures("at_the_desk")
DAY = NOW.date().isoformat()
SPAN = {"first": DAY, "last": DAY}
LISTED, QUIET = w.code(1), w.code(2)


@pytest.fixture
def asked(db: None, release):
    """Four checks: three of the market regulator for admission, one of ecology for an honour."""
    w.organisation(LISTED, "盘锦示例石化装备有限公司")
    w.organisation(QUIET, "盘锦示例石油有限公司")
    ends = {"public_until": NOW.date() + timedelta(days=100)}
    w.record(LISTED, "serious-violation-list", {}, adverse=True, **ends)

    def ask(code: str, unit: str, matter: str, purpose: str, case_no: str) -> None:
        question = Question(code, matter, purpose, NOW.date(), NOW, "client:示例", case_no, unit)
        check(question, release)

    for case_no, code in (("1", LISTED), ("2", QUIET), ("3", QUIET)):
        ask(code, MARKET, "procurement", "admission", case_no)
    ask(QUIET, ECOLOGY, "honours", "honour-review", "4")
    hand_in(
        [Handled("1", LISTED, NOW.date()), Handled("9", QUIET, NOW.date())],
        unit=MARKET,
        matter="procurement",
        by=By("client:示例", NOW),
        release=release,
    )


def lines(answer) -> list[list[str]]:
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def table(browser, which: str = "checks") -> list[list[str]]:
    return lines(browser.post("/desk/counts/file", SPAN | {"table": which}))[1:]


PURCHASE = [MARKET, MARKET_NAME, "公共资源交易", "procurement", "admission", "3", "3", "2", "1"]
HONOUR = [ECOLOGY, ECOLOGY_NAME, "其他政务事务", "honours", "honour-review", "1", "1", "1", "0"]


def test_the_supervising_department_counts_its_region_by_purpose_unit_scene_and_matter(asked):
    person("wu", Role.SUPERVISOR)
    shown = text(fresh("wu").get("/desk/counts", SPAN))

    assert "共查询4次，涉及主体4个次" in shown
    assert shown.count("75.0%") == shown.count("25.0%") == 4
    assert shown.count('<rect width="75.0"') == 4
    for name in ("办理审批事项", MARKET_NAME, ECOLOGY_NAME, "公共资源交易", "政府采购", "评先评优"):
        assert name in shown


def test_files_hold_the_same_figures(asked):
    person("wu", Role.OPERATOR)
    browser = fresh("wu")

    assert table(browser) == [PURCHASE, HONOUR]
    assert table(browser, "rates") == [[MARKET, MARKET_NAME, "procurement", "1", "2"]]


@pytest.mark.parametrize(
    ("role", "unit", "rows"),
    [
        (Role.LEADER, MARKET, [PURCHASE, HONOUR]),
        (Role.CHECKER, MARKET, [PURCHASE]),
        (Role.CHECKER, ECOLOGY, [HONOUR]),
        (Role.BANK, MARKET, [PURCHASE]),
    ],
)
def test_who_asks_counts_his_own_units_checks_alone(asked, role, unit, rows):
    person("chen", role, unit=unit)

    assert table(fresh("chen")) == rows


def test_a_unit_of_another_region_is_not_counted(asked):
    Unit.objects.filter(uscc=ECOLOGY).update(region="211200")
    person("wu", Role.SUPERVISOR)
    browser = fresh("wu")

    assert table(browser) == [PURCHASE]
    assert ECOLOGY_NAME not in text(browser.get("/desk/counts", SPAN))


def test_no_page_and_no_file_names_an_organisation(asked):
    person("wu", Role.SUPERVISOR)
    browser = fresh("wu")
    page = text(browser.get("/desk/counts", SPAN))
    file = browser.post("/desk/counts/file", SPAN | {"table": "checks"}).content.decode()

    assert not [code for code in (LISTED, QUIET) if code in page or code in file]


def test_a_measure_in_force_is_neither_a_refusal_nor_a_success(asked):
    """Requirement 3-29: the founding document counts who was stopped; here answers are counted."""
    person("wu", Role.SUPERVISOR)
    shown = text(fresh("wu").get("/desk/counts", SPAN))

    assert "不等于拒绝办理" in shown
    assert not [word for word in ("拦截", "成效", "战果") if word in shown]


def test_no_cell_of_a_file_is_a_formula(asked):
    Unit.objects.filter(uscc=MARKET).update(name="=HYPERLINK(1)")
    person("wu", Role.SUPERVISOR)

    assert table(fresh("wu"))[0][1] == "'=HYPERLINK(1)"


def test_each_count_is_recorded(asked):
    person("wu", Role.SUPERVISOR)
    fresh("wu").get("/desk/counts", SPAN)

    (told,) = deeds("count-checks")
    assert (told["actor"], told["on_behalf"]) == ("staff:wu", MARKET)
    assert (told["details"]["first"], told["details"]["last"]) == (DAY, DAY)


def test_without_days_the_month_is_shown(asked):
    person("wu", Role.SUPERVISOR)

    assert "共查询4次" in text(fresh("wu").get("/desk/counts"))


@pytest.mark.parametrize(
    "typed",
    [
        {"first": "2026-11-24", "last": "2026-11-23"},
        {"first": "2025-11-21", "last": "2026-11-23"},
        {"first": "gestern", "last": DAY},
        {"first": resident_number(1), "last": DAY},
        {"first": DAY},
    ],
    ids=["backwards", "too long", "no day", "a person's number", "no end"],
)
def test_what_is_no_span_counts_nothing(asked, typed):
    person("wu", Role.SUPERVISOR)
    shown = text(fresh("wu").get("/desk/counts", typed))

    assert "共查询" not in shown
    assert resident_number(1) not in shown
    assert deeds("count-checks") == []


def test_there_is_no_third_table(asked):
    person("wu", Role.SUPERVISOR)

    assert fresh("wu").post("/desk/counts/file", SPAN | {"table": "x"}).status_code == 404


def test_a_file_needs_a_fresh_factor(asked):
    person("wu", Role.SUPERVISOR)
    answer = log_in("wu").post("/desk/counts/file", SPAN | {"table": "checks"})

    assert answer.headers["Location"].startswith("/desk/factors/fresh?next=")
    assert deeds("count-checks") == []


@pytest.mark.parametrize("role", [Role.REPORTER, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_who_may_not_count_has_no_page(asked, role):
    person("wang", role)

    assert fresh("wang").get("/desk/counts").status_code == 404


def test_served_the_figures_are_the_same_and_the_rows_are_not_there(asked):
    """Row security lets the web process see figures of others, never the checks themselves."""
    person("wu", Role.SUPERVISOR)
    browser = fresh("wu")
    assert rights.apply()
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET LOCAL ROLE gongxin_web")
            cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
            cursor.execute("SELECT set_config('gongxin.unit', '', true)")
        found = table(browser)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT count(*) FROM check_asked")
            seen = cursor.fetchone()
        transaction.set_rollback(True)

    assert (found, seen) == ([PURCHASE, HONOUR], (0,))
