"""R9: whatever goes wrong at the platform or on the way is unknown, never bad."""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from gongxin.client import (
    AsyncClient,
    Client,
    ClientFault,
    Credentials,
    Manner,
    Question,
    Refused,
    Reply,
    Unavailable,
)
from tests.client.faulty import DRIP, HANG, TOKEN, problem, reply, self_signed

USCC = "91211100MA000010X9"
QUESTION = Question("bidding", "admission", "盘审批〔2026〕1号")
HASTY = Manner(timeout=10, patience=20, pause=0.01)
IMPATIENT = Manner(timeout=0.2, patience=0.3, pause=0.01)
WHO = Credentials("client", "secret")
ANSWER = {
    "check_no": "01M5V000000000000000000000",
    "uscc": USCC,
    "name": "盘锦示例一号有限公司",
    "status": "neutral",
    "matter": "bidding",
    "purpose": "admission",
    "facts": [],
    "list_entries": [],
    "measures": [],
    "incentives": [],
    "objections": [],
    "not_shown": 0,
    "coverage": "partial",
    "as_of": "2026-06-01",
    "head": 1,
    "release": "sha256:0",
    "signature": "— town/check AAAA",
}
Ask = Callable[..., Reply]


def ask_sync(url: str, manner: Manner = HASTY, key: str = "") -> Reply:
    with Client(url, WHO, manner) as client:
        return client.check(USCC, QUESTION, key=key)


def ask_async(url: str, manner: Manner = HASTY, key: str = "") -> Reply:
    async def asked() -> Reply:
        async with AsyncClient(url, WHO, manner) as client:
            return await client.check(USCC, QUESTION, key=key)

    return asyncio.run(asked())


