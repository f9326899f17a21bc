"""Accounts for the system administrator, roles for the security administrator (F13, 三员)."""

from datetime import timedelta

import pytest
from django.test import Client

from gongxin.accounts import queries
from gongxin.accounts.models import Assignment, Delegation, Staff
from gongxin.accounts.policy import Role
from gongxin.audit.models import Row
from tests.desk.office import NOW, PASSWORD, fresh, later, log_in, person, text
from tests.fixtures.platform import ECOLOGY, MARKET, contents

pytestmark = pytest.mark.usefixtures("at_the_desk")
DAY = NOW.date()
PAGES = {
    "accounts": ("/desk/accounts", {Role.SYSTEM_ADMIN}),
    "roles": ("/desk/roles", {Role.SECURITY_ADMIN}),
}
CHANGES = (
    "/desk/accounts/add",
    "/desk/accounts/close",
    "/desk/accounts/renew",
    "/desk/roles/grant",
    "/desk/roles/end",
    "/desk/roles/hand-over",
)


CANARY = "219999194912310020"  # in no region; the masks go by its form
TYPED = [
    ("accounts/add", Role.SYSTEM_ADMIN, ("login", "name", "staff_no", "unit")),
    ("accounts/add-agent", Role.SYSTEM_ADMIN, ("login", "name", "staff_no", "unit")),
    ("roles/grant", Role.SECURITY_ADMIN, ("login", "role", "unit", "from_on", "until_on")),
    ("roles/appoint", Role.SECURITY_ADMIN, ("login", "document", "from_on", "until_on")),
    ("stand-in", Role.REPORTER, ("number", "taker", "from_on", "until_on")),
]


def grant(login: str, role: Role, unit: str = MARKET, until: str = "") -> dict[str, str]:
    return {
        "login": login,
        "role": role.value,
        "unit": unit,
        "from_on": DAY.isoformat(),
        "until_on": until,
    }


def roles(login: str) -> frozenset[Role]:
    return queries.actor_of(Staff.objects.get(login=login), DAY).roles


@pytest.mark.parametrize("role", [*sorted(Role), None])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_for_its_administrator_and_nothing_for_all_others(name, role):
    address, allowed = PAGES[name]
    person("wang", *([role] if role else []))

    status = fresh("wang").get(address).status_code

    assert status == (200 if role in allowed else 404)


@pytest.mark.parametrize("address", CHANGES)
def test_nobody_else_changes_anything(address):
    person("wang", Role.SUPERVISOR)
    person("li", Role.REPORTER)
    browser = fresh("wang")
    changed = {"login": "li", "number": Assignment.objects.last().pk, "taker": "wang"}
    before = contents()

    answer = browser.post(address, {**grant("li", Role.LEADER), **changed})

    assert answer.status_code == 404
    assert contents() == before


@pytest.mark.parametrize("address", CHANGES)
def test_nobody_who_is_not_logged_in_changes_anything(address):
    answer = Client().post(address, grant("li", Role.LEADER))

    assert answer.headers["Location"].startswith("/desk/login")


def test_who_may_not_sees_what_stands_where_nothing_is():
    person("wang", Role.REPORTER)
    browser = fresh("wang")

    denied, nothing = browser.get("/desk/roles"), browser.get("/desk/there-is-no-such-page")

    assert denied.status_code == nothing.status_code == 404
    assert denied.content == nothing.content


def test_the_security_administrator_grants_and_ends_a_role():
    person("sun", Role.SECURITY_ADMIN)
    person("wang")
    browser = fresh("sun")

    granted = browser.post("/desk/roles/grant", grant("wang", Role.REPORTER))
    assert granted.headers["Location"] == "/desk/roles"
    assert roles("wang") == {Role.REPORTER}
    number = Assignment.objects.get(staff__login="wang").pk
    browser.post("/desk/roles/end", {"number": number})

    assert roles("wang") == frozenset()
    told = Row.objects.filter(actor="staff:sun", object="staff:wang").order_by("id")
    assert list(told.values_list("action", flat=True)) == ["grant-role", "end-role"]


