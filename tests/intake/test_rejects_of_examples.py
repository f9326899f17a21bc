"""The file that comes back of examples/penalties.csv, put right and sent back, leaves nothing open.

What is put right in each row was read off the row by hand; the columns are the sender's own.
"""

import csv
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from gongxin.engines import workbooks
from gongxin.engines.workbooks import Column, Row
from gongxin.intake.models import FindingRow, Reject
from gongxin.intake.receive import Handover, take_in
from tests.fixtures.law import EXAMPLES
from tests.fixtures.penalties import code, csv_text
from tests.fixtures.platform import MARKET, RECEIVED, Platform

CODE = "行政相对人代码_1(统一社会信用代码)"
KIND, DECIDED, ENDS = "行政相对人类别", "处罚决定日期", "处罚有效期"
RIGHT = {
    ("required", "行政相对人名称"): {"行政相对人名称": "盘锦示例补名有限公司"},
    ("required", DECIDED): {DECIDED: "2026-04-07"},
    ("uscc_check_digit", CODE): {CODE: code(1)},
    ("uscc_form", CODE): {CODE: code(2)},
    ("uscc_missing", CODE): {CODE: code(3)},
    ("uscc_placeholder", CODE): {CODE: code(4)},
    ("float_code", CODE): {CODE: code(5)},
    ("not_in_list", KIND): {KIND: "法人及非法人组织"},
    ("bad_date", DECIDED): {DECIDED: "2026-02-28", ENDS: "2027-02-28"},
    ("future_date", DECIDED): {DECIDED: "2026-02-28", ENDS: "2027-02-28"},
    ("date_order", ENDS): {ENDS: "2027-10-01"},
    ("person_with_uscc", CODE): {CODE: ""},
    ("amount_required", "罚款金额(万元)"): {"罚款金额(万元)": "1.5"},
    ("amount_form", "罚款金额(万元)"): {"罚款金额(万元)": "1.5"},
    ("certificate_required", "暂扣或吊销证照名称及编号"): {
        "暂扣或吊销证照名称及编号": "示例许可证 JY0001"
    },
}


def read(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    if path.suffix == ".xlsx":
        workbooks.write_table(path, "退回", [Column(name) for name in header], map(Row, rows))
    else:
        path.write_text(csv_text([header, *rows]), encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_corrected_and_sent_back_it_leaves_nothing_open(platform: Platform, tmp_path, kind):
    back, again = tmp_path / f"back{kind}", tmp_path / f"again{kind}"
    handover = Handover(EXAMPLES / "penalties.csv", MARKET, RECEIVED, errors=back)
    first = take_in(handover, release=platform.release, home=platform.home)
    header, *rows = read(back)
    assert len(rows) == first.rejected == 32

    for row in rows:
        number = int(row[-1].rsplit("-", 1)[1])
        faults = FindingRow.objects.filter(batch_id=first.batch, row=number, level="error")
        for fault in faults:
            for column, value in RIGHT[fault.code, first.headers[fault.column]].items():
                row[header.index(column)] = value
    write(again, header, rows)
    second = platform.take(again)

    assert {finding.level for finding in second.findings} == {"warning"}
    assert (second.rows, second.rejected) == (32, 0)
    assert not Reject.objects.filter(outcome="").exists()
    assert Reject.objects.filter(outcome="accepted", closed_batch=second.batch).count() == 32
