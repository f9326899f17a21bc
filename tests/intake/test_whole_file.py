"""A fault of the whole file: one clear message, and nothing has changed."""

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gongxin.core.errors import CreditError
from gongxin.intake.receive import UnknownUnit
from tests.fixtures.penalties import csv_text, penalty, resident_number, table, write_workbook
from tests.fixtures.platform import Platform, contents, refused, scratch

pytestmark = pytest.mark.django_db

WORKBOOK = "xl/workbook.xml"


def renamed(old: str, new: str) -> list[list[object]]:
    header, *rows = table([penalty()])
    return [[new if name == old else name for name in header], *rows]


def without(column: str) -> list[list[object]]:
    row = penalty()
    del row[column]
    return table([row])


def extra(column: str, value: str = "汉") -> list[list[object]]:
    return table([penalty() | {column: value}])


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.7\n1 0 obj", "a PDF; send the table as .xlsx or .csv"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
        ("a.jpg", b"\xff\xd8\xff\xe0JFIF", "a picture"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx without password"),
        ("a.csv", gzip.compress(b"CF_WSH", mtime=0), "a gzip archive; unpack it first"),
        ("a.rar", b"Rar!\x1a\x07", "unpack it first"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "unpack it first"),
        ("a.rtf", b"{\\rtf1 text}", "send the table as .xlsx or .csv"),
        ("a.csv", b"\x7fELF\x02\x01", "a program"),
        ("a.exe", b"MZ\x90\x00", "a program"),
        ("a.xlsx", b"CF_WSH,CF_CFLB\r\n1,2\r\n", "name it .csv"),
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b" \r\n\t\r\n", "the file is empty"),
        ("a.csv", b"\xef\xbb\xbf", "the file is empty"),
        ("a.csv", b"\xff\xfe", "no header row"),
        ("a.csv", b"\xfe\xff\x00\r\x00\n", "no header row"),
        ("a.csv", b",,,\r\n1,2,3\r\n", "no header row"),
        ("a.csv", b"CF_WSH,\xff\xff\xff\r\n1,2\r\n", "save it as UTF-8 CSV"),
        ("a.csv", b"name,colour\r\n1,2\r\n", "fits no item"),
    ],
)
def test_what_is_no_table_is_refused(platform: Platform, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)

    with refused(platform, name) as errors:
        platform.take(tmp_path / name)

    assert said in errors[0].message


def test_a_missing_file_is_refused(platform: Platform, tmp_path):
    with refused(platform, "gone.csv") as errors:
        platform.take(tmp_path / "gone.csv")

    assert "cannot be read" in errors[0].message


def test_a_folder_is_refused(platform: Platform, tmp_path):
    (tmp_path / "folder.csv").mkdir()

    with refused(platform, "folder.csv") as errors:
        platform.take(tmp_path / "folder.csv")

    assert "cannot be read" in errors[0].message


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (table([penalty()])[:1], "no rows"),
        (renamed("CF_WFXW", "CF_WSH"), "the column CF_WSH stands twice"),
        (without("CF_WSH"), "CF_WSH 行政处罚决定书文号; add them"),
        (without("CF_XDR_SHXYM"), "CF_XDR_SHXYM"),
        (extra("宗教信仰"), "the column 宗教信仰 may not be collected"),
        (extra("民族"), "the column 民族 may not be collected"),
        (extra("负责人血型"), "the column 负责人血型 may not be collected"),
        (extra("宗 教 信 仰"), "may not be collected"),
        (extra("病\u3000史"), "may not be collected"),
        (extra("信\u200b访记录"), "may not be collected"),
        ([[*map(str, range(600))], ["1"] * 600], "600 columns; at most 500 are read"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_header_that_cannot_be_is_refused(platform: Platform, tmp_path, lines, said, kind):
    path = tmp_path / f"penalties.{kind}"
    if kind == "csv":
        path.write_bytes(csv_text(lines).encode())
    else:
        write_workbook(path, lines)

    with refused(platform, path.name) as errors:
        platform.take(path)

    assert said in errors[0].message


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"readme.txt": b"hello"}, "a zip archive but not an .xlsx workbook"),
        ({WORKBOOK: b"<x/>", "xl/vbaProject.bin": b"\xd0"}, "save it as .xlsx"),
        ({WORKBOOK: b"\0" * 5_000_000}, "unpacks to far more than it holds"),
        ({WORKBOOK: b"x", **{f"xl/{n}.xml": b"" for n in range(1001)}}, "split it"),
        ({WORKBOOK: b"<workbook/>"}, "damaged"),
    ],
)
def test_a_zip_that_is_no_plain_workbook_is_refused(platform: Platform, tmp_path, entries, said):
    zipped(tmp_path / "book.xlsx", entries)

    with refused(platform, "book.xlsx") as errors:
        platform.take(tmp_path / "book.xlsx")

    assert said in errors[0].message


