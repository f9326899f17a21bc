"""An organisation's page: what is shown, from which day, until which day, and how it is marked."""

from datetime import date
from html import unescape

import pytest

from tests.portal import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def page(client, code: str, rest: str = "", prefix: str = "") -> str:
    response = client.get(f"{prefix}/subjects/{code}/{rest}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_every_section_states_that_there_is_nothing(client, firm):
    text = page(client, firm)

    assert text.count("查询期内无相关信息（截至 2026-11-23）") == 4
    assert "失信信息：查询期内无相关信息" in text
    for kind in ("行政许可", "诚实守信荣誉", "行政处罚", "严重违法失信名单", "信用承诺"):
        assert kind in text


def test_a_kind_without_records_is_named_beside_one_with(client, firm):
    world.penalty(firm)

    text = page(client, firm)

    assert "以下类别查询期内无相关信息（截至 2026-11-23）： 经营异常名录、失信被执行人" in text


def test_a_record_says_where_it_comes_from_and_how_to_put_it_right(client, firm):
    world.penalty(firm)

    text = page(client, firm)

    for said in (
        "发布虚假广告",
        "盘市监罚〔2026〕1号",
        world.BUREAU_NAME,
        "2026-05-10",
        "2027-05-10",
        "失信程度： 一般",
        "可以申请修复",
        "自 2026-08-10 起",
        "向“信用中国”网站申请",
        f"来源：{world.BUREAU_NAME}，收到于 2026-06-01",
        "信息有误？提出异议",
        "公示中的行政处罚 1 条",
    ):
        assert said in text


def test_all_public_fields_are_shown_and_no_others(client, firm):
    text = page(client, firm, f"records/{world.penalty(firm)}")

    assert "在门店张贴含有虚假内容的广告。" in text
    assert "罚款金额(万元)" in text
    assert ">1.2<" in text
    assert ">长期<" in text
    assert "普通程序" in text
    assert "内部备注" not in text
    assert "示例法定代表人" not in text


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 5, 9), False),
        (date(2026, 5, 10), True),
        (date(2027, 5, 10), True),
        (date(2027, 5, 11), False),
    ],
)
def test_a_record_shows_on_its_days_only(client, firm, settings, day, shown):
    record_id = world.penalty(firm)
    settings.PORTAL_TODAY = day

    text = page(client, firm)
    status = client.get(f"/subjects/{firm}/records/{record_id}").status_code

    assert ("盘市监罚〔2026〕1号" in text) is shown
    assert ("失信信息：查询期内无相关信息" in text) is not shown
    assert status == (200 if shown else 404)


@pytest.mark.parametrize("reason", ["held", "incomplete", "unconfirmed", "simple_procedure"])
def test_a_hidden_record_is_nowhere(client, firm, reason):
    record_id = world.penalty(firm, hidden=reason)

    assert "盘市监罚" not in page(client, firm)
    assert "盘市监罚" not in page(client, firm, "explanation")
    assert "盘市监罚" not in page(client, firm, "sections/adverse")
    assert client.get(f"/subjects/{firm}/records/{record_id}").status_code == 404


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 8, 9), "尚未到可修复日期 最早 2026-08-10"),
        (date(2026, 8, 10), "可以申请修复 自 2026-08-10 起"),
    ],
)
def test_repair_opens_on_its_day(client, firm, settings, day, said):
    world.penalty(firm)
    settings.PORTAL_TODAY = day

    text = page(client, firm).replace("<strong>", "").replace("</strong>", "")

    assert said in text


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("administrative-penalty", "向“信用中国”网站申请"),
        ("serious-violation-list", "向国家企业信用信息公示系统申请"),
        ("court-judgment-defaulter", "向作出决定的法院申请"),
    ],
)
def test_the_channel_of_repair_is_the_record_types(client, firm, item, said):
    ends = date(2027, 5, 10)
    world.record(firm, item, {}, adverse=True, failing_class="严重", public_until=ends)

    assert said in page(client, firm)


@pytest.mark.parametrize(
    ("record_class", "said"),
    [("market", "市场信息，非行政机关提供"), ("self-declared", "自主申报，未经核实")],
)
def test_what_no_authority_says_is_marked(client, firm, record_class, said):
    world.record(firm, "commitment", {"reason": "承诺"}, record_class=record_class)

    assert said in page(client, firm)


def test_a_corrected_record_is_marked(client, firm):
    world.penalty(firm, kind="correct")

    assert "已更正" in page(client, firm)


def test_former_names_stand_below_the_name(client):
    code = world.organisation(world.code(2), "盘锦示例新名有限公司", "盘锦示例旧名有限公司")

    assert "盘锦示例旧名有限公司" in page(client, code)


