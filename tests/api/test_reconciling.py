"""Reconciliation as OpenRefine asks: organisations only, and nothing of what they did."""

import json
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import pytest

from tests.api.conftest import FORM
from tests.api.test_conventions import is_problem
from tests.derive import town as t

pytestmark = pytest.mark.django_db
TEXT = {"type": "string"}
TYPES = {"type": "array", "items": {"type": "object", "required": ["id"]}}
# What the schemas of Reconciliation Service API 0.2 demand, in few words.
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": TEXT, "contains": {"const": "0.2"}},
        "view": {"required": ["url"], "properties": {"url": {"pattern": r"\{\{id\}\}"}}},
        "preview": {
            "required": ["url", "width", "height"],
            "properties": {"url": {"pattern": r"\{\{id\}\}"}, "width": {"type": "integer"}},
        },
        "defaultTypes": TYPES,
    },
}
CANDIDATE = {
    "type": "object",
    "required": ["id", "name", "score"],
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": TYPES,
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
    },
}
CELL = {
    "oneOf": [
        {"type": "object", "required": ["str"], "additionalProperties": False}
        | {"properties": {"str": TEXT}}
    ]
}
EXTENSION = {
    "type": "object",
    "required": ["rows", "meta"],
    "properties": {
        "meta": {"type": "array", "items": {"required": ["id", "name"]}},
        "rows": {
            "additionalProperties": {"additionalProperties": {"type": "array", "items": CELL}}
        },
    },
}


def ask(anybody, name: str, value: Any):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    body = urlencode({name: text})
    return anybody.browser.post("/api/v1/reconcile", body, content_type=FORM)


def found(anybody, **query: Any) -> list[dict[str, Any]]:
    answer = ask(anybody, "queries", {"q0": query})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    jsonschema_rs.validate(RESULTS, told)
    result: list[dict[str, Any]] = told["q0"]["result"]
    return result


def test_the_manifest_says_what_there_is(platform, anybody):
    answer = anybody.get("/reconcile")

    told = answer.json()
    jsonschema_rs.validate(MANIFEST, told)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert told["preview"]["url"] == "http://testserver/api/v1/reconcile/preview?id={{id}}"


def test_a_name_finds_its_code_and_is_a_match(platform, anybody):
    (told,) = found(anybody, query=t.FINED[1])

    assert (told["id"], told["match"], told["score"]) == (t.FINED[0], True, 100)
    assert told["type"] == [{"id": "organisation", "name": "组织"}]


def test_a_part_of_many_names_matches_none_for_certain(platform, anybody):
    told = found(anybody, query="盘锦示例")

    assert len(told) > 1
    assert not any(one["match"] for one in told)
    assert all(0 < one["score"] < 100 for one in told)


def test_a_code_finds_its_organisation_as_query_or_property(platform, anybody):
    by_query = found(anybody, query=t.FINED[0])
    by_property = found(anybody, query="别的名称", properties=[{"pid": "uscc", "v": t.FINED[0]}])

    assert by_query == by_property
    assert by_query[0]["match"] is True


def test_a_former_name_finds_who_has_another_now(platform, anybody):
    (told,) = found(anybody, query=t.OLD_NAME)

    assert (told["id"], told["name"], told["match"]) == (*t.RENAMED, True)


NOBODY = {
    "a sole trader": t.TRADER[0],
    "its name": t.TRADER[1],
    "an owner": t.OWNED[0],
    "of unknown kind": t.UNNAMED[0],
    "not there": t.ABSENT[0],
    "a resident": t.RESIDENT_ID,
    "an old resident": t.OLD_RESIDENT_ID,
    "a telephone": t.MOBILE,
    "one sign": "盘",
    "nothing": "",
    "a wildcard": "%%",
    "long": "盘锦" * 60,
    "NUL": "盘锦\x07\u202e",
}


@pytest.mark.parametrize("text", NOBODY.values(), ids=NOBODY)
def test_nobody_else_is_found_and_all_in_one_answer(platform, anybody, text):
    answer = ask(anybody, "queries", {"q0": {"query": text}})

    assert answer.content == b'{"q0": {"result": []}}'


