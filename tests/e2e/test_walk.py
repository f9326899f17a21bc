"""From the start page to an explained grade, as a firm's clerk would go (P9, T27)."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.portal import world

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("platform", "empty_ledger"),
]

NAME = "盘锦示例石化装备有限公司"
HOSTILE = (
    "盘锦<script>document.title='x'</script>有限公司",
    "盘锦<img src=x onerror=alert(1)>有限公司",
    '盘锦"><svg onload=alert(1)>有限公司',
    "盘锦'-alert(1)-'有限公司",
    "盘锦{% debug %}{{ 7|add:7 }}有限公司",
    "盘锦javascript:alert(1)有限公司",
    "盘锦</title><style>*{display:none}</style>有限公司",
    "盘锦&lt;script&gt;alert(1)&lt;/script&gt;有限公司",
)


@pytest.fixture
def firm():
    code = world.organisation(world.code(1), NAME, "盘锦示例机械厂")
    world.organisation(world.code(2), "盘锦示例石化贸易有限公司")
    world.penalty(code)
    world.penalty(
        code,
        2,
        failing_class="严重",
        public_until=date(2028, 5, 10),
        repairable_from=date(2027, 5, 10),
    )
    world.honour(code)
    for number in range(1, 8):
        world.licence(code, number)
    return code


def test_search_organisation_explanation(live_server, page, trouble, fits, firm):
    page.goto(live_server.url)
    assert fits(page)
    page.get_by_label("单位名称、统一社会信用代码或文书号").fill("石化")
    page.get_by_role("main").get_by_role("button", name="查询").click()

    expect(page.get_by_text("共 2 家单位符合")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name=NAME).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page.get_by_text("公示中的行政处罚 2 条")).to_be_visible()
    expect(page.locator(".grade-sample")).to_have_text("示例")
    page.locator("#adverse summary").first.click()
    expect(page.locator("#adverse details").first).to_have_attribute("open", "")
    assert fits(page)
    page.get_by_role("link", name="等级是怎么来的").click()

    expect(page.get_by_text("本模型仅为示例")).to_be_visible()
    expect(page.locator(".ledger tfoot td")).to_have_text("895")  # 1000 + 10 − 20 − 5 − 80 − 10
    assert fits(page)
    page.locator(".ledger").get_by_role("link", name="行政处罚 盘市监罚〔2026〕1号").first.click()

    expect(page.get_by_text("可以申请修复")).to_be_visible()
    assert fits(page)
    assert trouble.nothing_happened(), trouble


def test_exact_code_opens_the_organisation_at_once(live_server, page, trouble, firm):
    page.goto(f"{live_server.url}/guide/repair")
    page.get_by_role("banner").get_by_role("searchbox").fill(firm.lower())
    page.get_by_role("banner").get_by_role("searchbox").press("Enter")

    expect(page).to_have_url(f"{live_server.url}/subjects/{firm}/")
    assert trouble.nothing_happened(), trouble


def test_the_other_language_is_the_same_page(live_server, page, trouble, fits, firm):
    page.goto(f"{live_server.url}/subjects/{firm}/explanation")
    page.get_by_role("link", name="English").click()

    expect(page).to_have_url(f"{live_server.url}/en/subjects/{firm}/explanation")
    expect(page.get_by_role("heading", level=1)).to_contain_text("How this grade came about")
    assert fits(page)
    page.get_by_role("link", name="简体中文").click()
    expect(page).to_have_url(f"{live_server.url}/subjects/{firm}/explanation")
    assert trouble.nothing_happened(), trouble


def test_every_page_fits_the_screen(live_server, page, trouble, fits, firm):
    about = f"/subjects/{firm}/"
    pages = [
        "/",
        "/search?q=%E7%A4%BA%E4%BE%8B",
        "/search?q=%E6%97%A0",
        about,
        f"{about}explanation",
        f"{about}sections/basic",
        f"{about}timeline",
        "/catalog",
        "/model",
        "/guide/repair",
        "/guide/objection",
    ]
    for address in [*pages, *(f"/en{rest}" for rest in pages)]:
        page.goto(live_server.url + address)
        assert fits(page), address
    assert trouble.nothing_happened(), trouble


def test_fields_of_the_catalog_open_within_their_own_box(live_server, page, trouble, fits):
    page.goto(f"{live_server.url}/catalog")
    page.locator("#i-administrative-penalty summary").click()

    expect(page.get_by_role("region", name="行政处罚").get_by_text("CF_WSH")).to_be_visible()
    assert fits(page)
    assert trouble.nothing_happened(), trouble


def test_keyboard_reaches_the_content_first(live_server, page, firm):
    page.goto(f"{live_server.url}/subjects/{firm}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("size", ["desk"], indirect=True)
@pytest.mark.parametrize("page", [True], indirect=True, ids=["script"])
def test_hostile_names_stay_text(live_server, page, trouble):
    for number, name in enumerate(HOSTILE, start=10):
        code = world.organisation(world.code(number), name)
        world.penalty(code, number)
        for rest in ("", "explanation", "sections/adverse", "timeline"):
            page.goto(f"{live_server.url}/subjects/{code}/{rest}")
            expect(page.get_by_text(name, exact=True).first).to_be_attached()
    page.goto(f"{live_server.url}/search?q=%E7%9B%98%E9%94%A6")
    expect(page.locator(".hit-name")).to_have_count(len(HOSTILE))

    assert trouble.nothing_happened(), trouble


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_a_persons_number_is_not_on_the_page(live_server, page, trouble):
    page.goto(f"{live_server.url}/search?q=219999207706140387")

    expect(page.get_by_role("heading", level=1)).to_have_text("没有查到")
    expect(page.get_by_role("searchbox")).to_have_value("")
    assert "219999207706140387" not in page.content()
    assert trouble.nothing_happened(), trouble
