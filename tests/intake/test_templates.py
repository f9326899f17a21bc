"""A template for every item: what it asks for, and that it is read as what it is."""

import csv
import re
import zipfile
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from gongxin.core.catalog import DataType, Field
from gongxin.core.citation import Label
from gongxin.engines import files, workbooks
from gongxin.engines.workbooks import Row
from gongxin.intake import marks, templates
from gongxin.intake.recognise import Wanted, recognise
from tests.fixtures.law import EXAMPLES, demo_release
from tests.fixtures.penalties import penalty
from tests.fixtures.platform import Platform, counts, current, refused

PENALTY = "administrative-penalty"
ITEMS = sorted(demo_release().items)


def item(name=PENALTY):
    return demo_release().items[name]


def sheet(path, name):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_makes_a_template_that_is_read_as_its_own(tmp_path, name):
    path = tmp_path / "a.xlsx"

    made = templates.write(path, item(name), demo_release())

    clean = files.clean(path, workspace=tmp_path)
    wanted = marks.wanted(clean.marks, Wanted(), demo_release(), file="a.xlsx")
    found = recognise(clean.header, demo_release(), wanted, file="a.xlsx")
    assert wanted == Wanted(name)
    assert (found.item.item, made.item) == (name, name)
    assert list(found.columns) == [field.identify for field in item(name).fields]
    assert found.unknown == ()


def test_headings_are_names_and_what_is_required_is_marked(tmp_path):
    templates.write(tmp_path / "a.xlsx", item(), demo_release())

    (headings,) = sheet(tmp_path / "a.xlsx", "数据")
    assert headings[:3] == [
        "*行政相对人名称",
        "*行政相对人类别",
        "行政相对人代码_1(统一社会信用代码)",
    ]


def test_the_guide_says_what_it_is_and_explains_each_field(tmp_path):
    made = templates.write(tmp_path / "a.xlsx", item(), demo_release())

    lines = sheet(tmp_path / "a.xlsx", "填报说明")
    first = [line[0] for line in lines]
    assert first[0] == "行政处罚填报模板"
    assert f"模板校验值：{made.hash}" in first
    assert "报送单位：各级行政处罚机关" in first
    assert "报送时限：7个工作日内" in first
    procedure = next(line for line in lines if line[1] == "CF_CXLB")
    assert procedure == [
        "案件程序类别",
        "CF_CXLB",
        "选填",
        "从下拉列表中选一项",
        "01（简易程序）、02（普通程序）、99（未标注）",
        "简易程序",
        "缺失按99处理 [design]",
    ]
    day = next(line for line in lines if line[1] == "CF_JDRQ")
    assert day[2:6] == ["必填", "日期，写作2026-05-10", "", "2026-05-10"]
    representative = next(line for line in lines if line[1] == "CF_FRDB")
    assert representative[2] == "符合条件时必填：“行政相对人类别” == '法人及非法人组织'"


def test_the_properties_say_what_it_is(tmp_path):
    made = templates.write(tmp_path / "a.xlsx", item(), demo_release())

    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = archive.read("docProps/custom.xml").decode()
    found = dict(re.findall(r'name="gongxin-(\w+)"><vt:lpwstr>([^<]*)<', text))
    assert found == {
        "item": PENALTY,
        "edition": "2024",
        "hash": made.hash,
        "packs": "national@2026.11、panjin@2026.11、demo@2026.11",
    }


def test_a_list_of_more_than_255_characters_drops_down_whole(tmp_path):
    options = tuple(f"很长的选项名称第{number:03}号" for number in range(60))  # 660 characters
    long = Field("CF_NEW", Label("列", "x"), DataType.ENUM, optional_range=options)
    grown = replace(item(), fields=(*item().fields, long))

    templates.write(tmp_path / "a.xlsx", grown, demo_release())

    columns = list(zip(*sheet(tmp_path / "a.xlsx", "_codes"), strict=True))
    assert columns[-1] == ("list_CF_NEW", *options)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert (
            "<formula1>list_CF_NEW</formula1>" in archive.read("xl/worksheets/sheet1.xml").decode()
        )


def test_a_corrected_remark_makes_no_template_old():
    first, *others = item().fields
    reworded = replace(item(), fields=(replace(first, remarks="另一说明"), *others))
    shorter = replace(item(), fields=(replace(first, data_length=100), *others))

    assert marks.template_of(reworded) == marks.template_of(item())
    assert marks.template_of(shorter) != marks.template_of(item())