def test_other_numbers_stand_below_the_name_with_the_day_they_were_first_seen(client, firm):
    world.other_code(firm, "tax", "211100748204660")

    text = page(client, firm)

    assert '<span class="muted">税务登记号</span> <span class="code">211100748204660</span>' in text
    assert "首次见于 2026-06-01" in text
    assert "first seen on 2026-06-01" in page(client, firm, prefix="/en")


def test_one_persons_undertaking_shows_no_other_number(client):
    trader = world.organisation(world.code(3, "92"), "示例小吃店")
    world.other_code(trader, "tax", "211100748204660")

    assert "211100748204660" not in page(client, trader)


def test_a_grade_of_an_illustrative_model_says_so(client, firm):
    text = page(client, firm)

    assert '<span class="grade-letter">A</span><span class="grade-sample">示例</span>' in text
    assert "仅为示例，不具有任何效力" in text
    assert "共 7 级，由高到低第 2 级" in text


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        (world.code(3, "92"), "示例小吃店", "个体工商户等一人经营的主体不参加任何信用评价"),
        (world.code(4), "示例商行", "从代码和名称看不出单位类型"),
        (world.code(6, "52"), "示例诊所门诊部", "从代码和名称看不出单位类型"),
        (world.code(5, "51"), "示例行业商会", "该类单位不在评价模型的适用范围内"),
    ],
)
def test_who_is_not_graded_is_told_calmly(client, code, name, said):
    world.penalty(world.organisation(code, name))

    text = page(client, code)

    assert said in text
    assert 'class="grade-mark' not in text


def test_first_licences_stand_on_the_page_and_all_on_their_own(client, firm):
    for number in range(1, 8):
        world.licence(firm, number)

    text = page(client, firm)

    assert text.count("<article") == 5
    assert "查看全部 7 条" in text
    assert page(client, firm, "sections/basic").count("<article") == 7


def test_a_long_section_is_turned_page_by_page(client, firm):
    for number in range(1, 52):
        world.licence(firm, number)

    assert page(client, firm, "sections/basic").count("<article") == 50
    assert page(client, firm, "sections/basic?page=2").count("<article") == 1
    assert client.get(f"/subjects/{firm}/sections/basic?page=3").status_code == 400


def test_a_record_is_found_below_its_own_subject_only(client, firm):
    other = world.organisation(world.code(2), "盘锦示例另一有限公司")
    record_id = world.penalty(other)

    response = client.get(f"/subjects/{firm}/records/{record_id}")

    assert response.status_code == 404
    assert response.content == client.get("/nothing-there").content


@pytest.mark.parametrize("rest", ["", "explanation", "sections/adverse", "timeline"])
def test_pages_that_speak_of_failings_are_not_listed(client, firm, rest):
    world.penalty(firm)

    response = client.get(f"/subjects/{firm}/{rest}")

    assert response["X-Robots-Tag"] == "noindex, noarchive"
    assert '<meta name="robots" content="noindex, noarchive">' in response.content.decode()


def test_a_page_without_failings_may_be_listed(client, firm):
    response = client.get(f"/subjects/{firm}/")

    assert "X-Robots-Tag" not in response
    assert 'name="robots"' not in response.content.decode()


def test_a_one_person_undertakings_page_is_never_listed(client):
    code = world.organisation(world.code(3, "92"), "示例小吃店")

    assert client.get(f"/subjects/{code}/")["X-Robots-Tag"] == "noindex, noarchive"


@pytest.mark.parametrize(
    "rest", ["", "explanation", "sections/basic", "sections/nothing", "timeline"]
)
def test_an_unknown_organisation_is_not_found(client, rest):
    response = client.get(f"/subjects/{world.code(9)}/{rest}")

    assert response.status_code == 404
    assert response.content == client.get("/nothing-there").content


def test_small_letters_lead_to_the_permanent_address(client, firm):
    response = client.get(f"/subjects/{firm.lower()}/")

    assert (response.status_code, response["Location"]) == (301, f"/subjects/{firm}/")


@pytest.mark.parametrize("n_records", [1, 30])
@pytest.mark.parametrize("rest", ["", "explanation", "sections/adverse", "timeline"])
def test_number_of_queries_is_fixed(client, firm, django_assert_max_num_queries, n_records, rest):
    for number in range(1, n_records + 1):
        world.penalty(firm, number)

    client.get("/catalog")  # the address is known; each page is counted by one query
    with django_assert_max_num_queries(9 + 1):
        client.get(f"/subjects/{firm}/{rest}")
