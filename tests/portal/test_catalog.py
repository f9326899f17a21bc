"""The public catalog: what is gathered, on what basis, by whom, and what it is used for."""

import re

import pytest

from tests.fixtures.law import demo_release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


@pytest.fixture
def text(client) -> str:
    answer = client.get("/catalog")
    assert answer.status_code == 200
    return answer.content.decode()


def section(text: str, name: str) -> str:
    return text.partition(f'id="{name}"')[2].partition("</section>")[0]


def test_every_kind_of_information_stands_in_it(text):
    items = [item.item for item in demo_release().content.items]

    assert re.findall(r'<tbody id="i-([\w-]+)"', section(text, "resources")) == items
    assert re.findall(r'href="#i-([\w-]+)"', section(text, "reports")) == items


@pytest.mark.parametrize(
    "said",
    [
        "《中华人民共和国行政处罚法》（2021年修订）第四十八条",
        "各级行政处罚机关",
        "7 个工作日",
        "社会公开",
        "36 个数据项",
        '<td class="code">CF_WSH</td>',
        "自然人（加密存放，不公开）",
    ],
)
def test_a_kind_names_basis_unit_deadline_range_and_fields(text, said):
    rest = section(text, "resources").partition('id="i-administrative-penalty"')[2]

    assert said in rest.partition("</tbody>")[0]


def test_a_report_names_who_and_by_when(text):
    row = section(text, "reports").partition('href="#i-administrative-penalty"')[2]

    told = re.sub(r"<[^>]+>", " ", row.partition("</tr>")[0].partition("</th>")[2])
    assert told.split() == ["各级行政处罚机关", "7", "个工作日", "14", "项必填、4", "项视情形必填"]


def test_a_matter_names_what_it_shows_and_who_carries_out_a_measure(text):
    row = section(text, "applications").partition("政府采购")[2].partition("</tr>")[0]

    assert 'href="#i-serious-violation-list"' in row
    assert "采购人、采购代理机构和财政部门" in row
    assert "第二十二条" in row


def test_tasks_that_no_document_orders_are_examples(text):
    tasks = section(text, "libraries").partition('id="tasks-title"')[2]

    assert tasks.count('<span class="sample">') == 4
    assert "结果不自动否决投标" in tasks


def test_it_is_there_in_english(client):
    text = client.get("/en/catalog").content.decode()

    assert "Catalog of credit information" in text
    assert "7 working days" in text


def test_every_page_leads_to_it(client):
    assert 'href="/catalog"' in client.get("/").content.decode()
