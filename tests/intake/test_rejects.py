"""Rejected rows stay open until they come again or are cancelled, and keep nothing personal."""

import csv
import errno
import json
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from gongxin.core.audit import By
from gongxin.core.cells import neutral, restored
from gongxin.engines.files import FileRefused
from gongxin.intake import batches, returned
from gongxin.intake.batches import NoReason, NotOpen, UnknownBatch
from gongxin.intake.models import Batch, Reject
from gongxin.intake.receive import Handover, take_in
from gongxin.ledger.models import Current
from tests.fixtures.penalties import (
    code,
    csv_text,
    penalty,
    person,
    resident_number,
    write_csv,
)
from tests.fixtures.platform import ECOLOGY, MARKET, RECEIVED, Platform, contents

pytestmark = pytest.mark.django_db
BY = By("operator:test", RECEIVED)
BAD_DAY = {"CF_JDRQ": "2026-02-30"}


def outcomes(batch: str) -> dict[int, tuple[str, int | None]]:
    """What became of each rejected row: outcome and the row that closed it."""
    rows = Reject.objects.filter(batch_id=batch).order_by("row")
    return {one.row: (one.outcome, one.closed_row) for one in rows}


def lines(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def take_with_errors(platform: Platform, path, errors, *, unit: str = MARKET):
    handover = Handover(path, unit, RECEIVED, errors=errors)
    return take_in(handover, release=platform.release, home=platform.home)


def test_only_the_rejected_rows_come_back_in_the_senders_columns(platform: Platform, tmp_path):
    rows = [penalty(1), penalty(2, **BAD_DAY), penalty(3, CF_NR_FK="")]
    sent = write_csv(tmp_path / "a.csv", rows)

    outcome = take_with_errors(platform, sent, tmp_path / "back.csv")

    header, second, third = lines(tmp_path / "back.csv")
    assert header == [*rows[0], "错误原因", "退回编号"]
    assert second[:-2] == list(rows[1].values())
    assert second[-2:] == ["CF_JDRQ：不是有效日期", f"{outcome.batch}-2"]
    assert third[-1] == f"{outcome.batch}-3"
    assert outcomes(outcome.batch) == {2: ("", None), 3: ("", None)}


def test_a_workbook_goes_back_with_red_cells_and_a_filter(platform: Platform, tmp_path):
    sent = write_csv(tmp_path / "a.csv", [penalty(1), penalty(2, CF_NR_FK="=1+1", **BAD_DAY)])

    outcome = take_with_errors(platform, sent, tmp_path / "back.xlsx")

    header, row = (
        CalamineWorkbook.from_path(str(tmp_path / "back.xlsx")).get_sheet_by_index(0).to_python()
    )
    assert header == [*penalty(1), "错误原因", "退回编号"]
    assert dict(zip(header, row, strict=True)) == penalty(2, CF_NR_FK="=1+1", **BAD_DAY) | {
        "错误原因": "CF_NR_FK：金额应为数字（万元，至多6位小数）；CF_JDRQ：不是有效日期",
        "退回编号": f"{outcome.batch}-2",
    }
    with zipfile.ZipFile(tmp_path / "back.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        notes = parts.read("xl/comments1.xml").decode()
    wrong = [f"{xl_col_to_name(header.index(name))}2" for name in ("CF_NR_FK", "CF_JDRQ")]
    styles = {cell: re.findall(rf'r="{cell}" s="(\d+)"', sheet) for cell in ("A2", *wrong)}
    assert styles[wrong[0]] == styles[wrong[1]] != styles["A2"]
    assert re.findall(r'<comment ref="(\w+)"', notes) == wrong
    assert "<autoFilter" in sheet


def test_the_file_that_was_sent_is_not_written_over(platform: Platform, tmp_path):
    sent = write_csv(tmp_path / "a.csv", [penalty(1, **BAD_DAY)])
    before, text = contents(), sent.read_bytes()

    for place in (sent, tmp_path, tmp_path / "missing" / "back.csv", tmp_path / "back.pdf"):
        with pytest.raises(FileRefused):
            take_with_errors(platform, sent, place)

    assert (contents(), sent.read_bytes()) == (before, text)


def test_what_cannot_be_written_is_told_beside_the_receipt(
    platform: Platform, tmp_path, monkeypatch
):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(returned, "write", full)
    sent = write_csv(tmp_path / "a.csv", [penalty(1), penalty(2, **BAD_DAY)])

    outcome = take_with_errors(platform, sent, tmp_path / "back.csv")

    assert (outcome.accepted, outcome.rejected) == (1, 1)
    assert outcome.unwritten == f"{tmp_path / 'back.csv'}: No space left on device"
    assert outcomes(outcome.batch) == {2: ("", None)}


def test_what_comes_back_corrected_closes_its_rows(platform: Platform, tmp_path):
    sent = write_csv(tmp_path / "a.csv", [penalty(1, **BAD_DAY), person(2, **BAD_DAY)])
    first = take_with_errors(platform, sent, tmp_path / "back.csv")
    header, *rows = lines(tmp_path / "back.csv")
    day = header.index("CF_JDRQ")
    corrected = [[*row[:day], "2026-05-10", *row[day + 1 :]] for row in reversed(rows)]
    (tmp_path / "again.csv").write_text(csv_text([header, *corrected]), encoding="utf-8")

    second = platform.take(tmp_path / "again.csv")

    assert (second.accepted, second.personal, second.rejected) == (1, 1, 0)
    assert [f.code for f in second.findings] == []
    assert outcomes(first.batch) == {1: ("accepted", 2), 2: ("accepted", 1)}
    assert not Reject.objects.exclude(cells=[]).exists()


def test_a_corrected_row_is_known_by_document_number_and_name(platform: Platform, tmp_path):
    first = platform.take(write_csv(tmp_path / "a.csv", [penalty(1), penalty(2, **BAD_DAY)]))
    document = penalty(2)["CF_WSH"].replace("〔", "(").replace("〕", ")")

    platform.take(write_csv(tmp_path / "b.csv", [penalty(3), penalty(2, CF_WSH=document)]))

    assert outcomes(first.batch) == {2: ("accepted", 2)}


def test_a_row_that_is_faulty_again_is_open_where_it_came_last(platform: Platform, tmp_path):
    first = platform.take(write_csv(tmp_path / "a.csv", [penalty(1, **BAD_DAY)]))
    second = platform.take(write_csv(tmp_path / "b.csv", [penalty(1, CF_NR_FK="")]))

    assert outcomes(first.batch) == {1: ("sent_again", 1)}
    assert outcomes(second.batch) == {1: ("", None)}


def test_the_same_file_again_leaves_each_row_open_once(platform: Platform, tmp_path):
    # Neither row has document number and name of an organisation: only their place tells.
    sent = write_csv(tmp_path / "a.csv", [person(1, **BAD_DAY), penalty(2, CF_WSH="", **BAD_DAY)])
    first, second = platform.take(sent), platform.take(sent)

    assert outcomes(first.batch) == {1: ("sent_again", 1), 2: ("sent_again", 2)}
    assert outcomes(second.batch) == {1: ("", None), 2: ("", None)}


def test_another_unit_closes_nothing(platform: Platform, tmp_path):
    sent = write_csv(tmp_path / "a.csv", [penalty(1, **BAD_DAY)])
    first = take_with_errors(platform, sent, tmp_path / "back.csv")
    header, row = lines(tmp_path / "back.csv")
    row[header.index("CF_JDRQ")] = "2026-05-10"
    (tmp_path / "again.csv").write_text(csv_text([header, row]), encoding="utf-8")

    platform.take(tmp_path / "again.csv", unit=ECOLOGY)

    assert outcomes(first.batch) == {1: ("", None)}


def test_a_refused_correction_goes_back_too(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]), unit=ECOLOGY)
    other = "112111000091390921"

    outcome = platform.take(write_csv(tmp_path / "b.csv", [penalty(1, BZ="改")]), unit=other)

    assert outcome.rejected == 1
    assert outcomes(outcome.batch) == {1: ("", None)}


