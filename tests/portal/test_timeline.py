"""An organisation's timeline: which day stands where, with which words, on which page."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from gongxin.law import Release
from tests.portal import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]
TAGS = re.compile(r"<[^>]+>")


def page(client, code: str, rest: str = "timeline", prefix: str = "") -> str:
    response = client.get(f"{prefix}/subjects/{code}/{rest}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def told(text: str) -> dict[str, list[str]]:
    """The events in words, under the headings they stand under, in the page's order."""
    groups = re.findall(r'<h2 id="days-(\w+)".*?<ol class="days">(.*?)</ol>', text, re.DOTALL)
    return {
        heading: [
            " ".join(TAGS.sub(" ", line).split())
            for line in re.findall("<li.*?</li>", lines, re.DOTALL)
        ]
        for heading, lines in groups
    }


def days(text: str) -> list[str]:
    return re.findall(r'<time datetime="([\d-]+)">', text)


@pytest.fixture
def of_standing(adopt, release):
    def put(standing: str) -> None:
        models = tuple(replace(m, standing=standing) for m in release.content.models)
        adopt(Release(replace(release.content, models=models)))

    return put


def test_a_fine_from_its_decision_to_its_end(client, firm, settings):
    world.penalty(firm)  # class 一般 takes 20 points, its amount 5: 975, which is B
    settings.PORTAL_TODAY = date(2026, 7, 1)

    assert told(page(client, firm)) == {
        "ahead": [
            "2027-05-10 事后 公示截止： 行政处罚 发布虚假广告 盘市监罚〔2026〕1号",
            "2026-08-10 事后 可以申请修复： 行政处罚 发布虚假广告"
            " 盘市监罚〔2026〕1号 · 向“信用中国”网站申请",
        ],
        "2026": [
            "2026-07-01 事中 信用评价： 等级 B 示例 示例公共信用评价模型 2026.11 · 示例运行单位",
            "2026-05-10 事后 行政处罚 发布虚假广告 盘市监罚〔2026〕1号 · 盘锦市市场监督管理局",
        ],
    }


def test_the_same_in_english(client, firm, settings):
    world.penalty(firm)
    settings.PORTAL_TODAY = date(2026, 7, 1)

    assert told(page(client, firm, prefix="/en")) == {
        "ahead": [
            "2027-05-10 After Last day of publicity: Administrative penalty 发布虚假广告"
            " 盘市监罚〔2026〕1号",
            "2026-08-10 After Repair may be applied for: Administrative penalty 发布虚假广告"
            " 盘市监罚〔2026〕1号 · apply at Credit China (creditchina.gov.cn)",
        ],
        "2026": [
            "2026-07-01 During Evaluation: Level B Example"
            " Illustrative public credit model 2026.11 · 示例运行单位",
            "2026-05-10 After Administrative penalty 发布虚假广告"
            " 盘市监罚〔2026〕1号 · 盘锦市市场监督管理局",
        ],
    }


def test_years_stand_from_new_to_old_below_what_lies_ahead(client, firm):
    world.licence(firm, 1, decided_on=date(2024, 3, 1))
    world.licence(firm, 2, decided_on=date(2025, 3, 1), public_until=date(2030, 3, 1))

    text = page(client, firm)

    assert list(told(text)) == ["ahead", "2026", "2025", "2024"]
    assert days(text) == ["2030-03-01", "2026-11-23", "2025-03-01", "2024-03-01"]
    assert "2025 年</h2>" in text


@pytest.mark.parametrize(
    ("day", "heading"), [(date(2027, 5, 9), "ahead"), (date(2027, 5, 10), "2027")]
)
def test_what_ends_today_lies_no_longer_ahead(client, firm, settings, day, heading):
    world.penalty(firm)
    settings.PORTAL_TODAY = day

    assert "2027-05-10 事后 公示截止" in told(page(client, firm))[heading][0]


def test_what_ended_yesterday_is_not_told(client, firm, settings):
    world.penalty(firm)
    settings.PORTAL_TODAY = date(2027, 5, 11)

    text = page(client, firm)

    assert days(text) == ["2027-05-11"]  # the grade
    assert "盘市监罚" not in text


@pytest.mark.parametrize("reason", ["held", "incomplete", "unconfirmed", "simple_procedure"])
def test_a_hidden_record_is_not_told(client, firm, reason):
    world.penalty(firm, hidden=reason)

    text = page(client, firm)

    assert days(text) == ["2026-11-23"]
    assert "盘市监罚" not in text


def test_an_organisation_without_records_is_told_so(client, firm):
    text = page(client, firm)

    assert "查询期内无相关信息（截至 2026-11-23）" in text
    assert "1 项" in text
    assert list(told(text)) == ["2026"]


def test_each_event_leads_to_its_record(client, firm):
    record_id = world.penalty(firm)

    text = page(client, firm, prefix="/en")

    assert text.count(f'href="/en/subjects/{firm}/records/{record_id}"') == 3
    assert text.count(f'href="/en/subjects/{firm}/explanation"') == 1


def test_a_record_without_number_or_headline_is_named_by_its_kind(client, firm):
    world.record(firm, "tax-credit-a", {})

    assert told(page(client, firm))["2026"][1] == "2026-05-10 事中 纳税信用A级纳税人"


def test_the_organisations_page_leads_to_its_timeline(client, firm):
    assert f'href="/subjects/{firm}/timeline"' in page(client, firm, "")


def test_a_one_person_undertaking_has_days_and_no_grade(client):
    code = world.organisation(world.code(3, "92"), "示例小吃店")
    world.licence(code)

    text = page(client, code)

    assert days(text) == ["2026-05-10"]
    assert f"/subjects/{code}/explanation" not in text


@pytest.mark.parametrize(
    ("code", "name"), [(world.code(4), "示例商行"), (world.code(5, "52"), "示例商会")]
)
def test_who_is_not_graded_has_no_day_of_a_grade(client, code, name):
    world.organisation(code, name)

    assert days(page(client, code)) == []


def test_an_internal_grade_is_not_told(client, firm, of_standing):
    of_standing("internal")

    assert days(page(client, firm)) == []


def test_an_official_grade_carries_no_example_mark(client, firm, of_standing):
    of_standing("national-imported")

    line = "2026-11-23 事中 信用评价： 等级 A 示例公共信用评价模型 2026.11 · 示例运行单位"
    assert told(page(client, firm)) == {"2026": [line]}


@pytest.mark.parametrize(
    ("record_class", "said"),
    [("market", "市场信息，非行政机关提供"), ("self-declared", "自主申报，未经核实")],
)
def test_what_no_authority_says_is_marked(client, firm, record_class, said):
    world.record(firm, "commitment", {"reason": "承诺"}, record_class=record_class)

    assert said in page(client, firm)


def test_a_long_timeline_is_turned_page_by_page(client, firm):
    for number in range(1, 51):
        world.licence(firm, number)

    assert len(days(page(client, firm))) == 50  # the grade and 49 licences
    assert days(page(client, firm, "timeline?page=2")) == ["2026-05-10"]
    assert "51 项" in page(client, firm)
    assert client.get(f"/subjects/{firm}/timeline?page=3").status_code == 400


def test_the_sorting_is_laid_open(client, firm):
    text = page(client, firm)

    assert "<dt>事前</dt><dd>行政确认、行政许可、信用承诺、合同履约\n</dd>" in text
    assert "公用事业缴费" not in text  # never public
