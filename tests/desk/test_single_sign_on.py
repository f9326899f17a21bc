"""Login through a real OpenID Connect provider that runs beside the test (legal.md L10)."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from gongxin.accounts import actions
from gongxin.accounts.actions import BadAccount
from gongxin.accounts.models import Staff
from gongxin.accounts.policy import Role
from gongxin.audit.models import Row
from gongxin.site.settings import SingleSignOn, identity_services
from tests.conftest import ROOT
from tests.desk import identity
from tests.desk.office import SETUP, code, person, text
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import contents


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.desk.identity"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def sso(at_the_desk, issuer) -> SingleSignOn:
    service = SingleSignOn(issuer, identity.CLIENT, identity.SECRET)
    at_the_desk.GONGXIN = replace(at_the_desk.GONGXIN, sso=service)
    at_the_desk.SOCIALACCOUNT_PROVIDERS = identity_services(service)
    return service


def visit(address: str, **more: str) -> str:
    """Open the provider's page as a browser would and return where it leads."""
    parts = urlsplit(address)
    added = "".join(f"&{name.rstrip('_')}={value}" for name, value in more.items())
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}{added}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers["Location"]


def come_back(browser: Client, sso: SingleSignOn, subject: str, **more: str):
    asked = browser.post(f"/desk/sso/{sso.provider}/login")
    way_back = urlsplit(visit(asked.headers["Location"], as_=subject, **more))
    return browser.get(f"{way_back.path}?{way_back.query}")


def is_in(browser: Client) -> bool:
    return browser.get("/desk/").status_code == 200


def test_a_linked_account_enters_with_its_second_factor(sso):
    person("wang", Role.REPORTER)
    actions.link_staff("wang", sso.provider, "subject-1", by=SETUP)
    browser = Client()

    back = come_back(browser, sso, "subject-1")
    assert back.headers["Location"] == "/desk/login/code"
    assert not is_in(browser)
    browser.post("/desk/login/code", {"code": code()})

    assert is_in(browser)
    assert Row.objects.filter(action="login", actor="staff:wang").count() == 1


def test_what_the_service_says_beside_the_subject_is_kept_nowhere(sso):
    person("wang", Role.REPORTER)
    actions.link_staff("wang", sso.provider, "subject-1", by=SETUP)

    come_back(Client(), sso, "subject-1")

    assert "13800000000" not in str(contents())
    assert "示例姓名" not in str(contents())


def test_who_is_not_linked_does_not_enter_and_no_account_is_made(sso):
    person("wang", Role.REPORTER)
    browser = Client()
    before = Staff.objects.count()

    answer = come_back(browser, sso, "somebody")

    assert answer.status_code == 403
    assert "未能登录" in text(answer)
    assert not is_in(browser)
    assert (Staff.objects.count(), SocialAccount.objects.count()) == (before, 0)
    assert Row.objects.filter(action="login", actor="nobody").count() == 1


def test_a_closed_account_does_not_enter(sso):
    person("wang", Role.REPORTER)
    actions.link_staff("wang", sso.provider, "subject-1", by=SETUP)
    actions.disable_staff("wang", by=SETUP)
    browser = Client()

    assert come_back(browser, sso, "subject-1").status_code == 403
    assert not is_in(browser)


def test_a_link_to_another_issuer_opens_nothing(sso):
    person("wang", Role.REPORTER)
    other = SingleSignOn("https://id.example", "gongxin", "s")
    actions.link_staff("wang", other.provider, "subject-1", by=SETUP)
    browser = Client()

    assert come_back(browser, sso, "subject-1").status_code == 403
    assert not is_in(browser)


@pytest.mark.parametrize("tamper", ["issuer", "audience", "key", "end"])
def test_a_token_that_is_not_right_opens_nothing(sso, tamper):
    person("wang", Role.REPORTER, factor=False)
    actions.link_staff("wang", sso.provider, "subject-1", by=SETUP)
    browser = Client()

    assert come_back(browser, sso, "subject-1", tamper=tamper).status_code == 403
    assert browser.get("/desk/").headers["Location"].startswith("/desk/login")


def test_a_way_back_is_good_once_and_in_its_own_browser(sso):
    person("wang", Role.REPORTER)
    actions.link_staff("wang", sso.provider, "subject-1", by=SETUP)
    browser, other = Client(), Client()
    asked = browser.post(f"/desk/sso/{sso.provider}/login")
    way_back = urlsplit(visit(asked.headers["Location"], as_="subject-1"))
    address = f"{way_back.path}?{way_back.query}"

    stolen = other.get(address)
    first, again = browser.get(address), browser.get(address)

    assert (stolen.status_code, first.status_code, again.status_code) == (403, 302, 403)


def test_nobody_is_led_away_by_a_link(sso):
    assert Client().get(f"/desk/sso/{sso.provider}/login").status_code == 405
    assert Client().post("/desk/sso/another/login").status_code == 404


def test_a_service_that_is_down_is_said_so(sso, at_the_desk):
    down = SingleSignOn("http://127.0.0.1:9", "gongxin", "s")
    at_the_desk.GONGXIN = replace(at_the_desk.GONGXIN, sso=down)
    at_the_desk.SOCIALACCOUNT_PROVIDERS = identity_services(down)

    assert Client().post(f"/desk/sso/{down.provider}/login").status_code == 403


def test_without_a_service_there_is_no_such_page(at_the_desk):
    assert Client().post("/desk/sso/sso-1/login").status_code == 404
    assert "sso" not in text(Client().get("/desk/login"))


def test_a_subject_is_linked_once_and_never_a_persons_number(sso):
    person("wang")
    person("li")
    actions.link_staff("wang", sso.provider, "subject-1", by=SETUP)

    with pytest.raises(BadAccount):
        actions.link_staff("li", sso.provider, "subject-1", by=SETUP)
    with pytest.raises(BadAccount):
        actions.link_staff("li", sso.provider, resident_number(1), by=SETUP)

    assert SocialAccount.objects.count() == 1