def test_nothing_personal_is_kept_of_a_rejected_row(platform: Platform, tmp_path):
    secret = resident_number(7)
    rows = [
        person(1, CF_XDR_ZJHM=secret, **BAD_DAY),
        penalty(2, CF_XDR_SHXYM=secret),
        penalty(3, CF_XDR_LB="自然入", CF_XDR_MC="示某某", CF_XDR_ZJHM=secret),
        penalty(4, CF_FR_ZJHM=secret, BZ=f"证号{secret}", **BAD_DAY),
        penalty(5, 备忘="示某某 13900000000", **BAD_DAY),
    ]
    rows = [row | {"备忘": row.get("备忘", "")} for row in rows]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    kept = {one.row: one.cells for one in Reject.objects.filter(batch_id=outcome.batch)}
    assert (kept[1], kept[2], kept[3]) == ([], [], [])
    columns = list(rows[0])
    assert kept[4][columns.index("CF_FR_ZJHM")] == ""
    assert kept[4][columns.index("BZ")] == "证号〔已隐去〕"
    assert kept[4][columns.index("CF_WSH")] == penalty(4)["CF_WSH"]
    assert kept[5][columns.index("备忘")] == ""
    everything = json.dumps(contents(), ensure_ascii=False)
    assert secret not in everything
    assert "示某某" not in everything
    assert "13900000000" not in everything