@pytest.fixture(params=[ask_sync, ask_async], ids=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.param
    return found


def without(name: str) -> dict[str, Any]:
    return {member: value for member, value in ANSWER.items() if member != name}


GOOD = reply(200, ANSWER)
FAULTS = {
    "silent": (HANG, "slow"),
    "drips": (DRIP, "slow"),
    "cut in the head": (b"HTTP/1.1 200 So\r\nContent-", "cut"),
    "cut in the body": (GOOD[:-20], "cut"),
    "no HTTP": (b"\x16\x03\x01 what\r\n\r\n", "cut"),
    "nothing at all": (b"", "cut"),
    "no JSON": (reply(200, b"<html>busy</html>", "text/html"), "nonsense"),
    "JSON of another kind": (reply(200, ["facts"]), "nonsense"),
    "deep": (reply(200, b"[" * 100_000), "nonsense"),
    "half an answer": (reply(200, without("measures")), "nonsense"),
    "another organisation": (reply(200, ANSWER | {"uscc": "91211100MA0000210G"}), "nonsense"),
    "another matter": (reply(200, ANSWER | {"matter": "subsidy"}), "nonsense"),
    "a verdict": (reply(200, ANSWER | {"status": "bad"}), "nonsense"),
    "a flag that is a number": (reply(200, ANSWER | {"not_shown": True}), "nonsense"),
    "no day": (reply(200, ANSWER | {"as_of": "soon"}), "nonsense"),
    "a redirect": (reply(302, b"", Location="http://127.0.0.1:1/"), "nonsense"),
    "a portal's 403": (reply(403, b"<html>log in</html>", "text/html"), "nonsense"),
    "a foreign problem": (
        reply(403, {"type": "about:blank", "status": 403}, "application/problem+json"),
        "nonsense",
    ),
    "500": (problem("internal", 500), "outage"),
    "500 in HTML": (reply(500, b"<html>", "text/html"), "outage"),
    "502": (reply(502, b""), "outage"),
    "503": (problem("unavailable", 503, Retry_After="0"), "outage"),
    "429": (problem("rate-limited", 429, Retry_After="0"), "busy"),
    "quota": (problem("quota", 429, Retry_After="3600"), "quota"),
}


@pytest.mark.parametrize(("answer", "why"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_unknown_and_never_bad(faulty, ask, answer, why):
    faulty.answers = [answer]

    told = ask(faulty.url, IMPATIENT if why == "slow" else HASTY)

    assert (told.status, told.why, told.answer) == ("unknown", why, None)
    assert told.facts == told.list_entries == told.measures == ()


@pytest.mark.parametrize(("answer", "why"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_token_is_unknown_too(faulty, answer, why):
    faulty.token, faulty.answers = answer, [GOOD]

    told = ask_sync(faulty.url, IMPATIENT if why == "slow" else HASTY)

    assert told.status == "unknown"
    assert faulty.checks == []


def test_nobody_there_is_unknown(ask):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert ask(f"http://127.0.0.1:{port}").why == "no_connection"


def test_a_certificate_that_nobody_vouches_for_is_unknown(faulty, ask, tmp_path):
    faulty.tls = self_signed(tmp_path)
    faulty.answers = [GOOD]

    told = ask(faulty.url)

    assert (told.status, told.why) == ("unknown", "certificate")
    assert faulty.asked == []  # the secret was shown to nobody


def test_a_good_answer_is_told(faulty, ask):
    faulty.answers = [GOOD]

    told = ask(faulty.url)

    assert (told.status, told.check_no) == ("neutral", ANSWER["check_no"])


def test_what_passes_by_itself_is_sent_again_with_the_same_key(faulty, ask):
    faulty.answers = [problem("unavailable", 503, Retry_After="0"), b"", GOOD]

    told = ask(faulty.url)

    assert told.status == "neutral"
    assert len(faulty.checks) == 3
    assert len({asked.headers["idempotency-key"] for asked in faulty.checks}) == 1


def test_two_calls_have_two_keys(faulty):
    faulty.answers = [GOOD]

    ask_sync(faulty.url)
    ask_sync(faulty.url)

    assert len({asked.headers["idempotency-key"] for asked in faulty.checks}) == 2


def test_the_caller_may_name_the_key(faulty):
    faulty.answers = [GOOD]

    ask_sync(faulty.url, key="2026-0417")

    assert faulty.checks[0].headers["idempotency-key"] == '"2026-0417"'


@pytest.mark.parametrize("key", ["盘审批", 'a"b', "a\r\nb", "x" * 49])
def test_a_key_that_no_header_may_have_is_the_callers_mistake(faulty, key):
    with pytest.raises(ClientFault):
        ask_sync(faulty.url, key=key)

    assert faulty.asked == []


def test_nobody_waits_longer_than_the_patience(faulty):
    faulty.answers = [problem("unavailable", 503, Retry_After="30"), GOOD]

    told = ask_sync(faulty.url)

    assert (told.status, told.retry_after, len(faulty.checks)) == ("unknown", 30.0, 1)


def test_the_days_quota_is_not_asked_again(faulty):
    faulty.answers = [problem("quota", 429, Retry_After="0")]

    assert ask_sync(faulty.url).why == "quota"
    assert len(faulty.checks) == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [("not-allowed", 403), ("invalid", 422), ("check-unknown-matter", 422), ("too-large", 413)],
)
def test_the_callers_mistake_is_raised(faulty, ask, name, status):
    faulty.answers = [problem(name, status)]

    with pytest.raises(Refused) as caught:
        ask(faulty.url)

    assert (caught.value.problem, caught.value.status) == (name, status)
    assert len(faulty.checks) == 1


def test_a_client_that_was_disabled_is_raised(faulty, ask):
    faulty.token = problem("client-refused", 401)

    with pytest.raises(Refused):
        ask(faulty.url)


@pytest.mark.parametrize(
    "name", ["check-person", "check-no-code", "check-one-person", "check-archive-only"]
)
def test_who_is_not_checked_is_no_mistake(faulty, ask, name):
    faulty.answers = [problem(name, 422)]

    told = ask(faulty.url)

    assert (told.status, told.why, told.answer) == ("refused", name, None)


def test_a_token_that_ended_early_is_renewed_once(faulty, ask):
    faulty.answers = [problem("unauthenticated", 401), GOOD]

    told = ask(faulty.url)

    assert told.status == "neutral"
    assert len(faulty.asked) == 4
    assert len({asked.headers["idempotency-key"] for asked in faulty.checks}) == 1


def test_a_token_is_kept_while_it_is_good(faulty):
    faulty.answers = [GOOD]

    with Client(faulty.url, WHO, HASTY) as client:
        client.check(USCC, QUESTION)
        client.check(USCC, QUESTION)

    assert len(faulty.asked) == 3


def test_a_token_without_life_is_not_kept(faulty):
    faulty.token, faulty.answers = reply(200, TOKEN | {"expires_in": 5}), [GOOD]

    with Client(faulty.url, WHO, HASTY) as client:
        client.check(USCC, QUESTION)
        client.check(USCC, QUESTION)

    assert len(faulty.asked) == 4


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX-Evil: 1", "令牌"])
def test_a_token_that_no_header_may_have_is_nonsense(faulty, token):
    faulty.token = reply(200, TOKEN | {"access_token": token})

    assert ask_sync(faulty.url).why == "nonsense"


def test_a_key_that_is_none_is_the_callers_mistake(faulty):
    key = "town/check+7ea5c5c6+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    faulty.answers = [GOOD]

    with pytest.raises(ClientFault):
        ask_sync(faulty.url, Manner(answer_key=key))
    assert faulty.asked == []


def batch(codes: list[str]) -> bytes:
    rows = [
        {"row": number, "answer": ANSWER | {"uscc": code}, "problem": None}
        for number, code in enumerate(codes)
    ]
    return reply(200, {"items": rows, "as_of": "2026-06-01"})


CODES = [f"9121110{number:010d}X" for number in range(2_500)]
PARTS = [CODES[:1000], CODES[1000:2000], CODES[2000:]]


def test_a_long_batch_is_split_and_tells_how_far_it_is(faulty):
    faulty.answers = [batch(part) for part in PARTS]
    told: list[tuple[int, int]] = []

    with Client(faulty.url, WHO, Manner()) as client:
        replies = client.check_batch(
            CODES, QUESTION, progress=lambda done, of: told.append((done, of))
        )

    assert [one.uscc for one in replies] == CODES
    assert {one.status for one in replies} == {"neutral"}
    assert told == [(1000, 2500), (2000, 2500), (2500, 2500)]
    keys = [asked.headers["idempotency-key"] for asked in faulty.checks]
    assert len(set(keys)) == 3
    assert [len(json.loads(a.body)["organisations"]) for a in faulty.checks] == [1000, 1000, 500]


def test_after_an_outage_the_rest_of_a_batch_is_not_asked(faulty):
    faulty.answers = [batch(PARTS[0]), problem("internal", 500)]

    with Client(faulty.url, WHO, Manner()) as client:
        replies = client.check_batch(CODES, QUESTION)

    assert [replies[n].status for n in (0, 999, 1000, 2499)] == [
        "neutral",
        "neutral",
        "unknown",
        "unknown",
    ]
    assert (replies[1999].why, replies[2000].why) == ("outage", "not_asked")
    assert len(faulty.checks) == 2


def test_a_batch_with_rows_missing_is_nonsense(faulty):
    faulty.answers = [batch(CODES[:9])]

    with Client(faulty.url, WHO, Manner()) as client:
        replies = client.check_batch(CODES[:10], QUESTION)

    assert {one.why for one in replies} == {"nonsense"}


def test_an_outcome_that_nobody_took_is_raised(faulty):
    faulty.answers = [problem("internal", 500)]

    with Client(faulty.url, WHO, HASTY) as client, pytest.raises(Unavailable):
        client.report_outcome(str(ANSWER["check_no"]), "normal")


@pytest.mark.parametrize(
    "url", ["http://credit.example.gov.cn", "ftp://127.0.0.1", "credit", "https://a:b@c.cn"]
)
def test_an_address_that_would_show_the_secret_is_refused(url):
    with pytest.raises(ClientFault):
        Client(url, WHO)


def test_a_secret_is_in_no_text(faulty):
    with Client(faulty.url, WHO) as client:
        assert "secret" not in repr(WHO).replace("secret=", "")
        assert "'secret'" not in repr(vars(client))
