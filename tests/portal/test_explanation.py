"""A grade explains itself: every point with record and clause, and nothing that is not public."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from gongxin.law import Release
from tests.portal import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def page(client, code: str, prefix: str = "") -> str:
    response = client.get(f"{prefix}/subjects/{code}/explanation")
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_without_records_the_score_is_the_base(client, firm):
    text = page(client, firm)

    assert "2026-11-23 没有加分或减分的公示信息。" in text
    assert text.count('<td class="number">1000</td>') == 2
    assert "没有减分的信息，无需修复。" in text


def test_each_point_names_item_record_and_clause(client, firm):
    record_id = world.penalty(firm)

    text = page(client, firm)

    # By hand from the model: −20 for a penalty of the general class, −5 for a fine of 1 to 10 万元.
    assert "一般失信行政处罚（示例）" in text
    assert "−20</td>" in text
    assert "−5</td>" in text
    assert '<td class="number">975</td>' in text
    assert "基准分 1000，加分 0，减分 −25" in text
    assert f'href="/subjects/{firm}/records/{record_id}"' in text
    assert "《信用修复管理办法》（国家发展改革委令第36号）" in text
    assert "自 2026-08-10 起" in text
    assert "即使不申请修复，2027-05-10 之后也停止公示、不再计分。" in text


def test_a_ceiling_that_was_met_is_named_with_its_clause(client, firm):
    record_id = world.penalty(firm, failing_class="严重", public_until=date(2028, 5, 10))

    text = page(client, firm)

    stops = text.partition('<ul class="stops">')[2].partition("</section>")[0]
    assert f'href="/subjects/{firm}/records/{record_id}"' in stops
    assert "十二个月内有严重失信行政处罚，不高于C-（示例）" in text
    assert '<span class="grade-letter">C-</span>' in text


def test_what_has_ended_has_no_weight(client, firm, settings):
    world.penalty(firm)
    settings.PORTAL_TODAY = date(2027, 5, 11)

    assert "2027-05-11 没有加分或减分的公示信息。" in page(client, firm)


def test_the_example_is_marked_in_both_languages(client, firm):
    assert "本模型仅为示例，不是任何机关的评价，不具有任何效力。" in page(client, firm)
    assert "It is no authority's evaluation and has no effect." in page(client, firm, "/en")


def test_one_person_undertakings_have_no_points(client):
    code = world.organisation(world.code(3, "92"), "示例小吃店")
    world.penalty(code)

    text = page(client, code)

    assert "不参加任何信用评价" in text
    assert 'class="ledger"' not in text
    assert 'class="scale"' not in text


def test_an_unknown_organisation_has_no_explanation(client):
    assert client.get(f"/subjects/{world.code(9)}/explanation").status_code == 404


@pytest.fixture
def of_standing(adopt, release):
    def put(standing: str) -> None:
        models = tuple(replace(m, standing=standing) for m in release.content.models)
        adopt(Release(replace(release.content, models=models)))

    return put


def test_an_internal_grade_is_no_matter_of_the_public_pages(client, firm, of_standing):
    of_standing("internal")

    text = client.get(f"/subjects/{firm}/").content.decode()

    assert "grade-letter" not in text
    assert "/model" not in text
    assert client.get(f"/subjects/{firm}/explanation").status_code == 404
    assert client.get("/model").status_code == 404


def test_an_official_grade_carries_no_example_mark(client, firm, of_standing):
    of_standing("national-imported")

    text = page(client, firm)

    assert "grade-letter" in text
    assert "grade-sample" not in text


def test_without_a_model_there_is_no_grade(client, firm, adopt, release):
    adopt(Release(replace(release.content, models=())))

    assert "grade-letter" not in client.get(f"/subjects/{firm}/").content.decode()
    assert client.get(f"/subjects/{firm}/explanation").status_code == 404


def test_the_model_is_public_in_full(client, release):
    text = unescape(client.get("/model").content.decode())
    model = release.content.models[0]

    for item in model.items:
        assert item.name.zh in text
        assert item.points in text
    for level in model.levels:
        assert level.name.zh in text
