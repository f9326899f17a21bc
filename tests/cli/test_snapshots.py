"""A snapshot goes to a counter, is looked into without a platform, and ends with its day (L6)."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gongxin.audit import actions
from gongxin.audit.signing import Signer
from gongxin.check import snapshots
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.documents import signer
from gongxin.check.models import Asked
from gongxin.cli import clock
from gongxin.core.audit import Deed
from tests.derive import town as t
from tests.fixtures.audit import deeds

pytestmark = pytest.mark.django_db
FOR = ("--matter", "procurement", "--purpose", "admission", "--unit", t.TRANSPORT, "--case", "窗1")
# t.TODAY is 2026-06-01; in China its last second is 15:59:59 UTC.
MIDNIGHT = t.RECEIVED.replace(hour=16)


@pytest.fixture
def made(gongxin, inhabited, tmp_path):
    file = tmp_path / "counter.jsonl"
    said = gongxin("checks", "snapshot", file, *FOR, "--json")
    assert said.code == 0, said.err
    return file


@pytest.fixture
def look(gongxin, inhabited, made):
    """Look an organisation up in the snapshot."""

    def ask(code: str, file=made):
        key = inhabited.home / "keys/check.pub"
        return gongxin("checks", "look", file, code, "--key", key, "--json")

    return ask


def at(monkeypatch, instant) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)


def test_what_is_seen_is_what_a_check_says(look, inhabited):
    seen = look(t.LISTED[0]).document

    question = Question(t.LISTED[0], "procurement", "admission", t.TODAY, t.RECEIVED)
    answer = check(question, inhabited.release)
    assert (seen["status"], seen["as_of"], seen["unit"]) == ("facts", "2026-06-01", t.TRANSPORT)
    entry = seen["entry"]
    assert entry["name"] == answer.name
    assert [f["record_id"] for f in entry["list_entries"]] == [
        f.record_id for f in answer.list_entries
    ]
    assert [f["record_id"] for f in entry["facts"]] == [
        f.record_id for f in answer.facts if f.adverse
    ]
    assert [m["measure"] for m in entry["measures"]] == [m.measure for m in answer.measures]
    assert entry["measures"] != []


@pytest.mark.parametrize(
    "who", [t.ABSENT, t.HIDDEN, t.UNNAMED], ids=["absent", "hidden", "unnamed"]
)
def test_of_whom_nothing_acts_nothing_is_said(look, who):
    seen = look(who[0]).document

    assert (seen["status"], seen["entry"]) == ("nothing", None)


@pytest.mark.parametrize("code", [t.TRADER[0], t.RESIDENT_ID, "nothing"])
def test_who_is_not_checked_is_not_looked_up(look, code):
    said = look(code)

    assert (said.code, said.out) == (2, "")
    assert t.RESIDENT_ID not in said.err


def test_nobodys_livelihood_is_in_the_file(made):
    text = made.read_text("utf-8")

    assert t.FINED[0] in text
    for who in (t.TRADER, t.OWNED, t.UNNAMED, t.HIDDEN):
        assert who[0] not in text


def test_it_ends_with_the_day_in_china(look, monkeypatch):
    at(monkeypatch, MIDNIGHT - timedelta(seconds=1))
    before = look(t.LISTED[0]).document
    at(monkeypatch, MIDNIGHT)
    after = look(t.LISTED[0]).document

    assert before["status"] == "facts"
    assert (after["status"], after["why"], after["entry"]) == ("unknown", "expired", None)


def test_a_clock_that_was_set_back_makes_it_no_younger(look, monkeypatch):
    at(monkeypatch, t.RECEIVED - timedelta(minutes=5, seconds=1))

    seen = look(t.LISTED[0]).document

    assert (seen["status"], seen["why"], seen["entry"]) == ("unknown", "clock", None)


def lines_of(file):
    return file.read_bytes().splitlines(keepends=True)


def without_entry(lines):
    return [*lines[:1], *lines[2:]]


def later(lines):
    return [lines[0].replace(b"2026-06-02T00:00:00", b"2027-06-02T00:00:00"), *lines[1:]]


def renamed(lines):
    return [line.replace(t.LISTED[1].encode(), "别的公司".encode()) for line in lines]


def unsigned(lines):
    return lines[:-1]


def of_another_digest(lines):
    last = json.loads(lines[-1])
    return [*lines[:-1], json.dumps(last | {"digest": "sha256:0"}).encode()]


CHANGES = [
    without_entry,
    later,
    renamed,
    unsigned,
    of_another_digest,
    lambda _: [],
    lambda ls: ls[:1],
]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_nothing_is_read(look, made, change):
    made.write_bytes(b"".join(change(lines_of(made))))

    said = look(t.LISTED[0])

    assert (said.code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 1


def test_another_key_signed_nothing(gongxin, inhabited, made, tmp_path):
    key = tmp_path / "other.pub"
    other = Signer("gongxin/town/check", Ed25519PrivateKey.generate())
    key.write_text(other.verifier.text(), "utf-8")

    said = gongxin("checks", "look", made, t.LISTED[0], "--key", key)

    assert (said.code, said.out) == (1, "")


def test_each_file_is_recorded_with_its_digest_and_is_no_check(made):
    (deed,) = deeds("check.snapshot")

    assert deed["object"] == json.loads(lines_of(made)[-1])["digest"]
    assert (deed["on_behalf"], deed["matter"], deed["case_no"]) == (
        t.TRANSPORT,
        "procurement",
        "窗1",
    )
    assert deed["details"]["expires_at"] == "2026-06-02T00:00:00+08:00"
    assert Asked.objects.count() == 0


def test_only_who_wrote_it_may_read_the_file(made):
    assert made.stat().st_mode & 0o077 == 0


def test_an_unknown_matter_leaves_no_file(gongxin, inhabited, tmp_path):
    file = tmp_path / "counter.jsonl"

    said = gongxin("checks", "snapshot", file, *FOR[2:], "--matter", "nothing")

    assert said.code != 0
    assert list(tmp_path.iterdir()) == []
    assert deeds("check.snapshot") == []


def test_while_nothing_is_sealed_exports_wait(gongxin, inhabited, tmp_path):
    actions.record(Deed(t.RECEIVED - timedelta(hours=5), "operator:x", "check", "x"))

    said = gongxin("checks", "snapshot", tmp_path / "counter.jsonl", *FOR)

    assert said.code == 1
    assert list(tmp_path.iterdir()) == []
    assert deeds("check.snapshot") == []


def test_entries_are_counted(inhabited, tmp_path):
    question = Question(
        "", "procurement", "admission", t.TODAY, t.RECEIVED, "operator:x", "", t.TRANSPORT
    )
    made = snapshots.make(
        tmp_path / "x", question, release=inhabited.release, by=signer(inhabited.home)
    )

    assert made.entries == len((tmp_path / "x").read_text("utf-8").splitlines()) - 2


def test_it_is_said_in_words(gongxin, inhabited, made):
    key = inhabited.home / "keys/check.pub"

    told = gongxin("checks", "look", made, t.LISTED[0], "--key", key).out

    assert "a named person decides; ask the platform itself" in told
