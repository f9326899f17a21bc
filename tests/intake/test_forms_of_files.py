"""However a department writes its table, the same records come of it, and row numbers stay true."""

import csv
import io
from datetime import date, datetime

import pytest

from gongxin.core import documents
from gongxin.intake.receive import Outcome
from tests.fixtures.law import EXAMPLES
from tests.fixtures.penalties import (
    code,
    csv_text,
    penalty,
    person,
    resident_number,
    table,
    write_csv,
    write_workbook,
)
from tests.fixtures.platform import Platform, counts, current, make_platform, posted, refused

pytestmark = pytest.mark.django_db

ROWS = [penalty(n) for n in (1, 2, 3)]
LINES = table(ROWS)


def errors(outcome: Outcome) -> list[tuple[int, str]]:
    return [(f.row, f.code) for f in outcome.findings if f.level == "error"]


def took(platform: Platform, path, content: bytes) -> Outcome:
    path.write_bytes(content)
    return platform.take(path)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("gb18030", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
def test_every_encoding_is_read(platform: Platform, tmp_path, encoding, mark):
    outcome = took(platform, tmp_path / "a.csv", mark + csv_text(LINES).encode(encoding))

    assert (outcome.accepted, outcome.findings) == (3, ())
    assert [record.payload["CF_XDR_MC"] for record in current()] == [
        "示例1号有限公司",
        "示例2号有限公司",
        "示例3号有限公司",
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_line_end_and_delimiter_is_read(platform: Platform, tmp_path, delimiter, end):
    text = csv_text(LINES, delimiter=delimiter, end=end)

    outcome = took(platform, tmp_path / "a.csv", text.encode())

    assert (outcome.rows, outcome.accepted, errors(outcome)) == (3, 3, [])


@pytest.mark.parametrize("blank", [" ", "\u3000", "\xa0", "\t", " \u3000 "])
def test_blanks_around_a_cell_do_not_count(platform: Platform, tmp_path, blank):
    header, row, *_ = LINES
    padded = [[f" {name}\u3000" for name in header], [f"{blank}{c}{blank}" for c in row]]

    outcome = took(platform, tmp_path / "a.csv", csv_text(padded).encode())

    (record,) = current()
    assert errors(outcome) == []
    assert record.subject == code(1)
    assert record.payload["CF_XDR_MC"] == "示例1号有限公司"


def test_every_kind_of_blank_is_taken_off_both_ends_and_left_within_unless_invisible(
    platform: Platform, tmp_path
):
    """One row for each character of the rule's table; CSV quotes those that would end a line."""
    blanks = documents.WHITE_SPACE
    rows = [penalty(n, CF_NR=f"{b}罚{b}款{b}") for n, b in enumerate(blanks, start=1)]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    assert (outcome.accepted, errors(outcome)) == (len(blanks), [])
    assert sorted(record.payload["CF_NR"] for record in current()) == sorted(
        "罚款" if b in documents.INVISIBLE else f"罚{b}款" for b in blanks
    )


def test_every_invisible_character_is_taken_out(platform: Platform, tmp_path):
    """But the zero character, which becomes a mark (below)."""
    rows = [
        penalty(n, CF_SY=f"{c}{c} 排{c}\t{c}放\n{c}", CF_XDR_MC=f"示例{c}{n}号{c}有限公司")
        for n, c in enumerate(documents.INVISIBLE[1:], start=1)
    ]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    assert (outcome.accepted, errors(outcome)) == (len(rows), [])
    assert {record.payload["CF_SY"] for record in current()} == {"排\t放"}
    assert {record.payload["CF_XDR_MC"] for record in current()} == {
        f"示例{n}号有限公司" for n in range(1, len(rows) + 1)
    }


@pytest.mark.parametrize("between", ["\u200b", "\xad", "\u202e", "\u2060", "\x1b", "\x9b"])
def test_a_number_with_invisible_characters_is_masked(platform: Platform, tmp_path, between):
    number = between.join(resident_number(1))

    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_SY=f"张某{number}，")]))

    assert current()[0].payload["CF_SY"] == "张某〔已隐去〕，"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_invisible_characters_of_a_header_do_not_count(platform: Platform, tmp_path, kind):
    """Nor of a column that nobody knows: its name goes into a finding."""
    header = [f"{name[:3]}\u2060{name[3:]}\u202e" for name in LINES[0]]
    lines = [[*header, "颜\x0b色\x85"], *([*line, "红"] for line in LINES[1:])]
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        path.write_bytes(csv_text(lines).encode())
    else:
        write_workbook(path, lines)

    outcome = platform.take(path)

    assert outcome.accepted == 3
    assert [(f.column, f.code) for f in outcome.findings] == [("颜色", "unknown_column")]


