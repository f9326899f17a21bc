"""The API describes itself: the committed description is true, pages need nothing from outside."""

import json
import re

import pytest
from tools.openapi import openapi_text, problems_text

from gongxin.api.description import description, operations
from gongxin.api.problems import KINDS
from tests.derive.town import ROOT

pytestmark = pytest.mark.django_db
# No answer decides anything (SAFETY P4): these words name no member of any schema
# but of a published grade.
VERDICTS = {
    "verdict",
    "decision",
    "result",
    "pass",
    "allow",
    "deny",
    "approve",
    "recommendation",
    "risk",
    "score",
    "grade",
    "level",
    "blacklist",
}


def test_the_committed_description_is_what_the_program_says():
    written = (ROOT / "docs/reference/openapi.json").read_text("utf-8")

    assert written == openapi_text(), "run make openapi"


def test_the_committed_page_of_problems_is_what_the_program_says():
    written = (ROOT / "docs/reference/problems.md").read_text("utf-8")

    assert written == problems_text(), "run make openapi"


def test_it_is_served(platform, anybody):
    assert anybody.get("/openapi.json").json() == json.loads(openapi_text())


def test_it_names_servers_security_and_version():
    told = description()

    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": "/", "description": "this platform"}]
    flow = told["components"]["securitySchemes"]["client"]["flows"]["clientCredentials"]
    assert (flow["tokenUrl"], set(flow["scopes"])) == (
        "/api/v1/token",
        {
            "check",
            "hand-in",
            "own-records",
            "evaluation",
            "changes",
            "open-data",
            "webhooks",
            "persons",
        },
    )


@pytest.mark.parametrize(("method", "path", "told"), operations())
def test_every_operation_says_its_security_and_problems(method, path, told):
    assert "security" in told
    problems = {status for status in told["responses"] if status >= "4"}
    assert {"400", "401", "404", "405", "429", "500", "503"} <= problems
    assert all(
        list(told["responses"][status]["content"]) == ["application/problem+json"]
        for status in problems
    )
    assert told["description"]


def test_no_schema_has_a_member_that_decides():
    schemas = description()["components"]["schemas"]
    members = {
        name: set(schema.get("properties", {})) & VERDICTS for name, schema in schemas.items()
    }

    assert len(members) > 20
    # A published grade has an operation of its own, and stands in no answer to a check (L1, L6).
    assert {name: found for name, found in members.items() if found} == {
        "EvaluationOut": {"level", "score"},
        "LevelOut": {"level"},
        "CeilingOut": {"level"},
    }
    operations_with = [
        told["operationId"] for _, _, told in operations() if "EvaluationOut" in json.dumps(told)
    ]
    assert operations_with == ["read_evaluation"]


@pytest.mark.parametrize("name", ["CheckIn", "BatchIn"])
def test_what_is_taken_is_closed(name):
    assert description()["components"]["schemas"][name]["additionalProperties"] is False


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_the_type_of_every_problem_is_a_page(platform, anybody, kind):
    page = anybody.browser.get(kind.type)

    assert page.status_code == 200
    text = page.content.decode()
    assert kind.title.replace("'", "&#x27;") in text
    assert kind.meaning.zh in text


def test_names_of_problems_are_unique():
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("path", ["/docs", "/problems/not-found"])
def test_pages_ask_nothing_from_outside_and_run_no_script(platform, anybody, path):
    page = anybody.get(path)

    text = page.content.decode()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert re.findall(r"<(?:script|style|iframe|img)|\bstyle=|\bon\w+=", text) == []
    assert re.findall(r'(?:src|href)="(?!/|#)', text) == []


def test_the_docs_show_every_operation_and_problem(platform, anybody):
    text = anybody.get("/docs").content.decode()

    assert [path for _, path, _ in operations() if path not in text] == []
    assert [kind.name for kind in KINDS if kind.type not in text] == []
