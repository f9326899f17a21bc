"""gongxin intake --errors and gongxin batch: what goes back to a unit, and what it closes."""

import csv

import pytest

from gongxin.intake.models import Reject
from gongxin.ledger.models import Current
from tests.derive import town as t

pytestmark = pytest.mark.django_db
OTHER = "112111000590830155"
BAD_DAY = {"CF_JDRQ": "2026-02-30"}


@pytest.fixture
def sent(gongxin, inhabited, tmp_path):
    """One good row and two bad ones, taken in; the batch, and the file that came back."""
    rows = [t.penalty(t.FINED, 71), *(t.penalty(t.QUIET, n, **BAD_DAY) for n in (72, 73))]
    file = t.write(tmp_path / "a.csv", rows)
    back = tmp_path / "back.csv"
    said = gongxin("intake", file, "--unit", t.MARKET, "--errors", back, "--json")
    assert said.code == 3
    return said.document["batch"], back


def test_a_batch_is_shown_with_what_became_of_its_rows(gongxin, sent):
    batch, _ = sent
    gongxin("batch", "cancel", batch, 3, "--reason", "无此决定")

    found = gongxin("batch", "show", batch, "--json").document

    assert found["receipt"]["rejected"] == 2
    assert found["faults"] == [{"code": "bad_date", "column": "CF_JDRQ", "rows": 2}]
    assert found["rejects"] == {"open": 1, "cancelled": 1}
    lines = gongxin("batch", "show", batch).out.splitlines()
    assert lines[0].endswith("administrative-penalty, 3 rows, 1 accepted, 2 rejected")
    assert "  bad_date CF_JDRQ: 2 rows" in lines
    assert "  rejected rows open: 1" in lines


def test_open_rows_are_listed_and_written(gongxin, sent, tmp_path):
    batch, back = sent

    listed = gongxin("batch", "errors", batch, "--json")
    assert (listed.code, [row["number"] for row in listed.document]) == (
        3,
        [f"{batch}-2", f"{batch}-3"],
    )
    said = gongxin("batch", "errors", batch)
    assert f"{batch}-2: CF_JDRQ bad_date 不是有效日期" in said.out
    again = tmp_path / "again.csv"
    assert gongxin("batch", "errors", batch, "--out", again).code == 3
    assert again.read_bytes() == back.read_bytes()


def test_put_right_and_sent_back_nothing_is_open(gongxin, sent, tmp_path):
    batch, back = sent
    with back.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    for row in rows:
        row[header.index("CF_JDRQ")] = "2026-05-10"
    with (tmp_path / "right.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])

    assert gongxin("intake", tmp_path / "right.csv", "--unit", t.MARKET).code == 0

    assert gongxin("batch", "errors", batch).code == 0
    assert not Reject.objects.filter(batch_id=batch, outcome="").exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("show", "01JNOTHING"), "intake.unknown_batch"),
        (("errors", "13900000000"), "intake.unknown_batch"),
        (("cancel", "01JNOTHING", "1", "--reason", "x"), "intake.unknown_batch"),
    ],
)
def test_an_unknown_batch_is_said_so_and_named_without_a_person(
    gongxin, inhabited, arguments, error
):
    said = gongxin("batch", *arguments)

    assert (said.code, said.out) == (1, "")
    assert error in said.err
    assert "13900000000" not in said.err


def test_a_row_that_is_not_open_is_not_cancelled(gongxin, sent):
    batch, _ = sent

    said = gongxin("batch", "cancel", batch, 1, 2, "--reason", "无此决定")

    assert (said.code, "intake.not_open" in said.err) == (1, True)
    assert gongxin("batch", "show", batch, "--json").document["rejects"] == {"open": 2}


def test_a_batch_is_taken_back_and_comes_again(gongxin, sent, tmp_path):
    batch, _ = sent

    done = gongxin("batch", "revoke", batch, "--reason", "报错文件", "--json")

    assert (done.code, done.document) == (
        0,
        {"withdrawn": 1, "restored": 0, "kept": 0, "closed": 2},
    )
    assert "revoked" in gongxin("batch", "show", batch).out
    said = gongxin("batch", "revoke", batch, "--reason", "报错文件")
    assert (said.code, "intake.already_revoked" in said.err) == (1, True)
    again = gongxin("intake", tmp_path / "a.csv", "--unit", t.MARKET, "--json").document
    assert (again["accepted"], again["duplicates"], again["rejected"]) == (1, 0, 2)


def test_a_unit_takes_back_its_record(gongxin, sent):
    record = Current.objects.get(batch=sent[0])
    names = ("record", "withdraw", record.subject, record.record_id, "--ground", "mistaken")

    said = gongxin(*names, "--unit", OTHER, "--reason", "误报")
    assert (said.code, "intake.not_yours" in said.err) == (1, True)
    assert gongxin(*names, "--unit", t.MARKET, "--reason", "误报").code == 0

    assert Current.objects.get(record_id=record.record_id).hidden == "withdrawn"