def test_a_zero_byte_in_a_header_is_refused(platform: Platform, tmp_path):
    lines = [[*LINES[0], "颜\x00色"], *([*line, "红"] for line in LINES[1:])]
    (tmp_path / "a.csv").write_bytes(csv_text(lines).encode())

    with refused(platform, "a.csv") as refusals:
        platform.take(tmp_path / "a.csv")

    assert "the header holds a zero byte" in refusals[0].message


def test_empty_rows_at_the_end_are_no_rows(platform: Platform, tmp_path):
    commas = ["," * (len(LINES[0]) - 1)] * 3
    text = csv_text(LINES) + "\r\n".join([*commas, " ,\u3000" + commas[0][1:]]) + "\r\n"

    outcome = took(platform, tmp_path / "a.csv", text.encode())

    assert (outcome.rows, outcome.accepted, errors(outcome)) == (3, 3, [])


def test_blank_lines_keep_their_number(platform: Platform, tmp_path):
    """Below the header: row, blank line, row, row of commas, two quoted lines in row 5, bad row."""
    lines = table(
        [
            penalty(1),
            penalty(2),
            penalty(3, CF_NR="第一行\n\n第二行"),
            penalty(4, CF_XDR_SHXYM="91"),
        ]
    )
    head, first, second, third, fourth = (csv_text([line]) for line in lines)
    text = "".join([head, first, "\r\n", second, "," * (len(lines[0]) - 1) + "\r\n", third, fourth])

    outcome = took(platform, tmp_path / "a.csv", text.encode())

    assert [record.row for record in current()] == [1, 3, 5]
    assert errors(outcome) == [(6, "uscc_form")]
    assert outcome.rows == 4


def test_quoted_newlines_do_not_shift_rows(platform: Platform, tmp_path):
    rows = [penalty(1, CF_NR="一\n二\r\n三"), penalty(2, CF_XDR_SHXYM="91"), penalty(3)]

    outcome = took(platform, tmp_path / "a.csv", csv_text(table(rows)).encode())

    assert errors(outcome) == [(2, "uscc_form")]
    assert [record.row for record in current()] == [1, 3]
    assert current(row=1)[0].payload["CF_NR"].splitlines() == ["一", "二", "三"]


def test_ragged_rows_are_named_and_the_others_posted(platform: Platform, tmp_path):
    head, first, second, third = LINES
    lines = [head, first, second[:-5], third, [*table([penalty(4)])[1], "one", "more"]]

    outcome = took(platform, tmp_path / "a.csv", csv_text(lines).encode())

    assert {row for row, _ in errors(outcome)} == {2, 4}
    assert {(2, "row_form"), (4, "row_form")} <= set(errors(outcome))
    assert [record.row for record in current()] == [1, 3]


def test_blank_cells_beyond_the_header_do_no_harm(platform: Platform, tmp_path):
    lines = [LINES[0], *([*line, "", " "] for line in LINES[1:])]

    outcome = took(platform, tmp_path / "a.csv", csv_text(lines).encode())

    assert (outcome.accepted, errors(outcome)) == (3, [])


def test_the_value_of_a_ragged_row_is_not_repeated(platform: Platform, tmp_path):
    """One cell too few: a person's name stands where the category belongs."""
    row = table([person(1)])[1]
    lines = [*LINES, row[1:2] + row[:1] + row[2:-3]]

    outcome = took(platform, tmp_path / "a.csv", csv_text(lines).encode())

    assert (4, "row_form") in errors(outcome)
    assert "示某某" not in str(outcome.findings)


def test_a_zero_byte_becomes_a_mark(platform: Platform, tmp_path):
    rows = [*ROWS, *[penalty(n, CF_NR="罚\x00款") for n in range(4, 40)]]

    outcome = took(platform, tmp_path / "a.csv", csv_text(table(rows)).encode())

    assert outcome.accepted == 39
    assert current(row=39)[0].payload["CF_NR"] == "罚\ufffd款"


