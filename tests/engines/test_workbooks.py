"""Workbooks that are written: text stays text, what is faulty is red, lists are long."""

import gc
import re
import resource
import tracemalloc
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from gongxin.engines import workbook, workbooks
from gongxin.engines.workbooks import Column, Row

SHEET = "xl/worksheets/sheet1.xml"


def read(path, sheet="数据"):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()


def part(path, name):
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_a_table_reads_back_as_it_was_written(tmp_path):
    rows = iter([Row(("0012", "甲")), Row((" 乙 ", "", "第一行\n第二行"))])

    count = workbooks.write_table(
        tmp_path / "a.xlsx", "数据", [Column("代码"), Column("名称"), Column("说明")], rows
    )

    assert count == 2
    assert read(tmp_path / "a.xlsx") == [
        ["代码", "名称", "说明"],
        ["0012", "甲", ""],
        [" 乙 ", "", "第一行\n第二行"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://a.example","a")',
        "+1",
        "-1",
        "@SUM(A1)",
        "{=1}",
        "http://a.example",
        "<r><t>a</t></r>",
        "<r></v></c><c><f>1+1</f></c></r>",
        "_x0041_",
        "911211220000000001",
        "true",
    ],
)
def test_no_text_becomes_anything_else(tmp_path, text):
    workbooks.write_table(tmp_path / "a.xlsx", "数据", [Column(text)], [Row((text,), {0: "原因"})])

    assert read(tmp_path / "a.xlsx") == [[text], [text]]
    written = part(tmp_path / "a.xlsx", SHEET)
    assert "<f>" not in written
    assert "hyperlink" not in written


def test_a_faulty_cell_is_red_and_says_why(tmp_path):
    rows = [Row(("甲", "乙"), red={1: "不是日期"}), Row(("", "丁"), red={0: ""})]

    workbooks.write_table(tmp_path / "a.xlsx", "数据", [Column("一"), Column("二")], rows)

    written = part(tmp_path / "a.xlsx", SHEET)
    style = dict(re.findall(r'<c r="([A-Z]\d)" s="(\d+)"', written))
    assert style["B2"] == style["A3"]  # red
    assert style["A2"] == style["B3"]  # as all others
    assert style["B2"] != style["A2"]
    assert "FFFFC7CE" in part(tmp_path / "a.xlsx", "xl/styles.xml")
    comments = part(tmp_path / "a.xlsx", "xl/comments1.xml")
    assert re.findall(r'<comment ref="(\w+)"', comments) == ["B2"]
    assert "不是日期" in comments


def test_past_the_limit_of_comments_cells_are_red_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_NOTES", 1)

    workbooks.write_table(
        tmp_path / "a.xlsx", "数据", [Column("一")], [Row(("甲",), {0: "原因"})] * 2
    )

    style = dict(re.findall(r'<c r="([A-Z]\d)" s="(\d+)"', part(tmp_path / "a.xlsx", SHEET)))
    assert style["A2"] == style["A3"]
    comments = part(tmp_path / "a.xlsx", "xl/comments1.xml")
    assert re.findall(r'<comment ref="(\w+)"', comments) == ["A2"]


def test_headings_stay_in_sight_and_filter(tmp_path):
    workbooks.write_table(tmp_path / "a.xlsx", "数据", [Column("一"), Column("二")], [Row(("a",))])

    written = part(tmp_path / "a.xlsx", SHEET)
    assert '<pane ySplit="1" topLeftCell="A2"' in written
    assert '<autoFilter ref="A1:B2"/>' in written


def test_a_long_list_drops_down_by_its_name(tmp_path):
    values = [f"选项{number:03}" for number in range(100)]  # 500 characters

    with workbooks.writing(tmp_path / "a.xlsx") as book:
        book.table("数据", [Column("一", choices="list_a")], [])
        book.lists("_codes", {"list_b": ["x"], "list_a": values})

    assert read(tmp_path / "a.xlsx", "_codes")[:3] == [
        ["list_b", "list_a"],
        ["x", "选项000"],
        ["", "选项001"],
    ]
    names = part(tmp_path / "a.xlsx", "xl/workbook.xml")
    assert "<definedName name=\"list_a\">'_codes'!$B$2:$B$101</definedName>" in names
    assert 'state="hidden"' in names
    written = part(tmp_path / "a.xlsx", SHEET)
    assert 'sqref="A2:A1048576"' in written
    assert "<formula1>list_a</formula1>" in written


def test_properties_and_a_sheet_to_read(tmp_path):
    with workbooks.writing(tmp_path / "a.xlsx", {"edition": "2025"}) as book:
        book.text("说明", "标题", [("一行",), ("项", "义")])

    assert read(tmp_path / "a.xlsx", "说明") == [["标题", ""], ["", ""], ["一行", ""], ["项", "义"]]
    assert "2025" in part(tmp_path / "a.xlsx", "docProps/custom.xml")


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        workbooks.write_table(tmp_path / name, "数据", [Column("一")], [Row(("x",), {0: "y"})])

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_error_leaves_the_file_that_was_there(tmp_path):
    target = tmp_path / "a.xlsx"
    target.write_text("before", encoding="utf-8")

    def rows():
        yield Row(("x",))
        raise KeyError

    with pytest.raises(KeyError):
        workbooks.write_table(target, "数据", [Column("一")], rows())

    assert target.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_table_that_no_sheet_holds_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_ROWS", 2)

    with pytest.raises(workbooks.SheetFull, match="the sheet 数据 holds 2 rows"):
        workbooks.write_table(tmp_path / "a.xlsx", "数据", [Column("一")], [Row(("x",))] * 3)

    assert list(tmp_path.iterdir()) == []


def test_a_text_past_the_limit_of_a_cell_is_cut_and_shows_it(tmp_path):
    workbooks.write_table(tmp_path / "a.xlsx", "数据", [Column("一")], [Row(("长" * 40_000,))])

    assert read(tmp_path / "a.xlsx") == [["一"], ["长" * 32_766 + "…"]]


@pytest.mark.scale
def test_two_hundred_thousand_rows_need_little_memory_and_come_back(tmp_path):
    rows = (Row((f"{n:08}", f"名称{n}", "同一"), {1: "原因"}) for n in range(200_000))
    tracemalloc.start()
    try:
        count = workbooks.write_table(
            tmp_path / "a.xlsx", "数据", [Column("一"), Column("二"), Column("三")], rows
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 200_000
    assert peak < 64 << 20  # bytes
    assert workbook.fault_of(tmp_path / "a.xlsx") == ""  # what we send back, we take again


# XlsxWriter leaves its temporary file to the collector when it cannot be written.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_disk_that_is_full_is_told_and_leaves_nothing(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            workbooks.write_table(tmp_path / "a.xlsx", "数据", [Column("代码")], [Row(("1",))])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    gc.collect()

    assert list(tmp_path.iterdir()) == []
