"""Pages of work at both widths: none is wider than the screen, none complains (SAFETY T27)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError

from gongxin.accounts import agents, logins, special
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.accounts.policy import Actor, Role
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.core.audit import By
from gongxin.core.destinations import Allowed
from gongxin.desk import actions as boards
from gongxin.desk.queries import Board
from gongxin.feedback import actions as feedback
from gongxin.feedback.queries import Category
from gongxin.portal import queries
from gongxin.push.actions import Wanted, propose
from tests.desk.office import (
    NOW,
    PASSWORD,
    SECRET,
    SETUP,
    Authenticator,
    FactorAdapter,
    fresh,
    person,
    quick_passwords,
)
from tests.fixtures import platform as tables
from tests.fixtures.platform import MARKET
from tests.portal import world as w

__all__ = ["quick_passwords"]

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("platform", "busy_desk"),
]
LISTED, DAY = w.code(1), NOW.date()
TERM = Term(DAY, DAY + timedelta(days=30))
LONG = "关于进一步做好行政许可和行政处罚等信用信息归集公示及信用核查有关工作的说明" * 4


@pytest.fixture
def busy_desk(transactional_db, platform, release, settings):
    """A desk with something on each page; what stays after it is removed."""
    cache.clear()
    settings.DESK_NOW = NOW
    w.organisation(LISTED, "盘锦示例石化装备有限公司")
    ends = {"public_until": DAY + timedelta(100)}
    w.record(LISTED, "serious-violation-list", {}, adverse=True, **ends)
    w.penalty(LISTED)
    for number, unit in enumerate((MARKET, "112111000590830155")):
        question = Question(
            LISTED, "procurement", "admission", DAY, NOW, "client:示例", f"{number}", unit
        )
        check(question, release)
    wanted = special.Wanted(
        unit=MARKET,
        items=("utility-bill", "administrative-penalty"),
        subjects=tuple(w.code(n) for n in range(1, 9)),
        form="",
        purpose="admission",
        matter="bidding",
        basis="《示例条例》第三条" + LONG[:80],
        term=Term(DAY, DAY + timedelta(30)),
    )
    by = By("staff:li", NOW)
    special.apply(wanted, known=set(wanted.items), by=by)
    actor = Actor("staff:li", MARKET, region="211100")
    draft = boards.Draft(Board.TASK, "核对报送" * 8, LONG, "", "", DAY + timedelta(7))
    boards.write_message(draft, actor=actor, by=by)
    terms = release.content.site[-1].feedback
    words = "https://example.cn/" + "a" * 120 + LONG
    client = add_client(NewClient("接收变更" * 12, MARKET, ("checker",)), by=by)
    address = f"https://receiver.example.cn/{'hook' * 40}"
    propose(Wanted(client.client_id, MARKET, address), by=by, allowed=Allowed())
    for category in Category:
        feedback.file(category, words, terms=terms, calendar=release.calendar, by=by)
    yield
    tables.empty()
    w.Current.objects.all().delete()


@pytest.fixture
def enter(live_server, page):
    """Open the desk as somebody with a fresh factor."""

    def entered(login: str) -> None:
        browser = fresh(login)
        for name, cookie in browser.cookies.items():
            page.context.add_cookies(
                [{"name": name, "value": cookie.value, "url": live_server.url}]
            )

    return entered


@pytest.mark.parametrize("page", [True], indirect=True, ids=["script"])
def test_pages_of_the_desk_fit(live_server, page, trouble, fits, enter):
    person("wu", Role.OPERATOR, Role.SUPERVISOR, Role.CHECKER)
    enter("wu")
    addresses = ("", "special", "special/apply", "records", "counts", "boards", "letters", "pushes")
    wide = []
    for address in addresses:
        page.goto(f"{live_server.url}/desk/{address}")
        wide += [] if fits(page) else [address]
    page.goto(f"{live_server.url}/desk/records")
    page.get_by_label("统一社会信用代码").fill(LISTED)
    page.get_by_label("案号").fill("盘审〔2026〕1号")
    page.get_by_role("main").get_by_role("button", name="查询").click()
    wide += [] if fits(page) else ["looked up"]

    assert wide == []
    assert trouble.nothing_happened(), trouble


@pytest.mark.parametrize("page", [True], indirect=True, ids=["script"])
def test_the_page_of_looks_fits(live_server, page, trouble, fits, enter):
    staff = agents.add_agent(Person("an-agent", "示例经办人", "A-1", LISTED), by=SETUP)
    logins.set_password(staff, PASSWORD, at=NOW)
    secret = {"secret": FactorAdapter().encrypt(SECRET)}
    Authenticator.objects.create(user=staff, type="totp", data=secret)
    agents.appoint(agents.Mandate("an-agent", "授权委托书〔2026〕7号", TERM), by=SETUP)
    enter("an-agent")
    page.goto(f"{live_server.url}/desk/looks")

    assert fits(page)
    assert trouble.nothing_happened(), trouble


@pytest.mark.parametrize("page", [True], indirect=True, ids=["script"])
def test_letters_and_pages_of_trouble_fit(live_server, page, fits, monkeypatch, settings):
    page.goto(f"{live_server.url}/feedback")
    assert fits(page)
    page.get_by_label("类别").select_option("suggestion")
    page.get_by_label("内容").fill("请增加英文说明。")
    page.get_by_role("button", name="提交").click()
    assert fits(page)

    def away(*_, **__):
        raise OperationalError

    monkeypatch.setattr(queries, "figures", away)
    page.goto(f"{live_server.url}/")
    assert fits(page)
    settings.API_LIMITS = {"anonymous": dict.fromkeys(("second", "minute", "day"), 0)}
    page.goto(f"{live_server.url}/guide/repair")
    assert fits(page)
