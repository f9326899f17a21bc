"""Sending over a real TLS line: what is followed, what is not, and what ends when (T10)."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gongxin.core.destinations import Allowed
from gongxin.push.sender import LARGEST, Answer
from tests.push.conftest import sender_to
from tests.push.receiver import (
    HOST,
    babbles,
    drips,
    endless_body,
    floods,
    serving,
)

HEADERS = {"webhook-id": "msg_1"}


def away(fault: str) -> Answer:
    return Answer(None, fault, away=True)


def test_a_message_arrives_as_it_was_sent(receiver, authority):
    answer = sender_to(receiver, authority).send(receiver.address, HEADERS, b'{"a":1}')

    assert answer == Answer(204, "", away=False)
    ((headers, body),) = receiver.came
    assert (body, receiver.paths) == (b'{"a":1}', ["/hooks/gongxin"])
    assert headers == {
        "host": f"{HOST}:{receiver.port}",
        "user-agent": "gongxin-push",
        "accept": "*/*",
        "connection": "close",
        "content-type": "application/json",
        "content-length": "7",
        "webhook-id": "msg_1",
    }


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, Answer(200, "", away=False)),
        (302, Answer(302, "redirect", away=False)),
        (307, Answer(307, "redirect", away=False)),
        (400, Answer(400, "status", away=False)),
        (410, Answer(410, "gone", away=False)),
        (429, Answer(429, "status", away=True)),
        (503, Answer(503, "status", away=True)),
    ],
)
def test_the_answer_says_whether_it_is_this_message_or_the_receiver(
    receiver, authority, status, answer
):
    receiver.behaves = lambda *_: status

    assert sender_to(receiver, authority).send(receiver.address, HEADERS, b"{}") == answer
    assert len(receiver.came) == 1  # nothing was followed, whatever Location said


def test_proxies_of_the_environment_are_not_asked(receiver, authority, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert sender_to(receiver, authority).send(receiver.address, HEADERS, b"{}").good


def test_no_cookie_comes_back(receiver, authority):
    sender = sender_to(receiver, authority)
    for _ in range(2):
        assert sender.send(receiver.address, HEADERS, b"{}").good

    assert "cookie" not in receiver.came[1][0]


@pytest.mark.parametrize(
    ("behaves", "answer"),
    [
        (drips, away("timeout")),
        (floods, away("answer")),
        (babbles, away("answer")),
        (endless_body, Answer(200, "", away=False)),  # nobody reads a body
    ],
)
def test_a_hostile_answer_costs_one_time_limit(receiver, authority, behaves, answer):
    receiver.behaves = behaves
    sender = sender_to(receiver, authority, seconds=1.0)

    assert sender.send(receiver.address, HEADERS, b"{}") == answer


def test_a_certificate_of_another_name_is_refused(authority):
    with serving(authority.server("other.example.cn")) as receiver:
        answer = sender_to(receiver, authority).send(receiver.address, HEADERS, b"{}")

    assert (answer, receiver.came) == (away("tls"), [])


def test_a_certificate_that_has_ended_is_refused(authority):
    ended = authority.server(HOST, until=datetime(2021, 1, 1, tzinfo=UTC))
    with serving(ended) as receiver:
        answer = sender_to(receiver, authority).send(receiver.address, HEADERS, b"{}")

    assert (answer, receiver.came) == (away("tls"), [])


def test_a_certificate_of_an_unknown_authority_is_refused(receiver, authority):
    sender = sender_to(receiver, authority, trust=ssl.create_default_context())

    assert sender.send(receiver.address, HEADERS, b"{}") == away("tls")
    assert receiver.came == []


def test_a_line_without_tls_is_refused(authority):
    with serving(None) as receiver:
        answer = sender_to(receiver, authority).send(receiver.address, HEADERS, b"{}")

    assert (answer, receiver.came) == (away("tls"), [])


def test_the_name_is_looked_up_once_and_that_number_is_reached(receiver, authority):
    asked = []

    def rebinds(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    sender = sender_to(receiver, authority, resolve=rebinds)

    assert sender.send(receiver.address, HEADERS, b"{}").good
    assert (asked, len(receiver.came)) == ([HOST], 1)


def test_a_name_with_one_number_inside_is_refused_as_a_whole(receiver, authority):
    sender = sender_to(receiver, authority, resolve=lambda *_: ["127.0.0.1", "10.0.0.1"])

    assert sender.send(receiver.address, HEADERS, b"{}") == away("address_network")
    assert receiver.came == []


def test_loopback_is_closed_without_the_word_for_rehearsals(receiver, authority):
    sender = sender_to(receiver, authority)
    closed = replace(sender, allowed=Allowed(ports=(receiver.port,)))

    assert closed.send(receiver.address, HEADERS, b"{}") == away("address_network")
    assert receiver.came == []


@pytest.mark.parametrize("numbers", [[], None])
def test_a_name_that_nobody_knows_is_said(receiver, authority, numbers):
    def unknown(*_: object) -> list[str]:
        if numbers is None:
            raise OSError
        return numbers

    sender = sender_to(receiver, authority, resolve=unknown)

    assert sender.send(receiver.address, HEADERS, b"{}") == away("name_unknown")


def test_a_resolver_that_hangs_costs_one_time_limit(receiver, authority):
    from threading import Event  # noqa: PLC0415 - only here

    hangs = Event()
    sender = sender_to(receiver, authority, resolve=lambda *_: hangs.wait(30) or [], seconds=0.2)

    assert sender.send(receiver.address, HEADERS, b"{}") == away("timeout")
    hangs.set()


def test_what_is_too_large_or_breaks_a_line_is_not_sent(receiver, authority):
    sender = sender_to(receiver, authority)

    assert sender.send(receiver.address, HEADERS, b"a" * (LARGEST + 1)) == away("too_large")
    broken = {"webhook-id": "1\r\nHost: other"}
    assert sender.send(receiver.address, broken, b"{}") == away("headers")
    assert receiver.came == []


def test_nobody_listens(receiver, authority):
    sender = sender_to(receiver, authority, allowed=Allowed(ports=(1,), loopback=True))

    assert sender.send(f"https://{HOST}:1/", HEADERS, b"{}") == away("connection")
