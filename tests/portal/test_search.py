"""Finding organisations, and finding nothing about persons."""

import logging
from datetime import date

import pytest
from django.urls import reverse

from tests.portal import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]

PERSON = "219999207706140387"  # an invented number of a place that does not exist
OLD_NUMBER = "211100000000013"  # invented; check digit by ISO 7064 MOD 11,10 worked by hand
DOUBTED = "211100000000021"
NUMBER = "盘市监罚〔2026〕7号"


def body(client, typed: str, prefix: str = "") -> str:
    return client.get(f"{prefix}/search", {"q": typed}).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        world.code(1),
        world.code(1).lower(),
        f" {world.code(1)[:8]} {world.code(1)[8:]} ",
        world.code(1).translate(str.maketrans("0129", "０１２９")),
    ],
)
def test_exact_code_opens_the_organisation(client, firm, typed):
    response = client.get("/search", {"q": typed})

    assert response.status_code == 302
    assert response["Location"] == f"/subjects/{firm}/"


def test_exact_code_opens_the_english_page_from_an_english_page(client, firm):
    assert client.get("/en/search", {"q": firm})["Location"] == f"/en/subjects/{firm}/"


def test_two_characters_of_a_name_find_it_and_are_marked(client, firm):
    text = body(client, "石化")

    assert f'href="/subjects/{firm}/"' in text
    assert "盘锦示例<mark>石化</mark>装备有限公司" in text
    assert "共 1 家单位符合。截至 2026-11-23。" in text


def test_one_character_finds_nothing(client, firm):
    text = body(client, "石")

    assert "没有查到" in text
    assert firm not in text


def test_former_name_says_so(client):
    code = world.organisation(world.code(2), "盘锦示例新名有限公司", "盘锦示例旧名有限公司")

    text = body(client, "旧名")

    assert f'href="/subjects/{code}/"' in text
    assert "曾用名：" in text
    assert "盘锦示例<mark>旧名</mark>有限公司" in text


@pytest.mark.parametrize(
    ("prefix", "said"), [("", "工商注册号"), ("/en", "Business registration number")]
)
def test_an_old_number_finds_its_organisation_and_says_which_it_is(client, firm, prefix, said):
    world.other_code(firm, "registration", OLD_NUMBER)

    text = body(client, f"{OLD_NUMBER[:6]} {OLD_NUMBER[6:]}", prefix)

    assert f'href="{prefix}/subjects/{firm}/"' in text
    assert f'<span>{said} <span class="code">{OLD_NUMBER}</span></span>' in text
    assert "<mark>" not in text  # nothing of the name was asked for


def test_the_number_of_a_record_finds_the_organisation_and_names_the_record(client, firm):
    record = world.penalty(firm, 7)
    world.numbered(firm, record, NUMBER)

    text = body(client, "盘市监罚[2026] 7 号")

    assert f'href="/subjects/{firm}/"' in text
    opened = reverse("portal:record", args=[firm, record])
    assert f'href="{opened}"' in text
    assert client.get(opened).status_code == 200
    assert f'行政处罚 <span class="code">{NUMBER}</span>' in text
    assert "共 1 家单位符合。截至 2026-11-23。" in text
    assert client.get("/search", {"q": NUMBER})["X-Robots-Tag"] == "noindex, noarchive"


def test_a_number_of_many_organisations_is_shown_page_by_page(client):
    for number in range(1, 23):
        code = world.organisation(world.code(number), f"盘锦示例第{number}有限公司")
        world.numbered(code, world.honour(code), "盘信办〔2026〕3号")

    first = body(client, "盘信办〔2026〕3号")
    second = client.get("/search", {"q": "盘信办〔2026〕3号", "page": "2"}).content.decode()

    assert (first.count("<li><a"), second.count("<li><a")) == (20, 2)
    assert "共 22 家单位符合" in first