def rows_of(path, workspace, *, labelled) -> tuple[str, list[Row]]:
    """The rows of an example in the order of its item's fields; codes as people pick them."""
    workspace.mkdir()
    clean = files.clean(path, workspace=workspace)
    found = recognise(clean.header, demo_release(), Wanted(), file=path.name)
    names = {
        field.identify: {code.value: code.name.zh for code in field.codes} if labelled else {}
        for field in found.item.fields
    }
    encoding = clean.encoding if clean.path == path else "utf-8"
    with clean.path.open(encoding=encoding, newline="") as stream:
        _, *lines = csv.reader(stream)
    rows = []
    for line in lines:
        given = {name: line[place] for name, place in found.columns.items()}
        rows.append(Row([names[n].get(given.get(n, ""), given.get(n, "")) for n in names]))
    return found.item.item, rows


def told(outcome):
    return sorted((f.row, f.column, f.code) for f in outcome.findings if f.code != "duplicate")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("example", "labelled"),
    [("penalties.csv", False), ("penalties.csv", True), ("licences.xlsx", True)],
)
def test_a_filled_template_says_what_the_department_file_said(
    platform: Platform, tmp_path, example, labelled
):
    before = platform.take(EXAMPLES / example)
    name, rows = rows_of(EXAMPLES / example, tmp_path / "read", labelled=labelled)
    templates.write(tmp_path / "filled.xlsx", item(name), demo_release(), rows)

    after = platform.take(tmp_path / "filled.xlsx")

    # Each row says what the ledger has from the department's own file, to the letter.
    assert (after.item, after.rows) == (before.item, before.rows)
    assert (after.accepted, after.duplicates) == (0, before.accepted + before.duplicates)
    assert (after.rejected, after.personal) == (before.rejected, before.personal)
    assert told(after) == told(before)
    assert before.accepted > 10


def penalty_row(**changes: str) -> Row:
    given = penalty() | changes
    return Row([given.get(field.identify, "") for field in item().fields])


@pytest.mark.django_db
def test_codes_keep_their_zeros_and_signs_stay_text(platform: Platform, tmp_path):
    row = penalty_row(CF_XDR_GSZC="0012", CF_NR="=1+1", BZ="@甲", CF_CXLB="普通程序")
    templates.write(tmp_path / "a.xlsx", item(), demo_release(), [row])

    outcome = platform.take(tmp_path / "a.xlsx")

    assert (outcome.accepted, outcome.findings) == (1, ())
    (kept,) = current(batch=outcome.batch)
    found = {name: kept.payload[name] for name in ("CF_XDR_GSZC", "CF_NR", "BZ", "CF_CXLB")}
    assert found == {"CF_XDR_GSZC": "0012", "CF_NR": "=1+1", "BZ": "@甲", "CF_CXLB": "02"}


@pytest.mark.django_db
def test_an_old_template_is_refused_whole_and_says_where_the_new_one_is(
    platform: Platform, tmp_path
):
    old = replace(item(), edition="2021", fields=item().fields[:-1])
    row = Row(penalty_row().cells[:-1])
    made = templates.write(tmp_path / "a.xlsx", old, demo_release(), [row])

    with refused(platform, "a.xlsx") as errors:
        platform.take(tmp_path / "a.xlsx")

    assert errors[0].code == "intake.old_template"
    assert "an old template of 行政处罚 (edition 2021, " + made.hash[:20] in errors[0].message
    assert "the current one is edition 2024" in errors[0].message
    assert "gongxin template administrative-penalty" in errors[0].message


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("held", "said"),
    [
        (("no-such-item", "2024", "sha256:0"), "a template of no-such-item (edition 2024), which"),
        ((PENALTY, "甲\n13800000000", ""), "(edition 甲 〔已隐去〕, ; the current one is"),
        ((), "a template of  (edition ), which is not in the catalog"),
    ],
)
def test_a_forged_mark_is_refused_and_repeated_with_care(platform: Platform, tmp_path, held, said):
    with workbooks.writing(tmp_path / "a.xlsx") as book:
        book.table("数据", [workbooks.Column("*行政相对人名称")], [penalty_row()])
        book.lists("_codes", {"gongxin_template": held})

    with refused(platform, "a.xlsx") as errors:
        platform.take(tmp_path / "a.xlsx")

    assert said in errors[0].message
    assert "13800000000" not in errors[0].message


@pytest.mark.django_db
def test_a_template_is_of_no_other_item_than_its_own(platform: Platform, tmp_path):
    templates.write(tmp_path / "a.xlsx", item(), demo_release(), [penalty_row()])

    with refused(platform, "a.xlsx") as errors:
        platform.take(tmp_path / "a.xlsx", item="honour")

    assert f"a template of {PENALTY}, not of honour" in errors[0].message


@pytest.mark.django_db
def test_another_workbook_with_a_sheet_of_that_name_is_read_as_before(platform: Platform, tmp_path):
    before = counts()
    with workbooks.writing(tmp_path / "a.xlsx") as book:
        columns = [workbooks.Column(field.identify) for field in item().fields]
        book.table("Sheet1", columns, [penalty_row()])
        book.lists("_codes", {"other": ["x"]})

    assert platform.take(tmp_path / "a.xlsx").accepted == 1
    assert counts() != before
