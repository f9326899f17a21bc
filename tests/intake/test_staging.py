"""A file's checks in DuckDB find what the same checks find in Python, row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tools.make_world import make_world, write_world

from gongxin.core import money, validation
from gongxin.core.documents import normalise_name
from gongxin.engines import files
from gongxin.engines.texts import yuan
from gongxin.intake.recognise import Wanted, recognise
from gongxin.intake.staging import Staging, UnitRow
from gongxin.law import Release
from tests.fixtures.law import EXAMPLES
from tests.fixtures.penalties import penalty, write_csv

TODAY = date(2026, 11, 23)
EXAMPLE_FILES = [
    "edge.csv",
    "licences.xlsx",
    "penalties.csv",
    "penalties_2015.csv",
    "penalties_law.csv",
]


@contextmanager
def staged(path: Path, release: Release, workspace: Path) -> Iterator[Staging]:
    clean = files.clean(path, workspace=workspace)
    recognised = recognise(clean.header, release, Wanted(), file=path.name)
    staging = Staging(recognised, release, workspace=workspace, size=1)
    units = [UnitRow(u.uscc, u.name, normalise_name(u.name)) for u in release.content.units]
    try:
        staging.load(clean, path, units)
        staging.check(TODAY)
        yield staging
    finally:
        staging.close()


def in_duckdb(staging: Staging) -> set[tuple[int, str, str]]:
    found = staging.con.execute("SELECT row, k FROM faults").fetchall()
    checks = staging.checks
    return {(row, checks[k].column, checks[k].code) for row, k in found if k < len(checks)}


def in_python(staging: Staging, release: Release) -> set[tuple[int, str, str]]:
    units = frozenset(unit.uscc for unit in release.content.units)
    mapped = staging.con.execute("SELECT * FROM mapped")
    names = [column[0] for column in mapped.description]
    rows = [dict(zip(names, values, strict=True)) for values in mapped.fetchall()]
    return {
        (row["row"], check.column, check.code)
        for row in rows
        for check in validation.faults_of(staging.checks, row, today=TODAY, units=units)
    }


@pytest.mark.parametrize("name", EXAMPLE_FILES)
def test_faults_of_an_example_agree(release: Release, tmp_path, name):
    with staged(EXAMPLES / name, release, tmp_path) as staging:
        found = in_duckdb(staging)

        assert found == in_python(staging, release)
        assert len({row for row, _, _ in found}) > 0


@pytest.mark.scale
def test_faults_of_a_world_agree(release: Release, tmp_path):
    """Every item that the world reports, in four encodings, with its bad rows."""
    world = make_world(30, 3, date(2026, 11, 20))
    write_world(world, tmp_path / "world")
    paths = sorted((tmp_path / "world").rglob("*.csv"))
    compared = []
    for path in paths:
        workspace = tmp_path / "work" / path.parent.name / path.stem
        workspace.mkdir(parents=True)
        with staged(path, release, workspace) as staging:
            compared.append((in_duckdb(staging), in_python(staging, release)))

    assert [found for found, _ in compared] == [expected for _, expected in compared]
    assert len(paths) == len(world.batches) > 20


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(
        ["", "自然人", "个体工商户", "罚款;吊销许可证件", "01", "0", "-1", "2027-01-01"]
    ),
    st.sampled_from(["219999207706140387", "00000000000000000X", "9.1E+17", "20260510", "46152"]),
)
FIELDS = st.sampled_from(sorted(penalty()))


@settings(deadline=None, max_examples=8)
@given(rows=st.lists(st.dictionaries(FIELDS, CELLS, max_size=4), min_size=15, max_size=40))
def test_faults_of_damaged_rows_agree(release: Release, tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("damaged")
    damaged = [penalty(n, **changes) for n, changes in enumerate(rows)]
    path = write_csv(folder / "rows.csv", damaged)

    with staged(path, release, folder) as staging:
        assert in_duckdb(staging) == in_python(staging, release)


# Yuan as 万元.


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("10000", "1.000000"),
        ("23500", "2.350000"),
        ("0.01", "0.000001"),
        ("-5", "-0.000500"),
        ("+5.50", "0.000550"),
        ("12.3400000000", "0.001234"),
        ("9999999999999999.99", "999999999999.999999"),
        ("0.001", "0.001"),
        ("1,000", "1,000"),
        ("1万", "1万"),
        ("", ""),
    ],
)
def test_yuan_are_converted_exactly_or_left(con, given, expected):
    assert con.execute(f"SELECT {yuan('x')} FROM (SELECT ?::VARCHAR AS x)", [given]).fetchone() == (
        expected,
    )


@settings(deadline=None, max_examples=100)
@given(
    text=st.one_of(
        st.from_regex(r"[+-]?[0-9]{1,17}(\.[0-9]{1,11})?", fullmatch=True),
        st.text(max_size=8, alphabet="0123456789.+-,e １").map(str.strip),
    )
)
@example(text="8796093022208.01")
@example(text="-0.00")
def test_yuan_agree_with_python(con, text):
    ((found,),) = con.execute(
        f"SELECT {yuan('x')} FROM (SELECT ?::VARCHAR AS x)", [text]
    ).fetchall()
    expected = money.from_yuan(text)

    assert found == (text if expected is None else str(expected.quantize(Decimal("0.000001"))))