def test_one_person_undertaking_is_found_by_its_code_only(client):
    code = world.organisation(world.code(3, "92"), "示例小吃店")

    assert code not in body(client, "小吃店")
    assert client.get("/search", {"q": code})["Location"] == f"/subjects/{code}/"


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "typed",
    [
        PERSON,
        f" {PERSON[:6]} {PERSON[6:]} ",
        PERSON.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        f"张三{PERSON}",
        "张三",
        world.code(99),
        "示例小吃店",
        "没有这家单位",
        NUMBER,
        "盘市监罚〔2026〕8号",
        "盘市监罚〔2026〕999号",
        OLD_NUMBER,
        DOUBTED,
        "990101000101001",
        "x" * 5000,
        "%",
        "__",
        "\x00\x00",
    ],
)
def test_everybody_who_finds_nothing_sees_the_same_bytes(client, typed, prefix):
    trader = world.organisation(world.code(3, "92"), "示例小吃店")
    world.other_code(trader, "registration", OLD_NUMBER)
    world.numbered(trader, world.penalty(trader, 7), NUMBER)
    ended = world.organisation(world.code(6), "丙有限公司")
    over = world.penalty(ended, 8, public_until=date(2026, 11, 22))
    world.numbered(ended, over, "盘市监罚〔2026〕8号")
    world.other_code(world.organisation(world.code(4), "甲有限公司"), "registration", DOUBTED)
    world.other_code(world.organisation(world.code(5), "乙有限公司"), "registration", DOUBTED)
    nothing = client.get(f"{prefix}/search", {"q": "查无此单位"})

    response = client.get(f"{prefix}/search", {"q": typed})

    assert response.status_code == 200
    assert response.content == nothing.content
    assert response.headers == nothing.headers
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        f"/search?q={PERSON}",
        f"/search?q={PERSON}&page=1&sort=x",
        f"/search?{PERSON}",
        f"/subjects/{PERSON}/",
        f"/subjects/{PERSON}",
        f"/{PERSON}",
    ],
)
def test_a_persons_number_is_neither_shown_nor_logged(client, caplog, address):
    caplog.set_level(logging.DEBUG)

    response = client.get(address)

    assert PERSON not in response.content.decode()
    assert PERSON not in str(response.headers)
    assert PERSON not in caplog.text


def test_a_persons_number_is_no_address(client):
    nothing = client.get(f"/subjects/{world.code(99)}/")

    response = client.get(f"/subjects/{PERSON}/")

    assert (response.status_code, nothing.status_code) == (404, 404)
    assert response.content == nothing.content
    assert response.headers == nothing.headers


def test_hits_are_shown_twenty_a_page(client):
    for number in range(1, 22):
        world.organisation(world.code(number), f"盘锦示例第{number:02}有限公司")

    first, second = body(client, "示例"), client.get("/search", {"q": "示例", "page": "2"})

    assert (first.count("<li><a"), second.content.decode().count("<li><a")) == (20, 1)
    assert 'rel="next" href="/search?q=%E7%A4%BA%E4%BE%8B&amp;page=2"' in first
    assert "第 2 页，共 2 页" in second.content.decode()


def test_more_hits_than_can_be_shown_are_said(client):
    for number in range(1, 202):
        world.organisation(world.code(number), f"盘锦示例第{number:03}有限公司")

    last = client.get("/search", {"q": "示例", "page": "10"}).content.decode()

    assert last.count("<li><a") == 20
    assert "符合的单位超过 200 家" in last


@pytest.mark.parametrize("page", ["0", "11", "01", "-1", "x", "", "1.0", "１"])
def test_a_page_that_cannot_be_is_refused(client, page):
    assert client.get("/search", {"q": "示例", "page": page}).status_code == 400


@pytest.mark.parametrize(
    "query", ["q=示例&sort=name", "Q=示例", "q=示例&q=公司", "q=示例&page=1&page=1", "debug"]
)
def test_unknown_and_repeated_parameters_are_refused(client, firm, query):
    response = client.get(f"/search?{query}")

    assert response.status_code == 400
    assert firm not in response.content.decode()
    assert "示例石化" not in response.content.decode()


def test_search_without_a_text_asks_for_one(client):
    response = client.get("/search")

    assert response.status_code == 200
    assert "<h1>查询</h1>" in response.content.decode()


@pytest.mark.parametrize("name", ["portal:home", "portal:search", "portal:repair-guide"])
def test_other_methods_are_refused(client, name):
    assert client.post(reverse(name)).status_code == 405


def test_number_of_queries_does_not_grow_with_the_hits(client, django_assert_num_queries):
    for number in range(1, 30):
        world.organisation(world.code(number), f"盘锦示例第{number}有限公司")

    client.get("/catalog")  # the address is known; each page is counted by one query
    with django_assert_num_queries(2 + 1):
        client.get("/search", {"q": "示例"})