def test_the_file_can_be_made_later_from_what_was_kept(platform: Platform, tmp_path):
    rows = [penalty(1, BZ="=1+1", **BAD_DAY), person(2, **BAD_DAY)]
    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    batch = Batch.objects.get(id=outcome.batch)
    count = returned.write(returned.of_batch(batch), tmp_path / "back.csv")

    header, one, two = lines(tmp_path / "back.csv")
    assert count == 2
    assert one[header.index("CF_WSH")] == rows[0]["CF_WSH"]
    assert one[header.index("BZ")] == "'=1+1"
    assert two == ["" for _ in rows[0]] + ["CF_JDRQ：不是有效日期", f"{outcome.batch}-2"]


def test_a_cell_that_we_kept_from_reckoning_comes_in_as_it_was(platform: Platform, tmp_path):
    rows = [penalty(1, BZ="-无-", **BAD_DAY)]
    take_with_errors(platform, write_csv(tmp_path / "a.csv", rows), tmp_path / "back.csv")
    header, row = lines(tmp_path / "back.csv")
    assert row[header.index("BZ")] == "'-无-"
    row[header.index("CF_JDRQ")] = "2026-05-10"
    (tmp_path / "again.csv").write_text(csv_text([header, row]), encoding="utf-8")

    platform.take(tmp_path / "again.csv")

    assert [one.payload["BZ"] for one in Current.objects.all()] == ["-无-"]


@pytest.mark.parametrize("text", ["=1", "+1", "'", "'=1", "＝1", "a=1", "", "'tis"])
def test_restored_undoes_neutral(text):
    assert restored(neutral(text)) == (text[1:] if text == "'=1" else text)


def test_rows_are_cancelled_with_a_reason(platform: Platform, tmp_path):
    sent = write_csv(tmp_path / "a.csv", [penalty(1, **BAD_DAY), penalty(2, **BAD_DAY)])
    outcome = platform.take(sent)

    assert batches.cancel(outcome.batch, [2], reason=" 录入错误， 无此决定 ", by=BY) == 1

    assert outcomes(outcome.batch) == {1: ("", None), 2: ("cancelled", None)}
    assert Reject.objects.get(row=2).reason == "录入错误， 无此决定"
    assert [one.row for one in batches.open_rows(outcome.batch)] == [1]
    assert batches.standing(outcome.batch).rejects == {"open": 1, "cancelled": 1}


@pytest.mark.parametrize(
    ("rows", "reason", "refused"),
    [([1], "", NoReason), ([1, 9], "无此决定", NotOpen), ([], "无此决定", NotOpen)],
)
def test_what_cannot_be_cancelled_changes_nothing(
    platform: Platform, tmp_path, rows, reason, refused
):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [penalty(1, **BAD_DAY)]))
    before = contents()

    with pytest.raises(refused):
        batches.cancel(outcome.batch, rows, reason=reason, by=BY)

    assert contents() == before


def test_an_unknown_batch_is_said_so(platform: Platform):
    with pytest.raises(UnknownBatch):
        batches.standing("01JUNKNOWN")


def test_a_faulty_code_is_named_with_its_rows(platform: Platform, tmp_path):
    rows = [penalty(1, **BAD_DAY), penalty(2, **BAD_DAY), penalty(3, CF_XDR_SHXYM=code(3)[:-1])]
    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    found = batches.standing(outcome.batch).faults

    assert [(f.code, f.column, f.rows) for f in found] == [
        ("bad_date", "CF_JDRQ", 2),
        ("uscc_form", "CF_XDR_SHXYM", 1),
    ]
