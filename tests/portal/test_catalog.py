"""The public catalog: what is gathered, on what basis, by whom, and what it is used for."""

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
    for item in demo_release().content.items:
        assert f'id="i-{item.item}"' in section(text, "resources")
        assert f'href="#i-{item.item}"' in section(text, "reports")


def test_a_kind_names_basis_unit_deadline_and_range(text):
    row = (
        section(text, "resources")
        .partition('id="i-administrative-penalty"')[2]
        .partition("</tbody>")[0]
    )

    for said in (
        "《中华人民共和国行政处罚法》",
        "第四十八条",
        "各级行政处罚机关",
        "7 个工作日",
        "社会公开",
    ):
        assert said in row
    assert '<td class="code">CF_WSH</td>' in row


def test_a_matter_names_what_it_shows_and_who_carries_out_a_measure(text):
    row = section(text, "applications").partition("政府采购")[2].partition("</tr>")[0]

    assert 'href="#i-serious-violation-list"' in row
    assert "采购人、采购代理机构和财政部门" in row
    assert "第二十二条" in row


def test_tasks_that_no_document_orders_are_examples(text):
    tasks = section(text, "libraries").partition('id="tasks-title"')[2]

    assert tasks.count("示例") >= 4
    assert "结果不自动否决投标" in tasks


def test_it_is_there_in_english(client):
    text = client.get("/en/catalog").content.decode()

    assert "Catalog of credit information" in text
    assert "7 working days" in text


def test_every_page_leads_to_it(client):
    assert 'href="/catalog"' in client.get("/").content.decode()
