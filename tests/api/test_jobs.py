"""Checks of a file over the API: handed in, worked, fetched on its day, by its unit alone."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongxin.api import clock
from gongxin.audit.models import Row
from gongxin.check import batches
from gongxin.check.models import Asked, Batch, Chunk
from tests.api.conftest import ASKED, Api, deeds, token_of
from tests.api.test_checks import kind
from tests.derive import town as t

pytestmark = pytest.mark.django_db
CODES = f"{t.FINED[0]}\n\n{t.TRADER[0]}\n{t.RESIDENT_ID}\n{t.ABSENT[0]}\n"


def hand_in(
    api: Api, codes: str | bytes = CODES, *, key: str = "", query: str = "", **changes: str
):
    """Send a file as a form does."""
    text = codes.encode() if isinstance(codes, str) else codes
    form = ASKED | changes | {"file": SimpleUploadedFile("codes.txt", text)}
    headers = {"Authorization": f"Bearer {api.token}"}
    if key:
        headers["Idempotency-Key"] = f'"{key}"'
    return api.browser.post(f"/api/v1/checks/batches{query}", form, headers=headers)


def work(platform) -> None:
    for number in batches.open_numbers(t.TODAY):
        for _ in batches.work(number, home=platform.home, release=platform.release):
            continue


def test_a_file_is_answered_line_by_line(checker, platform):
    opened = hand_in(checker)
    number = opened.json()["batch"]
    waiting = checker.get(f"/checks/batches/{number}").json()
    work(platform)
    done = checker.get(f"/checks/batches/{number}").json()
    result = checker.browser.get(
        done["lines"], headers={"Authorization": f"Bearer {checker.token}"}
    )

    assert (opened.status_code, opened.json()["rows"]) == (202, 4)
    assert opened.headers["Location"] == f"/api/v1/checks/batches/{number}"
    assert (waiting["answered"], waiting["lines"]) == (0, None)
    assert (done["answered"], done["refused"]) == (2, 2)
    lines = [json.loads(line) for line in b"".join(result.streaming_content).splitlines()]
    assert [line["row"] for line in lines] == [1, 2, 3, 4]
    assert [line.get("answer", {}).get("uscc") for line in lines] == [
        t.FINED[0],
        None,
        None,
        t.ABSENT[0],
    ]
    assert result.headers["Content-Type"] == "application/jsonl"
    assert result.headers["Cache-Control"] == "no-store"


def test_each_organisation_and_the_file_are_in_the_log(checker, platform):
    hand_in(checker)
    work(platform)

    assert len(deeds("open-batch")) == 1
    assert {deed["decision"] for deed in deeds("check")} == {"allow", "deny"}
    assert all(t.RESIDENT_ID.encode() not in bytes(row.content) for row in Row.objects.all())
    assert not Chunk.objects.filter(codes__contains=t.RESIDENT_ID).exists()


def test_the_same_key_opens_one_batch(checker):
    first, again = hand_in(checker, key="k"), hand_in(checker, key="k")

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert Batch.objects.count() == 1
    assert kind(hand_in(checker, t.QUIET[0], key="k")) == (422, "idempotency-key-reused")


def test_another_unit_sees_nothing(checker, platform, anybody, register):
    number = hand_in(checker).json()["batch"]
    work(platform)
    other = Api(anybody.browser, token_of(anybody.browser, register(unit=t.TRANSPORT)))

    for path in (f"/checks/batches/{number}", f"/checks/batches/{number}/result"):
        theirs, nothing = other.get(path), other.get(path.replace(number, "0" * 26))
        assert kind(theirs) == kind(nothing) == (404, "not-found")


def test_whether_there_is_a_result_is_asked_without_fetching_it(checker, platform):
    number = hand_in(checker).json()["batch"]
    work(platform)

    head = checker.send("HEAD", f"/checks/batches/{number}/result")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == "application/jsonl"
    assert head.headers["Cache-Control"] == "no-store"


def test_from_midnight_on_there_is_no_result(checker, platform, monkeypatch):
    number = hand_in(checker).json()["batch"]
    work(platform)
    monkeypatch.setattr(clock, "today", lambda: t.TODAY + timedelta(days=1))

    assert kind(checker.get(f"/checks/batches/{number}/result")) == (404, "not-found")
    results = platform.home / "checks" / number
    batches.sweep(platform.home, t.TODAY)
    assert results.is_dir()
    batches.sweep(platform.home, t.TODAY + timedelta(days=1))
    assert not results.exists()


def test_a_result_that_is_being_written_stays_until_it_is_done(checker, platform, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 2)
    number = hand_in(checker).json()["batch"]
    next(batches.work(number, home=platform.home, release=platform.release))
    results, tomorrow = platform.home / "checks" / number, t.TODAY + timedelta(days=1)

    batches.sweep(platform.home, tomorrow)
    assert results.is_dir()

    work(platform)
    batches.sweep(platform.home, tomorrow)
    assert not results.exists()


def test_what_nobody_has_answered_a_day_later_keeps_no_code(checker, platform, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 2)
    number = hand_in(checker).json()["batch"]
    next(batches.work(number, home=platform.home, release=platform.release))
    results = platform.home / "checks" / number

    batches.sweep(platform.home, t.TODAY + timedelta(days=2))

    assert not any(Chunk.objects.values_list("codes", flat=True))
    assert not results.exists()
    with pytest.raises(batches.NotDone):
        batches.result(number, unit=t.MARKET, home=platform.home)


def test_a_result_that_is_not_there_yet_is_not_found(checker):
    number = hand_in(checker).json()["batch"]

    assert kind(checker.get(f"/checks/batches/{number}/result")) == (404, "not-found")


@pytest.mark.parametrize(
    ("codes", "changes", "answer"),
    [
        ("", {}, (400, "bad-request")),
        ("\n \n", {}, (400, "bad-request")),
        (b"\xff\xfe", {}, (400, "bad-request")),
        ("9" * 300, {}, (400, "bad-request")),
        (CODES, {"matter": "nothing"}, (422, "check-unknown-matter")),
        (CODES, {"purpose": "nothing"}, (422, "check-unknown-purpose")),
        (CODES, {"case_no": ""}, (422, "invalid")),
        (CODES, {"case_no": t.RESIDENT_ID}, (422, "invalid")),
        (CODES, {"decision": "deny"}, (422, "invalid")),
    ],
)
def test_what_is_refused_opens_nothing(checker, codes, changes, answer):
    found = hand_in(checker, codes, **changes)

    assert kind(found) == answer
    assert t.RESIDENT_ID not in found.content.decode()
    assert (Batch.objects.count(), Asked.objects.count()) == (0, 0)


def test_a_parameter_of_the_address_is_refused(checker):
    assert kind(hand_in(checker, query="?limit=1")) == (400, "unknown-parameter")
    assert Batch.objects.count() == 0


def test_the_quota_counts_the_lines(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=7)))

    assert [hand_in(api).status_code for _ in range(2)] == [202, 429]
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    "body", [b"", b"--x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n']
)
def test_a_broken_form_is_a_problem(checker, body):
    found = checker.browser.generic(
        "POST",
        "/api/v1/checks/batches",
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {checker.token}"},
    )

    assert found.status_code in (400, 422)
    assert found.headers["Content-Type"] == "application/problem+json"


def test_json_is_no_file(checker):
    found = checker.post("/checks/batches", ASKED | {"file": CODES})

    assert found.status_code in (400, 415, 422)
    assert Batch.objects.count() == 0
