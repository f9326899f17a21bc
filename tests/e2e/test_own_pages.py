"""A person in a browser: login by real name, own records, a consent given and withdrawn (P2).

Against the process as an operator starts it and a provider of identities beside it, at both widths.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.citizen.conftest import ANNA, issuer
from tests.citizen.test_process import answers, ended, platform
from tests.cli.test_sealing_process import begun, comes, free_port
from tests.e2e.conftest import Trouble
from tests.fixtures.platform import MARKET

__all__ = ["issuer", "platform"]
pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def own(platform) -> Iterator[str]:
    """The process for persons, with a client that somebody may allow."""
    platform.document("client", "add", "授信系统", "--unit", MARKET, "--role", "bank")
    port = free_port()
    served = begun(platform, "personal", "serve", "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    assert comes(lambda: answers(address))
    yield address
    assert ANNA not in ended(served)


@pytest.fixture
def trouble(own) -> Trouble:
    return Trouble(own)


def log_in(page, own: str) -> None:
    page.goto(f"{own}/")
    page.get_by_role("button", name="实名登录").click()
    page.get_by_label("证件号码").fill(ANNA)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的记录")


@pytest.mark.parametrize("page", [False], indirect=True, ids=["no-script"])
def test_own_records_and_a_consent_given_and_withdrawn(own, issuer, page, trouble, fits):
    log_in(page, own)
    expect(page.get_by_text("盘环罚〔2026〕0001号")).to_be_visible()
    expect(page.get_by_text("盘环罚〔2026〕0002号")).to_have_count(0)
    assert ANNA not in page.content()
    assert fits(page)

    page.get_by_role("link", name="我的授权").click()
    before = page.get_by_role("button", name="立即撤回").count()
    page.get_by_role("link", name="新增授权").click()
    assert fits(page)
    page.get_by_label("授权给谁").select_option(index=0)
    page.get_by_label("用途", exact=True).select_option("lending")
    page.locator("input[name=items][value=administrative-penalty]").check()
    for notice in page.locator("input[name=notices]").all():
        notice.check()
    page.get_by_role("button", name="确认授权").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("授权成功")
    token = page.locator(".own-token").inner_text()
    assert len(token) > 32
    assert fits(page)

    page.get_by_role("main").get_by_role("link", name="我的授权").click()
    expect(page.get_by_role("button", name="立即撤回")).to_have_count(before + 1)
    assert token not in page.content()
    assert fits(page)
    page.get_by_role("button", name="立即撤回").first.click()
    expect(page.get_by_role("button", name="立即撤回")).to_have_count(before)
    expect(page.get_by_text("已撤回").first).to_be_visible()
    assert fits(page)

    page.get_by_role("button", name="退出").click()
    page.goto(f"{own}/records")
    expect(page.get_by_role("button", name="实名登录")).to_be_visible()
    assert [url for url in trouble.outside if not url.startswith(issuer)] == []
    assert (trouble.console, trouble.failed) == ([], [])
