"""The desk in a browser: two factors with and without script, a security key, both widths (T18)."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from gongxin.accounts import actions, logins
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.policy import Role
from gongxin.core.audit import By
from gongxin.desk import clock
from tests.desk.office import PASSWORD, code
from tests.fixtures import platform as tables
from tests.fixtures.platform import MARKET

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("platform", "empty_desk"),
]


@pytest.fixture
def empty_desk(transactional_db):
    """Leaves nothing behind: the audit log is not among the tables that Django empties."""
    cache.clear()
    yield
    tables.empty()


@pytest.fixture
def sun(platform) -> str:
    """A security administrator who has a password and no second factor yet."""
    by = By("operator:示例", clock.now())
    staff = actions.add_staff(Person("sun", "示例孙", "007", MARKET), by=by)
    actions.add_staff(Person("wang", "示例王", "008", MARKET), by=by)
    logins.set_password(staff, PASSWORD, at=clock.now())
    actions.grant_role("sun", Role.SECURITY_ADMIN, MARKET, Term(clock.today()), by=by)
    return "sun"


def log_in(page, url: str) -> None:
    page.goto(f"{url}/desk/")
    page.get_by_label("登录名").fill("sun")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()


def test_two_factors_and_a_role(live_server, page, trouble, fits, sun):
    log_in(page, live_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("设置第二因素")
    assert fits(page)
    secret = page.locator(".code").inner_text()
    page.get_by_label("动态口令").fill(code(secret))
    page.get_by_role("main").get_by_role("button", name="设置", exact=True).click()
    expect(page.locator(".code-list li")).to_have_count(10)
    assert fits(page)

    page.get_by_role("link", name="角色").click()
    page.locator("form[action$='grant'] select[name=login]").select_option("wang")
    page.locator("form[action$='grant'] select[name=role]").select_option("reporter")
    page.locator("form[action$='grant'] select[name=unit]").select_option(MARKET)
    assert fits(page)
    page.get_by_role("button", name="授予", exact=True).click()

    expect(page.get_by_text("信源单位经办 · 盘锦市市场监督管理局").first).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="密码和第二因素").click()
    assert fits(page)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    assert trouble.nothing_happened(), trouble


@pytest.mark.parametrize("page", [True], indirect=True, ids=["script"])
def test_a_security_key_is_a_second_factor(live_server, page, trouble, fits, sun):
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True}
    key |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})

    log_in(page, live_server.url)
    page.get_by_role("link", name="改用安全密钥").click()
    assert fits(page)
    page.get_by_role("button", name="添加").click()
    expect(page.locator(".code-list li")).to_have_count(10)
    page.get_by_role("button", name="退出").click()

    log_in(page, live_server.url)
    page.get_by_role("button", name="使用安全密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示例孙")
    page.get_by_role("link", name="角色").click()
    page.get_by_role("link", name="使用安全密钥").click()
    page.get_by_role("button", name="使用安全密钥").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("角色")
    assert trouble.nothing_happened(), trouble
