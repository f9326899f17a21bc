"""An organisation sees who looked at it, and its agent nothing else (T04, requirement 1-85)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongxin.accounts import actions, agents, links, logins
from gongxin.accounts.actions import DutiesApart, Person, Term
from gongxin.accounts.agents import Mandate, NotAppointed
from gongxin.accounts.models import Assignment, Staff
from gongxin.accounts.policy import Role
from gongxin.audit.actions import record
from gongxin.audit.models import Row
from gongxin.core.audit import DENIED, Deed
from tests.desk.office import (
    NOW,
    PASSWORD,
    SECRET,
    SETUP,
    Authenticator,
    FactorAdapter,
    fresh,
    later,
    log_in,
    person,
    text,
)
from tests.fixtures.penalties import code, resident_number
from tests.fixtures.platform import ECOLOGY, ECOLOGY_NAME, MARKET, contents

pytestmark = pytest.mark.usefixtures("at_the_desk")
OURS, OTHER = code(1), code(2)
DOCUMENT = "授权委托书〔2026〕7号"
DAY = NOW.date()
MONTH = Term(DAY, DAY + timedelta(days=30))
OFFICER = "staff:wangwu"


def agent(login: str = "fang", of: str = OURS, *, term: Term | None = MONTH) -> Staff:
    staff = agents.add_agent(Person(login, "示例经办人", f"A-{login}", of), by=SETUP)
    logins.set_password(staff, PASSWORD, at=NOW)
    secret = FactorAdapter().encrypt(SECRET)
    Authenticator.objects.create(user=staff, type="totp", data={"secret": secret})
    if term is not None:
        agents.appoint(Mandate(login, DOCUMENT, term), by=SETUP)
    return staff


def looked(**changes: object) -> None:
    given = {
        "at": NOW - timedelta(hours=1),
        "actor": OFFICER,
        "action": "check",
        "object": OURS,
        "on_behalf": ECOLOGY,
        "purpose": "admission",
        "matter": "bidding",
        "case_no": "盘环审〔2026〕3号",
    }
    with transaction.atomic():
        record(Deed(**{**given, **changes}))


def test_the_agent_sees_which_unit_looked_when_and_what_for_and_never_who():
    agent()
    looked()

    shown = text(log_in("fang").get("/desk/looks"))

    for told in (ECOLOGY_NAME, "2026-11-23", "招标投标", "盘环＊＊"):
        assert told in shown
    assert "wangwu" not in shown
    assert "盘环审〔2026〕3号" not in shown


@pytest.mark.parametrize(
    "changes",
    [{"object": OTHER}, {"decision": DENIED}, {"action": "intake"}, {"at": NOW - timedelta(1100)}],
    ids=["at another", "denied", "no look", "three years ago"],
)
def test_what_was_no_look_at_it_is_not_shown(changes):
    agent()
    looked(**changes)

    shown = text(log_in("fang").get("/desk/looks"))

    assert "没有查询记录" in shown
    assert ECOLOGY_NAME not in shown


def test_each_sight_of_the_page_is_recorded():
    agent()

    log_in("fang").get("/desk/looks")

    told = Row.objects.filter(action="read-looks").values_list("actor", "object")
    assert list(told) == [("staff:fang", OURS)]


def test_the_agent_sees_nothing_else_of_the_desk():
    agent()
    browser = fresh("fang")

    for address in ("accounts", "roles", "stand-in"):
        assert browser.get(f"/desk/{address}").status_code == 404
    shown = text(browser.get("/desk/"))
    assert "谁查询过" in shown
    assert "代我办理" not in shown


@pytest.mark.parametrize("term", [None, Term(DAY + timedelta(1), DAY + timedelta(9))])
def test_who_was_not_appointed_or_not_yet_sees_nothing(term):
    agent(term=term)
    looked()

    assert log_in("fang").get("/desk/looks").status_code == 404


def test_the_mandate_ends_with_its_last_day_and_earlier_if_it_is_ended(at_the_desk):
    agent(term=Term(DAY, DAY))
    agent("hua", OTHER)
    assert log_in("fang").get("/desk/looks").status_code == 200
    actions.end_role(Assignment.objects.get(staff__login="hua").pk, by=SETUP)

    assert log_in("hua").get("/desk/looks").status_code == 404
    later(at_the_desk, timedelta(days=1))
    assert log_in("fang").get("/desk/looks").status_code == 404


def test_officers_do_not_see_the_page_of_an_organisation():
    person("wang", Role.CHECKER)

    assert log_in("wang").get("/desk/looks").status_code == 404


def test_two_administrators_make_and_appoint_an_agent():
    person("admin", Role.SYSTEM_ADMIN)
    person("sun", Role.SECURITY_ADMIN)
    new = {"login": "fang", "name": "示例经办人", "staff_no": "A-1", "unit": OURS}
    made = fresh("admin").post("/desk/accounts/add-agent", new)
    days = {"from_on": DAY.isoformat(), "until_on": MONTH.until_on.isoformat()}
    given = {"login": "fang", "document": DOCUMENT, **days}

    answer = fresh("sun").post("/desk/roles/appoint", given)

    assert "/desk/start/" in made.context["link"]
    assert answer.headers["Location"] == "/desk/roles"
    held = Assignment.objects.get(staff__login="fang")
    assert (held.role, held.unit, held.document) == ("subject", OURS, DOCUMENT)
    assert links.staff_of(*links.parts(held.staff)) is None  # not before its code is given


@pytest.mark.parametrize("unit", [resident_number(1), OURS[:-1] + "?", "", "13800000000"])
def test_an_agent_is_of_an_organisation_and_of_no_person(unit):
    before = contents()

    with pytest.raises(NotAppointed):
        agents.add_agent(Person("fang", "示例经办人", "A-1", unit), by=SETUP)

    assert contents() == before


@pytest.mark.parametrize("document", ["", "  ", f"委托书 {resident_number(1)}", "电话13800000000"])
def test_without_a_document_nobody_is_appointed(document):
    agent(term=None)

    with pytest.raises(NotAppointed):
        agents.appoint(Mandate("fang", document, MONTH), by=SETUP)

    assert Assignment.objects.count() == 0


def test_an_agent_is_appointed_until_a_day():
    agent(term=None)

    with pytest.raises(NotAppointed):
        agents.appoint(Mandate("fang", DOCUMENT, Term(DAY)), by=SETUP)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUBJECT}))
def test_an_agent_gets_no_work_here(role):
    agent()
    before = contents()

    with pytest.raises((DutiesApart, actions.BadTerm)):
        actions.grant_role("fang", role, MARKET, Term(DAY), by=SETUP)

    assert contents() == before


def test_who_works_here_is_no_agent():
    person("wang", Role.CHECKER)

    with pytest.raises(NotAppointed):
        agents.appoint(Mandate("wang", DOCUMENT, MONTH), by=SETUP)


def test_the_role_is_not_granted_without_a_document():
    agent(term=None)

    with pytest.raises(DutiesApart):
        actions.grant_role("fang", Role.SUBJECT, OURS, MONTH, by=SETUP)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            staff=Staff.objects.get(login="fang"),
            role="subject",
            unit=OURS,
            from_on=DAY,
            until_on=DAY,
            granted_by="x",
            granted_at=NOW,
        )


def test_the_database_gives_an_agent_no_work_whoever_writes():
    staff = agent()

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            staff=staff,
            role="checker",
            unit=MARKET,
            from_on=DAY,
            granted_by="x",
            granted_at=NOW,
        )
