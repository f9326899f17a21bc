"""What holds for every address under /api/: problems, no HTML, strict bodies, traces, tags."""

import json
from dataclasses import replace

import pytest
from django.urls import reverse

from gongxin.api.description import operations
from gongxin.site.logs import JsonLine
from tests.api.conftest import ASKED, deeds
from tests.derive import town as t

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "errors", "trace_id"}
BODY = ASKED | {"uscc": t.FINED[0]}
CHECK = "01M5V000000000000000000000"
OUTCOME = f"/checks/{CHECK}/outcome"
WEBHOOK = "01M5V000000000000000000000"
BODIES = {
    "/checks": BODY,
    "/checks:batch": ASKED | {"organisations": [t.FINED[0]]},
    "/checks:range": ASKED | {"prefix": ""},
    OUTCOME: {"outcome": "normal"},
    "/webhooks": {"address": "https://receiver.example.cn/"},
    f"/webhooks/{WEBHOOK}/rotate": {"generation": 1},
    f"/webhooks/{WEBHOOK}/replay": {"since": 0},
    "/checks/as/government-services": {"tyshxydm": t.FINED[0]},
    "/opendata/acks": {"cursor": "1.2026-06-01."},
}
SUBJECT = f"/subjects/{t.FINED[0]}"


def is_problem(answer, status: int, name: str) -> bool:
    assert answer.headers["Content-Type"] == PROBLEM, answer.content[:200]
    found = answer.json()
    assert set(found) >= MEMBERS
    assert found["trace_id"] == answer.headers["Trace-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    return (answer.status_code, found["status"], found["type"]) == (
        status,
        status,
        f"/api/v1/problems/{name}",
    )


@pytest.mark.parametrize("path", ["/nothing", "/", "/subjects", "/problems/none", "/../v2/x"])
def test_what_is_not_there_is_a_problem(platform, anybody, path):
    assert is_problem(anybody.get(path), 404, "not-found")


def test_another_version_is_a_problem_too(platform, anybody):
    assert is_problem(anybody.browser.get("/api/v2/checks"), 404, "not-found")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "POST"])
@pytest.mark.parametrize("path", [SUBJECT, "/catalog", "/openapi.json", "/docs"])
def test_another_method_is_a_problem(platform, anybody, method, path):
    answer = anybody.send(method, path)

    assert is_problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


def test_head_says_what_get_says_without_a_body(platform, anybody):
    shown, head = anybody.get("/catalog"), anybody.send("HEAD", "/catalog")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == shown.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(shown.content))


def test_an_unknown_host_is_a_problem(platform, anybody):
    assert is_problem(anybody.post("/checks", BODY, Host="evil.example"), 400, "bad-request")


ADDRESSES = [
    (
        method.upper(),
        path.removeprefix("/api/v1")
        .replace("{uscc}", t.FINED[0])
        .replace("{webhook}", WEBHOOK)
        .replace("{adapter}", "government-services")
        .replace("{check_no}", CHECK),
    )
    for method, path, told in operations()
    # takes a form (tests/api/test_jobs.py); for who hands in (tests/api/test_own_records.py)
    if told["operationId"] not in {"open_batch", "list_own_records"}
]


@pytest.mark.parametrize("query", ["x=1", "limit=1&limit=2", "uscc=1", "%00=1", "expand"])
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_parameter_that_is_not_known_is_refused(checker, method, path, query):
    body = BODIES.get(path)

    answer = checker.send(method, f"{path}?{query}", body)

    assert is_problem(answer, 400, "unknown-parameter")
    assert deeds() == []


STRICT = [
    b"{",
    b"",
    b"[]",
    b'"x"',
    b"\xff\xfe",
    b'{"uscc": NaN}',
    b'{"uscc": Infinity}',
    b'{"uscc": 1e999}',
    b'{"uscc": ' + b"9" * 5_000 + b"}",
    b'{"uscc": "1", "uscc": "2"}',
    b'{"uscc": "\\u0000"}',
    b'{"uscc": "\\ud800"}',
    b'{"\\ud800": "x"}',
    b"[" * 100_000,
    b"[" * 17 + b"]" * 17,
    b'{"a":' * 50 + b"1" + b"}" * 50,
    b"\xef\xbb\xbf{}",
]


