"""gongxin check --json is signed; verify holds it against the key; checks counts (by hand)."""

import json

import pytest

from gongxin.cli import checks
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
        f"{t.TRANSPORT} 公共资源交易 procurement admission: 1 checks of 1 organisations in"
        " 1 queries\n"
        "procurement not reported: 1\n"
    )
    assert gongxin("checks", "rates", *PERIOD, "--json").document == []


def test_a_day_that_is_none(gongxin, inhabited):
    said = gongxin("checks", "count", "--from", "gestern", "--until", DAY)

    assert (said.code, said.err) == (2, "gestern: write the day as 2026-05-04\n")


def test_a_list_is_answered_row_by_row(gongxin, inhabited, tmp_path, monkeypatch):
    """The workers of this test are of this process: they see the settled town."""
    monkeypatch.setattr(checks, "ProcessPoolExecutor", Here)
    file, out = tmp_path / "codes.txt", tmp_path / "out.jsonl"
    file.write_text(f"{t.LISTED[0]}\n{t.TRADER[0]}\n", encoding="utf-8")

    said = gongxin("checks", "run", file, "--out", out, *ASKED, "--unit", t.TRANSPORT)

    assert said.code == 0
    assert said.out.endswith(f": 1 answered, 1 refused; see {out}\n")
    first, second = (json.loads(line) for line in out.read_text("utf-8").splitlines())
    assert first["answer"]["measures"][0]["measure"] == "procurement-serious"
    assert "sole trader" in second["refused"]


class Here:
    """Does in this process what a worker would do."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> "Here":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, call, *arguments):
        call(*arguments)
        return Future()


class Future:
    def result(self) -> None:
        """What was done is done."""
