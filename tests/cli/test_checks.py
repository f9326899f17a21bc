"""gongxin check --json is signed; verify holds it against the key; checks counts (by hand)."""

import json

import pytest

from tests.derive import town as t

pytestmark = pytest.mark.django_db

ASKED = ("--matter", "procurement", "--purpose", "admission", "--case", "采1")
DAY = t.TODAY.isoformat()
PERIOD = ("--from", DAY, "--until", DAY)


@pytest.fixture
def answered(gongxin, inhabited, tmp_path):
    """A signed answer in a file."""
    said = gongxin("check", t.LISTED[0], *ASKED, "--unit", t.TRANSPORT, "--json")
    file = tmp_path / "answer.json"
    file.write_text(said.out, encoding="utf-8")
    return file


@pytest.fixture
def key(inhabited):
    return inhabited.home / "keys/check.pub"


def test_an_answer_is_as_the_platform_signed_it(gongxin, answered, key):
    number = json.loads(answered.read_text("utf-8"))["check_no"]

    said = gongxin("verify", answered, "--key", key)

    assert (said.code, said.out) == (0, f"check {number} is as gongxin/town/check signed it\n")


@pytest.mark.parametrize("name", ["name", "facts", "not_shown", "as_of", "signature"])
def test_whatever_is_changed_shows(gongxin, answered, key, name):
    answer = json.loads(answered.read_text("utf-8"))
    answer[name] = {"name": "别的公司", "facts": [], "not_shown": 99}.get(name, "2027-01-01")
    answered.write_text(json.dumps(answer), encoding="utf-8")

    said = gongxin("verify", answered, "--key", key)

    assert (said.code, said.out) == (1, "")
    assert "something was changed" in said.err


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00", '{"signature": 1}'])
def test_what_is_no_answer_is_no_traceback(gongxin, inhabited, tmp_path, key, text):
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")

    said = gongxin("verify", file, "--key", key)

    assert said.code in (1, 2)
    assert len(said.err.splitlines()) == 1


def test_what_was_asked_is_counted(gongxin, answered):
    said = gongxin("checks", "count", *PERIOD)

    assert said.out == (
        f"{t.TRANSPORT} 公共资源交易 procurement admission: 1 checks of 1 organisations\n"
        "procurement not reported: 1\n"
    )
    assert gongxin("checks", "rates", *PERIOD, "--json").document == []


def test_a_day_that_is_none(gongxin, inhabited):
    said = gongxin("checks", "count", "--from", "gestern", "--until", DAY)

    assert (said.code, said.err) == (2, "gestern: write the day as 2026-05-04\n")