@pytest.mark.parametrize("body", STRICT, ids=range(len(STRICT)))
@pytest.mark.parametrize("path", ["/checks", "/checks:batch"])
def test_a_body_that_two_could_read_differently_is_refused(checker, path, body):
    answer = checker.send("POST", path, body)

    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == PROBLEM
    assert deeds() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roles": ["bank"]}, "extra_forbidden"),
        ({"uscc": 911}, "string_type"),
        ({"uscc": None}, "string_type"),
        ({"uscc": "9" * 41}, "string_too_long"),
        ({"case_no": ""}, "string_too_short"),
        ({"case_no": " 1"}, "not_printable"),
        ({"case_no": "1\n2"}, "not_printable"),
        ({"case_no": "1\u202e2"}, "not_printable"),
        ({"matter": "Bidding"}, "string_pattern_mismatch"),
    ],
)
def test_a_fault_names_its_place_and_a_code(checker, changes, code):
    answer = checker.post("/checks", BODY | changes)

    assert is_problem(answer, 422, "invalid")
    (fault,) = answer.json()["errors"]
    assert fault["code"] == code
    assert fault["pointer"] == ("/body" if "roles" in changes else f"/body/{next(iter(changes))}")
    assert deeds() == []


def test_the_name_of_an_unknown_member_is_not_repeated(checker):
    answer = checker.post("/checks", BODY | {t.RESIDENT_ID: "x", "secret": t.RESIDENT_ID})

    assert is_problem(answer, 422, "invalid")
    assert t.RESIDENT_ID not in answer.content.decode()
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gb18030", "x"],
)
def test_another_media_type_is_refused(checker, media_type):
    answer = checker.browser.post(
        "/api/v1/checks",
        json.dumps(BODY),
        content_type=media_type,
        headers={"Authorization": f"Bearer {checker.token}"},
    )

    assert is_problem(answer, 415, "unsupported-media-type")
    assert deeds() == []


def test_a_body_too_large_is_refused(checker, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000

    answer = checker.post("/checks", BODY | {"officer": "x" * 2_000})

    assert is_problem(answer, 413, "too-large")
    assert deeds() == []


@pytest.mark.parametrize("path", [SUBJECT, f"{SUBJECT}/records", "/catalog", "/openapi.json"])
def test_what_somebody_has_already_is_not_sent_again(platform, anybody, path):
    first = anybody.get(path)
    again = anybody.get(path, If_None_Match=first.headers["ETag"])
    other = anybody.get(path, If_None_Match='"other"')

    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert again.content == b""


def test_a_failure_of_ours_is_a_problem_that_says_nothing(checker, monkeypatch, caplog):
    secret = f"{t.RESIDENT_ID} at /etc"

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("gongxin.api.asking.check_within", fails)
    answer = checker.check(t.FINED[0])

    assert is_problem(answer, 500, "internal")
    assert t.RESIDENT_ID not in answer.content.decode()
    written = "\n".join(JsonLine().format(record) for record in caplog.records)
    assert answer.json()["trace_id"] in written
    assert "RuntimeError" in written
    assert t.RESIDENT_ID not in written


def test_a_platform_without_a_release_is_a_problem(platform, anybody, settings, tmp_path):
    settings.GONGXIN = replace(settings.GONGXIN, home=tmp_path)

    assert is_problem(anybody.get("/catalog"), 500, "internal")


def test_the_portals_pages_are_not_the_apis(platform, anybody):
    answer = anybody.browser.get(reverse("portal:home"))

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Trace-Id" not in answer.headers


def test_an_operation_may_be_no_page_and_sets_no_cookie(platform, anybody):
    answer = anybody.get("/catalog")

    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