def test_a_role_change_needs_a_fresh_factor(at_the_desk):
    person("sun", Role.SECURITY_ADMIN)
    person("wang")
    stale = log_in("sun")
    before = contents()["accounts_assignment"]

    answer = stale.post("/desk/roles/grant", grant("wang", Role.REPORTER))

    assert answer.headers["Location"].startswith("/desk/factors/fresh?next=")
    assert contents()["accounts_assignment"] == before


def test_a_fresh_factor_holds_for_five_minutes(at_the_desk, monkeypatch):
    person("sun", Role.SECURITY_ADMIN)
    browser = fresh("sun")
    session = browser.session
    records = session["account_authentication_methods"]
    records[-1]["at"] = NOW.timestamp()
    session.save()
    assert browser.get("/desk/roles").status_code == 200

    later(at_the_desk, timedelta(minutes=5))

    assert browser.get("/desk/roles").status_code == 302


def test_the_security_administrator_grants_nothing_to_himself():
    person("sun", Role.SECURITY_ADMIN)
    browser = fresh("sun")

    answer = browser.post("/desk/roles/grant", grant("sun", Role.REPORTER, ECOLOGY))

    assert answer.status_code == 409
    assert "任何人不得处理自己的角色" in text(answer)
    assert roles("sun") == {Role.SECURITY_ADMIN}


def test_an_auditor_gets_no_other_role_at_the_desk():
    person("sun", Role.SECURITY_ADMIN)
    person("audit", Role.AUDITOR)

    answer = fresh("sun").post("/desk/roles/grant", grant("audit", Role.REPORTER))

    assert answer.status_code == 409
    assert roles("audit") == {Role.AUDITOR}


def test_a_second_role_of_duties_apart_is_not_granted_by_another_unit():
    person("sun", Role.SECURITY_ADMIN)
    person("audit", Role.AUDITOR)

    answer = fresh("sun").post("/desk/roles/grant", grant("audit", Role.CHECKER, ECOLOGY))

    assert answer.status_code == 409


def test_handing_over_moves_the_work_and_closes_the_account():
    person("sun", Role.SECURITY_ADMIN)
    person("wang", Role.REPORTER)
    person("li")
    leaving = log_in("wang")

    fresh("sun").post("/desk/roles/hand-over", {"login": "wang", "taker": "li"})

    assert roles("li") == {Role.REPORTER}
    assert leaving.get("/desk/").status_code == 302


def test_the_system_administrator_makes_and_closes_accounts():
    person("admin", Role.SYSTEM_ADMIN)
    browser = fresh("admin")
    given = {"login": "new", "name": "示例新人", "staff_no": "77", "unit": ECOLOGY}

    made = browser.post("/desk/accounts/add", given)
    closed = browser.post("/desk/accounts/close", {"login": "new"})

    assert "/desk/start/" in made.context["link"]
    assert closed.headers["Location"] == "/desk/accounts"
    assert not Staff.objects.get(login="new").is_active


def test_a_persons_number_is_refused_as_login_name_and_not_kept():
    person("admin", Role.SYSTEM_ADMIN)
    number = "13800000000"
    given = {"login": number, "name": "示例", "staff_no": "77", "unit": ECOLOGY}

    answer = fresh("admin").post("/desk/accounts/add", given)

    assert "其中含有个人号码，请删去" in text(answer)  # by the form: it never comes to an action
    assert not Staff.objects.filter(staff_no="77").exists()
    assert number not in str(contents())


