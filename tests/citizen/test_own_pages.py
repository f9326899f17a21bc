"""What a person sees: own records, own consents with each use, and nothing of anybody else (P2)."""

import re
from html import unescape

import pytest
from django.test import Client

from gongxin.accounts.client_actions import disable_client
from gongxin.audit.models import Row
from gongxin.core.audit import By
from gongxin.personal import actions, consent, ending
from gongxin.personal.consent import Asked
from gongxin.personal.ending import Decision, Ground
from gongxin.personal.models import Grant
from tests.citizen.conftest import ANNA, BEI, LICENCE, PENALTY, Place, logged_in
from tests.fixtures.penalties import MARKET_NAME

pytestmark = pytest.mark.django_db
LABELS = {PENALTY: "行政处罚", LICENCE: "行政许可"}


def text(answer) -> str:
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(words))


def form(place: Place, **changes: object) -> dict[str, object]:
    filled = {
        "client": f"client:{place.bank}",
        "purpose": "lending",
        "items": [PENALTY],
        "days": "30",
        "uses": "2",
        "notices": sorted(consent.NOTICES),
        "text_version": consent.TEXT_VERSION,
    }
    return {name: value for name, value in (filled | changes).items() if value is not None}


def granted(place: Place, browser: Client, **changes: object) -> str:
    answer = browser.post("/consents/new", form(place, **changes))
    found = re.search(r'own-token">([^<]+)<', answer.content.decode())
    assert found is not None, text(answer)
    return found[1]


def use(place: Place, token: str, *items: str) -> int:
    asked = Asked(f"client:{place.bank}", "lending", frozenset(items or (PENALTY,)))
    return len(actions.use(token, asked, at=place.now, keys=place.keys))


def test_one_sees_one_s_own_records_with_source_term_and_basis(place):
    place.seal(ANNA, 1)
    place.seal(BEI, 2)

    seen = text(logged_in().get("/records"))

    assert "盘环罚〔2026〕0001号" in seen
    assert "盘环罚〔2026〕0002号" not in seen
    assert "报送单位" in seen
    assert MARKET_NAME in seen
    assert "到期删除 2027-02-21" in seen  # 90 days after 2026-11-23
    assert "个人信息保护法" in seen
    assert Row.objects.filter(action="person.own", actor="person").count() == 1


def test_numbers_are_masked_one_s_own_too(place):
    place.seal(ANNA, 1)

    assert ANNA not in logged_in().get("/records").content.decode()


def test_past_its_term_a_record_is_gone_though_nothing_deleted_it(place):
    place.seal(ANNA, 1)
    place.later(days=90)
    assert "盘环罚〔2026〕0001号" in text(logged_in().get("/records"))
    place.later(days=1)

    assert "盘环罚〔2026〕0001号" not in text(logged_in().get("/records"))


def test_who_has_no_records_is_told_so(place):
    place.seal(BEI, 1)

    assert "没有留存记录" in text(logged_in().get("/records"))


@pytest.mark.parametrize("name", ["number", "person", "id", "q", "name"])
def test_nobody_is_named_from_outside(place, name):
    """An address or a form that names somebody changes nothing of whose records are shown."""
    place.seal(BEI, 2)
    browser = logged_in()

    for answer in (browser.get("/records", {name: BEI}), browser.get(f"/records?{name}={BEI}")):
        assert "盘环罚〔2026〕0002号" not in text(answer)
        assert BEI not in answer.content.decode()


def test_a_consent_is_given_on_a_page_and_its_token_is_shown_once(place):
    place.seal(ANNA, 1)
    browser = logged_in()
    answer = browser.post("/consents/new", form(place))
    token = re.search(r'own-token">([^<]+)<', answer.content.decode())[1]

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert use(place, token) == 1
    seen = browser.get("/consents")
    assert token not in seen.content.decode()
    assert "示例" not in token


@pytest.mark.parametrize(
    "wrong",
    [
        {"client": None},
        {"client": "client:somebody"},
        {"purpose": "gossip"},
        {"items": None},
        {"items": ["grade"]},
        {"days": "31"},
        {"days": "0"},
        {"uses": "21"},
        {"uses": "0"},
        {"notices": sorted(consent.NOTICES)[1:]},
        {"text_version": "2025-01"},
        {"text_version": None},
    ],
)
def test_a_consent_that_is_too_wide_or_not_ticked_grants_nothing(place, wrong):
    browser = logged_in()
    rows = Row.objects.count()

    answer = browser.post("/consents/new", form(place, **wrong))

    assert answer.status_code == 422
    assert (Grant.objects.count(), Row.objects.count()) == (0, rows)


def test_the_form_ticks_nothing_by_itself(place):
    page = logged_in().get("/consents/new").content.decode()

    assert page.count('type="checkbox"') >= len(consent.NOTICES) + 2
    assert "checked" not in page


def test_each_use_is_seen_with_time_client_and_purpose(place):
    place.seal(ANNA, 1)
    browser = logged_in()
    token = granted(place, browser)
    place.later(minutes=5)
    use(place, token)

    seen = text(browser.get("/consents"))

    assert "2026-11-23 11:05:00 盘锦市市场监督管理局 · 授信系统 融资授信审查" in seen
    assert "1 条" in seen


def test_withdrawn_on_the_page_the_next_use_is_refused_in_the_same_instant(place):
    place.seal(ANNA, 1)
    browser = logged_in()
    token = granted(place, browser)
    assert use(place, token) == 1

    answer = browser.post(f"/consents/{Grant.objects.get().id}/withdraw")

    assert answer.headers["Location"] == "/consents"
    with pytest.raises(consent.NotAllowed):
        use(place, token)
    assert "已撤回" in text(browser.get("/consents"))


def test_another_s_consent_is_as_if_it_were_not_there(place):
    granted(place, logged_in(ANNA))
    browser = logged_in(BEI)

    other = browser.post(f"/consents/{Grant.objects.get().id}/withdraw")
    nothing = browser.post(f"/consents/{'0' * 32}/withdraw")

    assert (other.status_code, nothing.status_code) == (404, 404)
    assert other.content == nothing.content
    assert Grant.objects.get().withdrawn_at is None
    assert "您没有作出过授权" in text(browser.get("/consents"))


def test_a_form_from_elsewhere_changes_nothing(place):
    browser = logged_in()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies

    answer = strict.post("/consents/new", form(place))

    assert (answer.status_code, Grant.objects.count()) == (403, 0)


def test_a_disabled_system_is_offered_to_nobody(place):
    disable_client(place.bank, by=By("operator:示例", place.now))
    browser = logged_in()

    assert "授信系统" not in text(browser.get("/consents/new"))
    assert browser.post("/consents/new", form(place)).status_code == 422


def test_the_page_on_what_is_never_done_is_for_everybody(place):
    seen = text(Client().get("/never"))

    assert "打分" in seen
    assert "绝不留存" in seen


def test_what_is_only_stored_says_so_to_its_person(place):
    place.seal(ANNA, 777)  # an act of this test alone: the folder of keys is all tests'
    decided = Decision(Ground.OTHER_LAW, "案1", By("operator:示例", place.now))
    browser = logged_in()
    assert "仅存储" not in text(browser.get("/records"))

    assert ending.block(ANNA, decided, place.keys) == 1

    assert "仅存储：法律规定的保存期限未满" in text(browser.get("/records"))
