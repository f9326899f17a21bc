"""The invented place is the same for the same seed, and its codes are valid and nobody's."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook
from tools.make_world import Batch, PenaltyTable, World, main, make_world, penalty_table
from tools.world.codes import SERIALS, credit_code, identity_number
from tools.world.files import ENCODINGS
from tools.world.forms import read_forms
from tools.world.names import CHARACTERS
from tools.world.penalty_table import BAD_CODES
from tools.world.records import UNITS

from gongxin.core import uscc
from gongxin.core.catalog import Item
from gongxin.core.dates import parse_day
from gongxin.core.documents import normalise_document_number
from gongxin.core.subject import may_be_graded
from gongxin.core.validation import Check, checks_of, faults_of
from gongxin.law import load

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 11, 20)
UNIT_CODES = frozenset(unit.uscc for unit in UNITS)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(400, 7, AS_OF)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("world"), seed=7, formats="csv,xlsx")


@pytest.fixture(scope="module")
def penalties() -> PenaltyTable:
    return penalty_table(3000, 7, AS_OF, bad_share=0.1)


@pytest.fixture(scope="module")
def catalog() -> dict[str, Item]:
    content = load(ROOT / "packs/demo", profiles=ROOT / "profiles").content
    return {item.item: item for item in content.items}


def _write(folder: Path, *, seed: int, formats: str = "csv") -> Path:
    asked = [str(folder), "--organisations", "60", "--seed", str(seed), "--as-of", "2026-11-20"]
    main([*asked, "--formats", formats])
    return folder


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        whole.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    """In another process, whose sets have another order."""
    asked = ["--organisations", "60", "--seed", "7", "--as-of", "2026-11-20"]
    program = [sys.executable, ROOT / "tools/make_world.py", tmp_path, *asked]
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    subprocess.run([*program, "--formats", "csv,xlsx"], env=environment, check=True)
    assert _digest(tmp_path) == _digest(written)


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    one, other = _write(tmp_path / "1", seed=1), _write(tmp_path / "2", seed=2)
    assert _digest(one) != _digest(other)


def test_a_world_has_the_size_asked_for() -> None:
    small = make_world(10, 3, AS_OF, penalties=0)
    assert len(small.organisations) == 10
    assert len(small.rows("administrative-penalty")) == 5


def test_a_world_without_room_for_the_examples_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 10"):
        make_world(9, 3, AS_OF)


def test_codes_are_valid_and_different(world: World) -> None:
    codes = [o.uscc for o in world.organisations if o.has_code]
    assert {uscc.findings(code) for code in codes} == {()}
    assert {uscc.warnings(code) for code in codes} == {()}
    assert len(set(codes)) == len(codes)


def test_a_code_is_used_again_only_after_the_whole_segment() -> None:
    assert credit_code("91", "211100", 0, seed=7) == credit_code("91", "211100", SERIALS, seed=7)
    assert credit_code("91", "211100", 0, seed=7) != credit_code("91", "211100", 1, seed=7)


def test_some_sole_traders_have_no_code_and_nobody_else(world: World) -> None:
    assert {o.kind for o in world.organisations if not o.has_code} == {"sole_trader"}


def test_names_are_different_and_of_the_place(world: World) -> None:
    names = [o.name for o in world.organisations]
    assert len(set(names)) == len(names)
    assert all("盘锦" in name or "盘山" in name for name in names)


def test_companies_are_graded_and_sole_traders_are_not(world: World) -> None:
    graded = {o.kind for o in world.organisations if may_be_graded(o.uscc, o.name)}
    assert "company" in graded
    assert not graded & {"sole_trader", "sole_proprietorship", "branch", "partnership"}


def test_trade_names_join_no_character_twice() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS)


def test_identity_numbers_are_shaped_like_a_persons_and_impossible() -> None:
    numbers = [identity_number(serial) for serial in range(0, 400_000, 997)]
    assert all(uscc.is_resident_id(number) for number in numbers)
    assert {number[:2] + number[6:10] for number in numbers} == {"992077"}
    assert len(set(numbers)) > 300


def test_every_identity_number_in_the_files_is_impossible(world: World) -> None:
    cells = {text for batch in world.batches for row in batch.rows for text in row.values()}
    numbers = {text for text in cells if uscc.is_person_number(text)}
    assert len(numbers) > 10
    assert {number[:2] + number[6:10] for number in numbers} == {"992077"}


def test_there_are_no_telephone_numbers(world: World) -> None:
    cells = {text for batch in world.batches for row in batch.rows for text in row.values()}
    assert [text for text in cells if re.fullmatch(r".*(?<!\d)1[3-9]\d{9}(?!\d).*", text)] == []


def test_every_catalog_item_occurs_in_every_size() -> None:
    small = make_world(10, 3, AS_OF)
    assert {batch.item for batch in small.batches} == set(read_forms())


def test_the_four_units_report(world: World) -> None:
    assert {batch.unit for batch in world.batches} == set(UNITS)


def test_few_rows_are_bad_or_sent_twice(world: World) -> None:
    rows = sum(len(batch.rows) for batch in world.batches)
    assert 0 < sum(len(batch.bad) for batch in world.batches) < rows / 100
    assert 0 < sum(len(batch.duplicates) for batch in world.batches) < rows / 100


def test_natural_persons_occur_only_where_the_catalog_allows_them(world: World) -> None:
    assert {batch.item for batch in world.batches if len(batch.persons) > 0} == {
        "administrative-penalty"
    }


@pytest.mark.scale
def test_good_rows_have_no_finding_and_bad_rows_have_theirs(
    world: World, catalog: dict[str, Item]
) -> None:
    unlike = [
        (batch.item, found)
        for batch in world.batches
        for found in _unlike(batch.rows, batch.bad, catalog[batch.item])
    ]
    assert unlike == []


@pytest.mark.scale
def test_an_act_occurs_once_but_for_duplicates(world: World, catalog: dict[str, Item]) -> None:
    """The key of the catalog: repeated rows would otherwise be revisions of one record."""
    seen = [
        (batch.item, *(normalise_document_number(row.get(c, "")) for c in catalog[batch.item].key))
        for batch in world.batches
        for place, row in enumerate(batch.rows, start=1)
        if place not in batch.duplicates and place not in batch.bad
    ]
    assert len(set(seen)) == len(seen)


def test_decisions_fall_into_all_three_publicity_periods(world: World) -> None:
    rows = _good(world, "administrative-penalty")
    days = [row["CF_JDRQ"] for row in rows]
    assert min(days) < "2020-07-01"
    assert len([day for day in days if "2023-05-01" <= day < "2026-04-01"]) > 20
    assert len([day for day in days if "2026-04-01" <= day <= "2026-11-20"]) > 20
    assert max(days) <= "2026-11-20"


def test_penalties_are_of_all_classes_and_procedures(world: World) -> None:
    assert set(world.classes) == {"轻微", "一般", "严重"}
    rows = _good(world, "administrative-penalty")
    assert {row["CF_CXLB"] for row in rows} == {"01", "02", "99", ""}
    assert max(float(row["CF_NR_FK"] or 0) for row in rows) >= 100


def test_breaches_occur_with_and_without_an_instrument(world: World) -> None:
    breaches = [row for row in world.rows("contract") if row["lyzt"] == "违约"]
    assert {row["wyws"] != "" for row in breaches} == {True, False}


def test_serious_entries_are_complete_and_incomplete(world: World) -> None:
    served = {
        row["MD_SDRQ"] != ""
        and row["MD_JJ"] != ""
        and row["MD_WSH"] != ""
        and row["MD_YJ"] != ""
        and row["MD_QXZI"] != ""
        for row in world.rows("serious-violation-list")
    }
    assert served == {True, False}


def test_nothing_is_drawn_for_the_clean_example(world: World) -> None:
    clean = world.examples[1].uscc
    items = {
        batch.item
        for batch in world.batches
        for row in batch.rows
        if row[read_forms()[batch.item].roles["subject_code"]] == clean
    }
    assert items == {
        "administrative-licence",
        "administrative-inspection",
        "administrative-award",
        "commitment",
        "commitment-performance",
        "contract",
        "honour",
        "tax-credit-a",
    }


def test_the_first_example_can_be_repaired_nine_days_later(world: World) -> None:
    rows = world.rows("administrative-penalty")
    penalty = next(row for row in rows if row["CF_XDR_SHXYM"] == world.examples[0].uscc)
    # 2026-08-20 is three months before the day.
    assert (penalty["CF_JDRQ"], penalty["CF_CFLB"], penalty["CF_CXLB"]) == (
        "2026-08-29",
        "罚款",
        "02",
    )


def test_every_file_is_readable_in_its_encoding(written: Path) -> None:
    made = json.loads((written / "world.json").read_text(encoding="utf-8"))
    csv_files = [file for file in made["files"] if file["format"] == "csv"]
    counted = [len(_lines(written / f["file"], f["encoding"])) - 1 for f in csv_files]
    assert counted == [file["rows"] for file in csv_files]
    assert {file["encoding"] for file in csv_files} >= {"utf-8-bom", "utf-16"}


def test_every_workbook_is_readable(written: Path) -> None:
    made = json.loads((written / "world.json").read_text(encoding="utf-8"))
    books = [file for file in made["files"] if file["format"] == "xlsx"]
    sheets = [CalamineWorkbook.from_path(written / f["file"]).get_sheet_by_index(0) for f in books]
    counted = [len(sheet.to_python()) - 1 for sheet in sheets]
    assert len(books) > 5
    assert counted == [file["rows"] for file in books]


def test_headers_are_codes_or_names_of_the_catalog(written: Path) -> None:
    made = json.loads((written / "world.json").read_text(encoding="utf-8"))
    csv_files = [file for file in made["files"] if file["format"] == "csv"]
    unknown = [
        column
        for file in csv_files
        for column in _lines(written / file["file"], file["encoding"])[0].split(",")
        if column not in read_forms()[file["type"]].columns
        and column not in read_forms()[file["type"]].names.values()
    ]
    assert unknown == []
    assert {file["header"] for file in csv_files} == {"codes", "names"}


def test_the_world_says_that_it_is_invented(written: Path) -> None:
    made = json.loads((written / "world.json").read_text(encoding="utf-8"))
    assert made["invented"] is True
    assert len(made["examples"]) == 5
    assert sum(file["rows"] for file in made["files"]) == made["rows"]


def test_the_penalty_table_has_the_form_of_the_files(penalties: PenaltyTable, world: World) -> None:
    rows = world.rows("administrative-penalty")
    assert penalties.table.num_rows == 3000
    assert penalties.table.column_names == list(read_forms()["administrative-penalty"].header(rows))
    assert penalties.table.num_columns == 31
    assert {column.type for column in penalties.table.columns} == {pa.string()}


def test_the_penalty_table_is_the_same_for_the_same_seed(penalties: PenaltyTable) -> None:
    assert penalty_table(3000, 7, AS_OF, bad_share=0.1).table.equals(penalties.table)
    assert not penalty_table(3000, 8, AS_OF, bad_share=0.1).table.equals(penalties.table)


def test_codes_made_in_sql_are_valid(penalties: PenaltyTable) -> None:
    bad = dict(penalties.bad)
    codes = penalties.table.column("CF_XDR_SHXYM").to_pylist()
    good = {code for place, code in enumerate(codes, start=1) if place not in bad}
    assert {(uscc.findings(code), uscc.warnings(code)) for code in good} == {((), ())}


def test_days_made_in_sql_are_days(penalties: PenaltyTable) -> None:
    bad = dict(penalties.bad)
    texts = penalties.table.column("CF_JDRQ").to_pylist()
    days = [parse_day(text) for place, text in enumerate(texts, start=1) if place not in bad]
    assert None not in days
    assert max(day for day in days if day is not None) <= AS_OF


@pytest.mark.scale
def test_exactly_the_listed_rows_of_the_penalty_table_are_bad(
    penalties: PenaltyTable, catalog: dict[str, Item]
) -> None:
    bad = dict(penalties.bad)
    assert _unlike(penalties.table.to_pylist(), bad, catalog["administrative-penalty"]) == []
    assert set(bad.values()) == set(BAD_CODES)


def _unlike(
    rows: Iterable[dict[str, str]], bad: dict[int, str], item: Item
) -> list[tuple[int, str | None, set[str]]]:
    """Rows whose findings are not as listed: none for a good row, at least its own for a bad."""
    checks, blank = checks_of(item), dict.fromkeys(item.columns, "")
    found = [
        (place, bad.get(place), _errors(checks, blank | row))
        for place, row in enumerate(rows, start=1)
    ]
    return [
        (p, expected, codes)
        for p, expected, codes in found
        if (codes != set() if expected is None else expected not in codes)
    ]


def _errors(checks: tuple[Check, ...], row: dict[str, str]) -> set[str]:
    found = faults_of(checks, row, today=AS_OF, units=UNIT_CODES)
    return {check.code for check in found if check.level == "error"}


def _good(world: World, item: str) -> list[dict[str, str]]:
    return [row for batch in world.batches if batch.item == item for row in _good_rows(batch)]


def _good_rows(batch: Batch) -> list[dict[str, str]]:
    return [row for place, row in enumerate(batch.rows, start=1) if place not in batch.bad]


def _lines(path: Path, encoding: str) -> list[str]:
    name, mark = ENCODINGS[encoding]
    content = path.read_bytes()
    assert content.startswith(mark)
    return content[len(mark) :].decode(name).splitlines()