def test_renewing_takes_password_and_factor_away_but_not_of_administrators():
    person("admin", Role.SYSTEM_ADMIN)
    person("sun", Role.SECURITY_ADMIN)
    person("wang", Role.REPORTER)
    browser, working = fresh("admin"), log_in("wang")

    renewed = browser.post("/desk/accounts/renew", {"login": "wang"})
    refused = browser.post("/desk/accounts/renew", {"login": "sun"})

    assert "/desk/start/" in renewed.context["link"]
    assert working.get("/desk/").status_code == 302
    assert not Staff.objects.get(login="wang").check_password(PASSWORD)
    assert refused.status_code == 409
    assert refused.context["link"] == ""
    assert Staff.objects.get(login="sun").check_password(PASSWORD)


def test_one_lets_a_colleague_stand_in_and_ends_it():
    person("wang", Role.REPORTER)
    person("li")
    held = Assignment.objects.get()
    browser = fresh("wang")
    days = {"from_on": DAY.isoformat(), "until_on": DAY.isoformat()}

    browser.post("/desk/stand-in", {"number": held.pk, "taker": "li", **days})
    assert roles("li") == {Role.REPORTER}
    assert "代示例wang办理" in text(log_in("li").get("/desk/"))
    browser.post("/desk/stand-in/end", {"number": Delegation.objects.get().pk})

    assert roles("li") == frozenset()


def test_one_ends_no_standing_in_of_others():
    for login in ("wang", "li", "zhao"):
        person(login, Role.REPORTER)
    held = Assignment.objects.get(staff__login="wang")
    days = {"from_on": DAY.isoformat(), "until_on": DAY.isoformat()}
    fresh("wang").post("/desk/stand-in", {"number": held.pk, "taker": "li", **days})

    answer = fresh("zhao").post("/desk/stand-in/end", {"number": Delegation.objects.get().pk})

    assert answer.status_code == 404
    assert Delegation.objects.get().ended_on is None


def test_one_lets_nobody_stand_in_for_a_role_of_another():
    person("wang", Role.REPORTER)
    person("li", Role.CHECKER)
    theirs = Assignment.objects.get(staff__login="li")
    days = {"from_on": DAY.isoformat(), "until_on": DAY.isoformat()}

    fresh("wang").post("/desk/stand-in", {"number": theirs.pk, "taker": "li", **days})

    assert Delegation.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/en/desk/", "My roles today"),
        ("/desk/", "今日角色"),
        ("/en/desk/factors", "My recovery codes"),
        ("/en/desk/login", "Log in"),
    ],
)
def test_pages_speak_the_language_of_their_address(address, words):
    person("wang", Role.REPORTER)
    browser = Client() if address.endswith("login") else log_in("wang")

    answer = browser.get(address)

    assert words in text(answer)
    assert "<script" not in text(answer)
    assert "style=" not in text(answer)


def test_a_name_with_markup_is_shown_as_text():
    person("admin", Role.SYSTEM_ADMIN)
    Staff.objects.filter(login="admin").update(name="<script>alert(1)</script>")

    answer = fresh("admin").get("/desk/accounts")

    assert "<script>" not in text(answer)
    assert "&lt;script&gt;" in text(answer)


@pytest.mark.parametrize(
    ("address", "role", "field"),
    [(address, role, field) for address, role, fields in TYPED for field in fields],
)
def test_a_persons_number_that_was_typed_is_refused_and_not_repeated(address, role, field):
    person("wang", role)
    before = (Staff.objects.count(), Assignment.objects.count(), Delegation.objects.count())

    answer = fresh("wang").post(f"/desk/{address}", {field: f"张三 {CANARY}"})

    assert "其中含有个人号码，请删去" in text(answer)
    assert CANARY not in answer.content.decode()
    after = (Staff.objects.count(), Assignment.objects.count(), Delegation.objects.count())
    assert after == before


def test_a_persons_number_that_was_typed_as_login_name_is_not_repeated():
    answer = Client().post("/desk/login", {"login": CANARY, "password": CANARY})

    assert answer.status_code == 200
    assert CANARY not in answer.content.decode()