def test_quotes_and_commas_stay_as_written(platform: Platform, tmp_path):
    said = '经查,当事人称"不知情"; \'另有\' \\N \\ 100% {"a":1} $1 \u2028 😀'

    took(platform, tmp_path / "a.csv", csv_text(table([penalty(1, CF_SY=said)])).encode())

    assert current()[0].payload["CF_SY"] == said


def test_a_cell_that_says_null_is_a_text(platform: Platform, tmp_path):
    took(
        platform, tmp_path / "a.csv", csv_text(table([penalty(1, CF_NR="\\N", BZ="NULL")])).encode()
    )

    assert (current()[0].payload["CF_NR"], current()[0].payload["BZ"]) == ("\\N", "NULL")


def test_an_unknown_column_is_a_warning_on_row_0(platform: Platform, tmp_path):
    rows = [row | {"颜色": "红"} for row in ROWS]

    outcome = took(platform, tmp_path / "a.csv", csv_text(table(rows)).encode())

    assert [(f.row, f.column, f.code, f.level) for f in outcome.findings] == [
        (0, "颜色", "unknown_column", "warning")
    ]
    assert outcome.accepted == 3


def as_read(name: str) -> list[list[str]]:
    content = (EXAMPLES / name).read_bytes()
    return [*csv.reader(io.StringIO(content.decode("gb18030"), newline=""))]


@pytest.mark.parametrize("form", ["other order", "other header order", "utf-16", "codes", "xlsx"])
def test_the_same_rows_in_another_form_are_duplicates(platform: Platform, tmp_path, form):
    """penalties.csv: 408 rows, of which 32 are rejected and 5 about persons."""
    platform.take(EXAMPLES / "penalties.csv")
    before = posted()
    lines = as_read("penalties.csv")
    item = platform.release.items["administrative-penalty"]
    codes = {field.name.zh: field.identify for field in item.fields}
    written = {
        "other order": lambda: csv_text([lines[0], *reversed(lines[1:])]).encode(),
        "other header order": lambda: csv_text([line[::-1] for line in lines]).encode(),
        "utf-16": lambda: csv_text(lines).encode("utf-16"),
        "codes": lambda: csv_text([[codes[n] for n in lines[0]], *lines[1:]]).encode(),
        "xlsx": lambda: write_workbook(tmp_path / "b.xlsx", lines).read_bytes(),
    }[form]()
    path = tmp_path / ("a.xlsx" if form == "xlsx" else "a.csv")

    outcome = took(platform, path, written)

    assert (outcome.accepted, outcome.duplicates) == (0, 371)
    assert (outcome.rejected, outcome.personal) == (32, 5)
    assert posted() == before


def test_there_and_back_across_three_files_makes_two_revisions(platform: Platform, tmp_path):
    first, other = penalty(1), penalty(1, CF_NR_FK="9")
    platform.take(write_csv(tmp_path / "1.csv", [first]))
    changed = platform.take(write_csv(tmp_path / "2.csv", [other]))
    back = platform.take(write_csv(tmp_path / "3.csv", [first, penalty(2)]))

    (record,) = current(subject=code(1))
    assert (changed.accepted, changed.revisions) == (1, 1)
    assert (back.accepted, back.revisions) == (2, 1)
    assert (record.kind, record.payload["CF_NR_FK"]) == ("correct", "2.350000")
    assert counts()["ledger_entry"] == 4


# Workbooks: typed cells.


def book(tmp_path, *rows):
    return write_workbook(tmp_path / "a.xlsx", table(rows))


def test_typed_cells_of_a_workbook_are_read(platform: Platform, tmp_path):
    """An Excel day, an instant at midnight, an amount as a number, a number as text."""
    row = penalty(1) | {"CF_JDRQ": date(2026, 5, 10), "CF_YXQ": datetime(2027, 5, 10)}  # noqa: DTZ001
    row |= {"CF_NR_FK": 2.35, "BZ": 7}

    outcome = platform.take(book(tmp_path, row))

    (record,) = current()
    assert errors(outcome) == []
    assert record.decided_on == date(2026, 5, 10)
    assert [record.payload[name] for name in ("CF_JDRQ", "CF_YXQ", "CF_NR_FK", "BZ")] == [
        "2026-05-10",
        "2027-05-10",
        "2.350000",
        "7",
    ]


