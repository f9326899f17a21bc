"""What anybody reads over the API: the facts of the public page, and no more."""

import pytest

from gongxin.derive.archive import archive
from tests.api.conftest import Api
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def records(api: Api, code: str, query: str = "") -> dict:
    answer = api.get(f"/subjects/{code}/records{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_an_archive_has_the_facts_of_its_page(platform, anybody):
    shown = archive(t.FINED[0], as_of=t.TODAY, release=platform.release)

    found = anybody.get(f"/subjects/{t.FINED[0]}").json()

    assert shown is not None
    assert (found["uscc"], found["name"], found["kind"]) == (*t.FINED, "organisation")
    assert found["counts"] == shown.counts
    assert (found["as_of"], found["head"]) == ("2026-06-01", shown.head)


def test_records_are_those_of_the_page_the_youngest_first(platform, anybody):
    shown = archive(t.FINED[0], as_of=t.TODAY, release=platform.release)

    found = records(anybody, t.FINED[0])

    assert shown is not None
    assert [r["record_id"] for r in found["items"]] == [r.record_id for r in shown.records]
    assert found["next"] is None


def test_an_adverse_record_says_law_end_and_ways_out(platform, anybody):
    (fine,) = records(anybody, t.FINED[0], "?item=administrative-penalty")["items"]

    assert (fine["document_no"], fine["adverse"]) == ("盘交罚〔2026〕1号", True)
    assert (fine["public_until"], fine["repairable_from"]) == ("2027-05-10", "2026-08-10")
    assert fine["basis"]
    assert (fine["how_to_repair"], fine["how_to_object"]) == ("/guide/repair", "/guide/objection")


def test_no_field_that_is_not_public_is_given(platform, anybody):
    text = str(records(anybody, t.FINED[0])["items"])

    assert "内部备注" not in text
    assert "示例法定代表人" not in text


def test_parts_follow_each_other_without_gap_or_double(platform, anybody):
    whole = [r["record_id"] for r in records(anybody, t.FINED[0])["items"]]
    first = records(anybody, t.FINED[0], "?limit=2")
    second = records(anybody, t.FINED[0], f"?limit=2&cursor={first['next']}")

    assert [r["record_id"] for r in first["items"] + second["items"]] == whole
    assert (len(whole), second["next"]) == (4, None)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=%00", "cursor=盘"])
def test_a_part_that_cannot_be_is_refused(platform, anybody, query):
    answer = anybody.get(f"/subjects/{t.FINED[0]}/records?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/query/{query.partition('=')[0]}"


def test_nothing_there_and_not_for_you_are_the_same_answer(platform, anybody):
    codes = [t.ABSENT[0], t.RESIDENT_ID, t.OLD_RESIDENT_ID, "x", t.FINED[0].lower(), "%00"]

    answers = [
        anybody.get(f"/subjects/{code}{tail}") for code in codes for tail in ("", "/records")
    ]

    assert {answer.status_code for answer in answers} == {404}
    bodies = {str({**answer.json(), "trace_id": ""}) for answer in answers}
    assert len(bodies) == 1
    assert not any(code in bodies.pop() for code in codes[:1])


def test_a_sole_trader_has_an_archive_as_on_its_page_and_is_not_listed(platform, anybody):
    found = anybody.get(f"/subjects/{t.TRADER[0]}")

    assert found.json()["kind"] == "one_person"
    assert found.headers["X-Robots-Tag"] == "noindex, noarchive"


def test_what_is_hidden_is_in_no_part(platform, anybody):
    assert records(anybody, t.HIDDEN[0])["items"] == []


def test_the_catalog_names_items_matters_and_purposes(platform, anybody):
    found = anybody.get("/catalog?limit=200").json()

    assert [item["item"] for item in found["items"]] == sorted(platform.release.items)
    assert {"bidding"} <= set(found["matters"])
    assert {"admission"} <= set(found["purposes"])
    assert found["release"] == platform.release.hash


def test_the_catalog_comes_in_parts(platform, anybody):
    first = anybody.get("/catalog?limit=5").json()
    rest = anybody.get(f"/catalog?limit=200&cursor={first['next']}").json()

    found = [item["item"] for item in first["items"] + rest["items"]]
    assert found == sorted(platform.release.items)


def test_public_answers_may_be_kept_for_minutes(platform, anybody):
    assert anybody.get("/catalog").headers["Cache-Control"] == "public, max-age=300"