def test_an_encrypted_workbook_is_refused(platform: Platform, tmp_path):
    """Bit 0 of the general flags of an entry says encrypted (offset 8 of a central header)."""
    path = zipped(tmp_path / "book.xlsx", {WORKBOOK: b"<workbook/>"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))

    with refused(platform, "book.xlsx") as errors:
        platform.take(path)

    assert "save it without password" in errors[0].message


def test_a_cut_off_workbook_is_refused(platform: Platform, tmp_path):
    path = write_workbook(tmp_path / "book.xlsx", table([penalty()]))
    path.write_bytes(path.read_bytes()[:-200])

    with refused(platform, "book.xlsx") as errors:
        platform.take(path)

    assert "damaged" in errors[0].message


def test_an_empty_sheet_is_refused(platform: Platform, tmp_path):
    with refused(platform, "book.xlsx") as errors:
        platform.take(write_workbook(tmp_path / "book.xlsx", []))

    assert "no header row" in errors[0].message


@pytest.mark.scale
def test_a_sheet_of_huge_dimension_is_refused(platform: Platform, tmp_path):
    """Two cells, the second in the last row of the last column: 17 thousand million cells."""
    import xlsxwriter  # noqa: PLC0415 - only here

    with xlsxwriter.Workbook(str(tmp_path / "book.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "CF_WSH")
        sheet.write(1_048_575, 16_383, "x")

    with refused(platform, "book.xlsx") as errors:
        platform.take(tmp_path / "book.xlsx")

    assert "too large" in errors[0].message


def test_a_quote_that_never_ends_is_refused_with_its_line(platform: Platform, tmp_path):
    lines = csv_text(table([penalty(n) for n in range(1, 6)])).splitlines()
    lines[3] = lines[3].replace("未按规定排放", '"未按规定排放', 1)
    (tmp_path / "penalties.csv").write_text("\n".join(lines), encoding="utf-8")

    with refused(platform, "penalties.csv") as errors:
        platform.take(tmp_path / "penalties.csv")

    assert "line 4" in errors[0].message


def test_a_cell_beyond_all_measure_is_refused_or_too_long(platform: Platform, tmp_path):
    rows = [penalty(1, CF_SY="排" * 200_000), penalty(2)]
    path = tmp_path / "penalties.csv"
    path.write_text(csv_text(table(rows)) + "\n\n" + csv_text(table([penalty(3)])[1:]), "utf-8")

    with refused(platform, "penalties.csv") as errors:
        platform.take(path)

    assert "line 2" in errors[0].message


@pytest.mark.parametrize(
    ("item", "profile", "said"),
    [
        ("no-such-type", "", "unknown type no-such-type; known: abnormal-operation-list"),
        ("", "no-such-profile", "unknown profile no-such-profile; known: "),
        ("honour", "double-publicity", "the profile double-publicity does not map honour"),
        ("honour", "", "required columns are missing for honour"),
    ],
)
def test_a_type_or_profile_that_does_not_fit_is_refused(
    platform: Platform, tmp_path, item, profile, said
):
    (tmp_path / "penalties.csv").write_bytes(csv_text(table([penalty()])).encode())

    with refused(platform, "penalties.csv") as errors:
        platform.take(tmp_path / "penalties.csv", item=item, profile=profile)

    assert said in errors[0].message or "fits no item" in errors[0].message


@pytest.mark.parametrize("unit", ["", "91211122MA7YHMM895", "nobody", "1121110005260181XL "])
def test_an_unknown_unit_is_refused(platform: Platform, tmp_path, unit):
    (tmp_path / "penalties.csv").write_bytes(csv_text(table([penalty()])).encode())
    before = contents()

    with pytest.raises(UnknownUnit, match=r"unknown unit .*name another with --unit"):
        platform.take(tmp_path / "penalties.csv", unit=unit)

    assert contents() == before
    assert scratch(platform) == []


def test_an_identity_number_given_as_unit_is_not_repeated(platform: Platform, tmp_path):
    (tmp_path / "penalties.csv").write_bytes(csv_text(table([penalty()])).encode())

    with pytest.raises(UnknownUnit) as caught:
        platform.take(tmp_path / "penalties.csv", unit=resident_number(1))

    assert resident_number(1) not in str(caught.value)
    assert resident_number(1) not in str(caught.value.facts)


def test_a_header_that_is_a_data_row_does_not_repeat_it(platform: Platform, tmp_path):
    """A file without a header: its first row names a person."""
    number = resident_number(1)
    (tmp_path / "people.csv").write_bytes(f"示某某,{number},{number}\r\n1,2,3\r\n".encode())

    with pytest.raises(CreditError) as caught:
        platform.take(tmp_path / "people.csv")

    assert number not in caught.value.message


PERSONAL = f"示某某{resident_number(1)}_13800000000"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"a,b\r\n1,2\r\n", "fits no item"),
        (csv_text(without("CF_WSH")).encode(), "required columns are missing"),
        (csv_text(extra("民族")).encode(), "may not be collected"),
        (csv_text(table([penalty()])[:1]).encode(), "no rows"),
        (csv_text(table([penalty()])).encode() + b'"\r\n', "cannot be read"),
    ],
)
def test_a_person_in_a_file_name_is_not_repeated(platform: Platform, tmp_path, content, said):
    path = tmp_path / f"{PERSONAL}.csv"
    path.write_bytes(content)

    with refused(platform, "示某某〔已隐去〕_〔已隐去〕.csv") as errors:
        platform.take(path)

    assert said in errors[0].message
    assert errors[0].facts["file"] == "示某某〔已隐去〕_〔已隐去〕.csv"


def test_a_person_in_the_name_of_a_missing_file_is_not_repeated(platform: Platform, tmp_path):
    with refused(platform, "示某某〔已隐去〕_〔已隐去〕.csv"):
        platform.take(tmp_path / f"{PERSONAL}.csv")


def test_a_file_that_a_killed_intake_left_in_clear_goes_with_the_next(platform: Platform, tmp_path):
    """A process that is killed while it takes in a file, in its own folder as every intake."""
    (tmp_path / "penalties.csv").write_bytes(csv_text(table([penalty()])).encode("gb18030"))
    work = f"""
import sys, time
from pathlib import Path
from gongxin.engines import files
from gongxin.engines.scratch import scratch_folder
with scratch_folder(Path({str(platform.home)!r})) as folder:
    files.clean(Path({str(tmp_path / "penalties.csv")!r}), workspace=folder)
    print("read", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", work], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"read\n"
        process.kill()
    assert [path.name for path in scratch(platform)[0].glob("*.csv")] == ["text.csv"]

    platform.take(tmp_path / "penalties.csv")

    assert scratch(platform) == []
