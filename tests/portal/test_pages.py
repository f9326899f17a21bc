"""What holds for every public page in both languages."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from gongxin.law import Release
from tests.portal import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]

FIRM = world.code(1)
HOSTILE = "盘锦<script>alert(1)</script>\"onload='x'{{ 7 }}&lt;有限公司"
ABOUT = ["", "explanation", "sections/basic", "sections/adverse", "timeline"]
PLAIN = [
    "/",
    "/search",
    "/search?q=盘锦",
    "/catalog",
    "/open-data",
    "/model",
    "/guide/repair",
    "/guide/objection",
]
REFUSED = ["/nothing", "/?x=1", f"/subjects/{world.code(9)}/"]
PAGES = [*PLAIN, *(f"/subjects/{FIRM}/{rest}" for rest in ABOUT), *REFUSED]
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


class Reader(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.elements if name in attrs]


@pytest.fixture(params=["", "/en"], ids=["zh", "en"])
def prefix(request) -> str:
    return request.param


@pytest.fixture(params=PAGES)
def response(request, client, prefix):
    world.organisation(FIRM, HOSTILE)
    world.penalty(FIRM)
    world.licence(FIRM)
    world.honour(FIRM)
    return client.get(prefix + request.param)


def test_policy_is_exact(response):
    directives = [
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    ]

    assert dict(directives) == POLICY
    assert len(directives) == len(POLICY)


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(response):
    reader = Reader(response.content.decode())
    tags = {tag for tag, _ in reader.elements}
    loaded = [a["href"] for tag, a in reader.elements if tag == "link"] + reader.values("src")

    assert tags & {"script", "style", "iframe", "object", "embed", "img", "base"} == set()
    assert reader.values("style") == []
    assert [name for _, a in reader.elements for name in a if name.startswith("on")] == []
    assert loaded == ["/static/portal/icon.svg", "/static/portal/portal.css"]
    assert "data:" not in response.content.decode()
    assert "javascript:" not in response.content.decode()


def test_a_name_cannot_become_markup(response):
    assert "<script" not in response.content.decode()


def test_ids_occur_once(response):
    ids = Reader(response.content.decode()).values("id")

    assert len(ids) == len(set(ids))


def test_each_field_has_a_label_and_each_page_a_heading(response):
    elements = Reader(response.content.decode()).elements
    labelled = {attrs["for"] for tag, attrs in elements if tag == "label"}

    assert {a["id"] for tag, a in elements if tag == "input" and "type" in a} == labelled
    assert [tag for tag, _ in elements].count("h1") == 1


def test_language_follows_from_the_address(response, prefix):
    text = response.content.decode()

    assert f'<html lang="{"en" if prefix else "zh-Hans"}">' in text
    assert response["Content-Language"] == ("en" if prefix else "zh-hans")
    assert "Vary" not in response or "Accept-Language" not in response["Vary"]
    assert not response.cookies


def test_the_other_language_is_one_link_away(response, prefix):
    links = [a for _, a in Reader(response.content.decode()).elements if "hreflang" in a]

    assert [link["hreflang"] for link in links] == ["zh-Hans" if prefix else "en"]
    assert links[0]["href"].startswith("/en") is not bool(prefix)


def test_links_inside_the_site_keep_the_language(response, prefix):
    elements = Reader(response.content.decode()).elements
    inside = [
        a["href"]
        for tag, a in elements
        if tag == "a"
        and a["href"].startswith("/")
        and not a["href"].startswith("/api/")  # for machines: one language
        and "hreflang" not in a
    ]

    assert inside
    assert {link.startswith("/en/") for link in inside} == {bool(prefix)}


def test_pages_are_kept_five_minutes_at_most(response):
    assert response["Cache-Control"] in {"public, max-age=300", "no-store"}


def test_the_demonstration_says_so(response, prefix):
    said = "Demonstration" if prefix else "本站展示的主体、信息和等级均为虚构"

    assert said in response.content.decode()


def test_skip_link_is_the_first_element_of_the_body(response):
    elements = Reader(response.content.decode()).elements
    after = elements[[tag for tag, _ in elements].index("body") + 1]

    assert after == ("a", {"class": "skip", "href": "#main"})


def test_forbidden_words_do_not_appear(response):
    assert re.search("黑名单|红黑榜|blacklist", response.content.decode(), re.IGNORECASE) is None


def test_colour_never_stands_alone(response):
    text = response.content.decode()
    chips = re.findall(r'class="(?:chip|tag)[ "].*?</span>', text, re.DOTALL)

    assert all(re.search(r">\s*[^<\s]", chip) for chip in chips)


def test_a_place_that_is_no_demonstration_has_no_banner(client, adopt, release):
    packs = tuple(pack for pack in release.content.packs if pack.pack != "demo")
    adopt(Release(replace(release.content, packs=packs)))

    assert "demo-bar" not in client.get("/").content.decode()


def test_figures_count_what_is_public_today(client, firm, settings):
    world.penalty(firm)
    world.licence(firm)
    world.penalty(firm, 3, hidden="held")
    settings.PORTAL_TODAY = date(2027, 5, 11)

    text = client.get("/").content.decode()

    assert re.findall(r"<dd>(\d+)</dd>", text) == ["1", "1", "1"]
    assert "截至 2027-05-11" in text


def test_figures_are_counted_once_in_five_minutes(client, django_assert_num_queries):
    client.get("/")

    with django_assert_num_queries(1):  # that counts the page of the address
        client.get("/")


def test_refusals_do_not_repeat_the_address(client):
    texts = {client.get(path).content for path in ("/nothing-there", "/other-thing")}

    assert len(texts) == 1


def test_a_browsers_wish_and_a_cookie_change_nothing(client):
    plain = client.get("/").content
    client.cookies["django_language"] = "en"

    assert client.get("/", headers={"accept-language": "en"}).content == plain


@pytest.mark.django_db
def test_head_is_answered_like_get(client):
    assert client.head("/").status_code == 200
