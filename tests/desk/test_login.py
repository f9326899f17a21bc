"""Login with two factors; who is nobody here learns nothing (SAFETY T18)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from gongxin.accounts import actions, logins
from gongxin.accounts.models import FailedLogin
from gongxin.accounts.policy import Role
from gongxin.accounts.staff import Staff
from gongxin.audit.models import Row
from tests.desk.office import NOW, PASSWORD, SETUP, code, fresh, later, log_in, person, text
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import contents

pytestmark = pytest.mark.usefixtures("at_the_desk")


def deeds(action: str = "login") -> list[tuple[str, str]]:
    return list(Row.objects.filter(action=action).order_by("id").values_list("actor", "object"))


def test_name_password_and_code_open_the_desk():
    person("wang", Role.REPORTER)
    browser = Client()

    first = browser.post("/desk/login", {"login": "wang", "password": PASSWORD})
    assert first.headers["Location"] == "/desk/login/code"
    assert browser.get("/desk/").status_code == 302
    second = browser.post("/desk/login/code", {"code": code()})
    shown = browser.get("/desk/")

    assert second.headers["Location"] == "/desk/"
    assert "示例wang" in text(shown)
    assert "信源单位经办" in text(shown)
    assert deeds() == [("staff:wang", "staff:wang")]


def test_the_password_alone_opens_nothing():
    person("wang", Role.REPORTER)
    browser = Client()
    browser.post("/desk/login", {"login": "wang", "password": PASSWORD})

    assert browser.get("/desk/").headers["Location"] == "/desk/login?next=/desk/"
    assert browser.get("/desk/roles").status_code == 302


def test_a_wrong_code_opens_nothing_and_is_recorded():
    person("wang")
    browser = Client()
    browser.post("/desk/login", {"login": "wang", "password": PASSWORD})

    answer = browser.post("/desk/login/code", {"code": "000000"})

    assert answer.status_code == 200
    assert browser.get("/desk/").status_code == 302
    assert deeds() == [("nobody", "staff:wang")]


def test_a_code_is_good_once():
    person("wang")
    shown = code()
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post("/desk/login", {"login": "wang", "password": PASSWORD})

    first.post("/desk/login/code", {"code": shown})
    second.post("/desk/login/code", {"code": shown})

    assert first.get("/desk/").status_code == 200
    assert second.get("/desk/").status_code == 302


@pytest.mark.parametrize("login", ["wang", "nobody-of-that-name"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(login):
    person("wang")
    answer = Client(REMOTE_ADDR="127.0.0.2").post("/desk/login", {"login": login, "password": "x"})

    assert "登录名或密码不正确" in text(answer)
    assert login not in text(answer)


def test_a_closed_account_gets_the_same_answer():
    person("wang")
    actions.disable_staff("wang", by=SETUP)

    answer = Client().post("/desk/login", {"login": "wang", "password": PASSWORD})

    assert "登录名或密码不正确" in text(answer)
    assert deeds() == [("nobody", "staff:wang")]


def test_a_persons_number_typed_as_login_name_is_kept_nowhere(caplog):
    number = resident_number(1)

    answer = Client().post("/desk/login", {"login": number, "password": number})

    assert number not in text(answer)
    assert number not in str(contents())
    assert number not in caplog.text
    assert deeds() == [("nobody", "nobody")]


def test_whoever_has_no_second_factor_can_do_nothing_but_set_one_up():
    person("sun", Role.SECURITY_ADMIN, factor=False)
    browser = Client()
    browser.post("/desk/login", {"login": "sun", "password": PASSWORD})

    for address in ("/desk/", "/desk/roles", "/desk/password", "/desk/factors", "/en/desk/"):
        answer = browser.get(address)
        assert answer.headers["Location"].endswith("/desk/factors/app")
    granted = browser.post("/desk/roles/grant", {"login": "sun", "role": "auditor"})
    assert granted.headers["Location"] == "/desk/factors/app"

    page = browser.get("/desk/factors/app")
    secret = page.context["secret"]
    done = browser.post("/desk/factors/app", {"code": code(secret)})
    codes = browser.get(done.headers["Location"])

    assert len(codes.context["unused_codes"]) == 10
    assert "<svg" in text(page)
    assert "style=" not in text(page)
    assert browser.get("/desk/").status_code == 200
    assert deeds("add-factor") == [("staff:sun", "staff:sun")]


def test_factors_are_encrypted_in_the_database():
    person("sun", factor=False)
    browser = Client()
    browser.post("/desk/login", {"login": "sun", "password": PASSWORD})
    secret = browser.get("/desk/factors/app").context["secret"]
    browser.post("/desk/factors/app", {"code": code(secret)})

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept
    assert Authenticator.objects.count() == 2


def test_recovery_codes_are_shown_once_and_open_once():
    person("sun", factor=False)
    browser = Client()
    browser.post("/desk/login", {"login": "sun", "password": PASSWORD})
    secret = browser.get("/desk/factors/app").context["secret"]
    browser.post("/desk/factors/app", {"code": code(secret)})
    codes = browser.get("/desk/factors/codes").context["unused_codes"]

    again = browser.get("/desk/factors/codes")
    assert codes[0] not in text(again)
    entered = []
    for _ in range(2):
        other = Client()
        other.post("/desk/login", {"login": "sun", "password": PASSWORD})
        other.post("/desk/login/code", {"code": codes[0]})
        entered.append(other.get("/desk/").status_code)

    assert entered == [200, 302]


def test_thirty_idle_minutes_end_a_session(at_the_desk):
    person("wang")
    browser = log_in("wang")
    later(at_the_desk, timedelta(minutes=30))
    assert browser.get("/desk/").status_code == 200

    later(at_the_desk, timedelta(minutes=30, seconds=1))

    assert browser.get("/desk/").headers["Location"] == "/desk/login"
    assert Session.objects.count() == 0


def test_eight_hours_end_a_session_however_busy(at_the_desk):
    person("wang")
    browser = log_in("wang")
    answers = []
    for _ in range(17):
        later(at_the_desk, timedelta(minutes=29))
        answers.append(browser.get("/desk/").status_code)

    assert answers == [200] * 16 + [302]


def test_closing_an_account_ends_its_session_at_once():
    person("wang")
    browser = log_in("wang")

    actions.disable_staff("wang", by=SETUP)

    assert browser.get("/desk/").status_code == 302


def test_another_password_ends_all_other_sessions():
    person("wang")
    here, there = fresh("wang"), log_in("wang")
    new = "另一个-很长的密码-2026"

    done = here.post("/desk/password", {"password": new, "again": new})

    assert done.headers["Location"] == "/desk/"
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    "weak", ["short-2026", "wangwangwang", "示例wang示例wang", "123456789012", "password1234"]
)
def test_a_weak_password_is_refused(weak):
    person("wangwangwan")
    Staff.objects.filter(login="wangwangwan").update(login="wangwangwang", name="示例wang示例wang")
    browser = fresh("wangwangwang")
    before = Staff.objects.get().password

    answer = browser.post("/desk/password", {"password": weak, "again": weak})

    assert "field-error" in text(answer)
    assert Staff.objects.get().password == before


def test_failures_slow_down_and_never_lock_for_good(at_the_desk):
    person("wang")
    for _ in range(5):
        Client().post("/desk/login", {"login": "wang", "password": "x"})

    held = Client().post("/desk/login", {"login": "wang", "password": PASSWORD})
    elsewhere = Client(REMOTE_ADDR="127.0.0.9").post(
        "/desk/login", {"login": "wang", "password": PASSWORD}
    )
    later(at_the_desk, timedelta(seconds=2))
    after = Client().post("/desk/login", {"login": "wang", "password": PASSWORD})

    assert "后再试" in text(held)
    assert elsewhere.status_code == 302
    assert after.status_code == 302


def test_each_failure_more_doubles_the_wait_up_to_a_quarter_of_an_hour():
    both, address, name = logins.brakes("wang", "127.0.0.1", secret="s")

    waits = [both.wait(n).total_seconds() for n in (4, 5, 6, 7, 14, 15, 100)]

    assert waits == [0, 1, 2, 4, 512, 900, 900]
    assert name.wait(1000).total_seconds() == 30
    assert address.wait(19).total_seconds() == 0


def test_what_was_typed_is_kept_as_a_digest_only():
    Client().post("/desk/login", {"login": "张三丰", "password": "x"})

    assert "张三丰" not in str(contents())
    assert FailedLogin.objects.count() == 3


@pytest.mark.parametrize("address", ["/desk/signup", "/desk/password/reset/", "/desk/email/"])
def test_nobody_signs_up_or_gets_a_password_by_mail(address):
    assert Client().get(address).status_code == 404


def test_pages_of_the_desk_are_kept_nowhere():
    person("wang")
    for answer in (Client().get("/desk/login"), log_in("wang").get("/desk/")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_logging_out_ends_the_session_by_a_form_only():
    person("wang")
    browser = log_in("wang")
    assert browser.get("/desk/logout").status_code == 200
    assert browser.get("/desk/").status_code == 200

    browser.post("/desk/logout")

    assert browser.get("/desk/").status_code == 302
    assert deeds("logout") == [("staff:wang", "staff:wang")]


def test_a_form_without_its_token_is_refused():
    person("wang")

    answer = Client(enforce_csrf_checks=True).post(
        "/desk/login", {"login": "wang", "password": PASSWORD}
    )

    assert answer.status_code == 403
    assert NOW.isoformat() not in text(answer)