def test_another_type_has_nobody(platform, anybody):
    assert found(anybody, query=t.FINED[1], type="person") == []
    assert len(found(anybody, query=t.FINED[1], type=["person", "organisation"])) == 1


def test_a_limit_is_kept(platform, anybody):
    assert len(found(anybody, query="盘锦示例", limit=2)) == 2


def test_queries_may_come_in_the_address(platform, anybody):
    query = urlencode({"queries": json.dumps({"a": {"query": t.FINED[0]}})})

    answer = anybody.get(f"/reconcile?{query}")

    assert [one["id"] for one in answer.json()["a"]["result"]] == [t.FINED[0]]


@pytest.mark.parametrize(
    ("sent", "status", "name"),
    [
        ("no json", 400, "bad-request"),
        ('{"q0": {"query": "a"}, "q0": {"query": "b"}}', 400, "bad-request"),
        ([], 422, "invalid"),
        ({"q0": []}, 422, "invalid"),
        ({"q0": {"query": "盘锦", "colour": 1}}, 422, "invalid"),
        ({"q0": {"query": "盘锦", "limit": 0}}, 422, "invalid"),
        ({t.RESIDENT_ID: {"query": "盘锦"}}, 422, "invalid"),
        ({f"q{n}": {"query": "盘锦"} for n in range(11)}, 413, "too-large"),
    ],
)
def test_what_the_protocol_has_not_is_a_problem(platform, anybody, sent, status, name):
    answer = ask(anybody, "queries", sent)

    assert is_problem(answer, status, name)
    assert t.RESIDENT_ID not in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["callback=x", "queries={}&queries={}", "queries={}&extend={}", "q=a"]
)
def test_an_unknown_parameter_is_refused(platform, anybody, query):
    assert is_problem(anybody.get(f"/reconcile?{query}"), 400, "unknown-parameter")


def test_another_method_is_refused(platform, anybody):
    assert is_problem(anybody.send("PUT", "/reconcile"), 405, "method-not-allowed")


def test_properties_are_told_and_nothing_of_what_they_did(platform, anybody):
    told = anybody.get("/reconcile/properties?type=organisation").json()
    wanted = {
        "ids": [t.RENAMED[0], t.TRADER[0], t.ABSENT[0]],
        "properties": [{"id": one["id"]} for one in told["properties"]] + [{"id": "penalties"}],
    }

    extended = ask(anybody, "extend", wanted).json()

    jsonschema_rs.validate(EXTENSION, extended)
    assert [one["id"] for one in extended["meta"]] == [
        "uscc",
        "name",
        "former-name",
        "form",
        "other-code",
    ]
    rows = extended["rows"]
    assert rows[t.RENAMED[0]]["former-name"] == [{"str": t.OLD_NAME}]
    assert rows[t.TRADER[0]] == rows[t.ABSENT[0]]
    assert set(map(len, rows[t.TRADER[0]].values())) == {0}


def test_a_persons_number_is_not_said_again(platform, anybody):
    answer = ask(anybody, "extend", {"ids": [t.RESIDENT_ID], "properties": []})

    assert is_problem(answer, 422, "invalid")
    assert t.RESIDENT_ID not in answer.content.decode()


def test_names_are_completed_from_two_signs(platform, anybody):
    two = anybody.get(f"/reconcile/suggest?{urlencode({'prefix': '示例'})}").json()["result"]
    one = anybody.get(f"/reconcile/suggest?{urlencode({'prefix': '示'})}").json()["result"]

    assert t.FINED[0] in {hit["id"] for hit in two}
    assert t.TRADER[0] not in {hit["id"] for hit in two}
    assert one == []


def test_a_preview_may_be_framed_and_runs_nothing(platform, anybody):
    page = anybody.get(f"/reconcile/preview?id={t.FINED[0]}")

    assert page.status_code == 200
    assert t.FINED[1] in page.content.decode()
    assert "X-Frame-Options" not in page.headers
    policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert b"<script" not in page.content


@pytest.mark.parametrize("code", [t.TRADER[0], t.ABSENT[0], t.RESIDENT_ID, "", "x"])
def test_nobody_else_has_a_preview(platform, anybody, code):
    assert is_problem(anybody.get(f"/reconcile/preview?id={code}"), 404, "not-found")