def test_a_workbook_and_a_csv_of_the_same_rows_are_the_same(platform: Platform, tmp_path):
    platform.take(book(tmp_path, penalty(1) | {"CF_JDRQ": date(2026, 5, 10), "CF_NR_FK": 2.35}))

    outcome = platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))

    assert (outcome.accepted, outcome.duplicates) == (0, 1)


def test_a_code_that_is_a_number_is_refused_with_its_cell(platform: Platform, tmp_path):
    """Eighteen digits in a number cell: the last three are lost already."""
    rows = [penalty(1) | {"CF_XDR_SHXYM": 911211220000000001}, penalty(2)]

    outcome = platform.take(book(tmp_path, *rows))

    ((row, column, found, value),) = [
        (f.row, f.column, f.code, f.value) for f in outcome.findings if f.level == "error"
    ]
    assert (row, column, found) == (1, "CF_XDR_SHXYM", "float_code")
    assert value == "9.11211E+17"
    assert [record.row for record in current()] == [2]


def test_the_value_of_a_formula_is_read(platform: Platform, tmp_path):
    import xlsxwriter  # noqa: PLC0415 - only here

    head, cells = table([penalty(1)])
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book_:
        sheet = book_.add_worksheet()
        sheet.write_row(0, 0, head)
        sheet.write_row(1, 0, cells)
        sheet.write_formula(1, head.index("CF_NR_FK"), "=1+1.5", None, 2.5)

    platform.take(tmp_path / "a.xlsx")

    assert current()[0].payload["CF_NR_FK"] == "2.500000"


def test_a_boolean_of_a_workbook_is_yes_or_no(platform: Platform, tmp_path):
    outcome = platform.take(book(tmp_path, penalty(1) | {"CF_SHYX": True}))

    assert errors(outcome) == []
    assert current()[0].payload["CF_SHYX"] == "是"


def test_the_first_visible_sheet_is_read(platform: Platform, tmp_path):
    import xlsxwriter  # noqa: PLC0415 - only here

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book_:
        hidden, shown, last = (book_.add_worksheet() for _ in range(3))
        shown.activate()
        hidden.hide()
        hidden.write(0, 0, "hidden")
        for number, line in enumerate(LINES):
            shown.write_row(number, 0, line)
        last.write(0, 0, "last")

    assert platform.take(tmp_path / "a.xlsx").accepted == 3


def test_blank_rows_of_a_workbook_keep_their_number(platform: Platform, tmp_path):
    head, first, second, third = LINES
    empty = [""] * len(head)
    lines = [head, first, empty, second, [*third[:2], "91", *third[3:]], empty, empty]

    outcome = platform.take(write_workbook(tmp_path / "a.xlsx", lines))

    assert outcome.rows == 3
    assert [record.row for record in current()] == [1, 3]
    assert errors(outcome) == [(4, "uscc_form")]


# What stands beside a file is not read.


@pytest.mark.parametrize("name", ["罚[1].csv", "罚*.csv", "罚?.csv", "罚[!a].csv", "k=v.csv"])
def test_a_file_is_read_and_not_its_neighbours(platform: Platform, tmp_path, name):
    write_csv(tmp_path / "罚1.csv", [penalty(1), penalty(2)])
    write_csv(tmp_path / "罚2.csv", [penalty(3)])

    outcome = platform.take(write_csv(tmp_path / name, [penalty(4)]))

    assert (outcome.rows, outcome.accepted, errors(outcome)) == (1, 1, [])
    assert [record.subject for record in current()] == [code(4)]


@pytest.mark.parametrize("home", ["home[1]", "home*", "home?", "[", "place=盘锦"])
def test_the_folder_of_a_platform_may_have_any_name(platform: Platform, tmp_path, home):
    """Also a rewritten file, which lies in the platform's own folder, is read from there alone."""
    beside = make_platform(tmp_path / "home1")
    elsewhere = make_platform(tmp_path / home)
    tabs = csv_text(LINES, delimiter="\t").encode()

    outcomes = [took(at, tmp_path / "a.csv", tabs) for at in (beside, elsewhere)]

    assert [(outcome.accepted, outcome.duplicates) for outcome in outcomes] == [(3, 0), (0, 3)]
