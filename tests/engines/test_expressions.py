"""DuckDB and Python give the same value for every expression on every row."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from gongxin.core import documents, privacy, rules
from gongxin.core.rules import Scope, Type
from gongxin.core.rules.functions import PYTHON, SIGNATURES
from gongxin.engines import builtins
from gongxin.engines.checks import readings
from gongxin.engines.expressions import to_sql
from gongxin.engines.texts import (
    cell,
    fold,
    holds_person_number,
    masked,
    without_invisible,
)
from tests.engines.texts import SPECIAL, texts
from tests.engines.typed import SCHEMA, expressions
from tests.fixtures.penalties import code, resident_number

UNITS = frozenset({code(1), code(3, "92")})
BATCH = 25
lists_of_texts = st.lists(texts, min_size=1, max_size=BATCH)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "a": texts,
            "b": texts,
            "decided_on": st.one_of(st.none(), st.dates(min_value=date(1800, 1, 1))),
        }
    ),
    min_size=1,
    max_size=BATCH,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = duckdb.connect()
    opened.execute("CREATE TABLE known_units (uscc VARCHAR)")
    opened.executemany("INSERT INTO known_units VALUES (?)", [[uscc] for uscc in sorted(UNITS)])
    yield opened
    opened.close()


def selected(con, sql: str, given) -> list[tuple]:
    columns = {
        "n": pa.array(range(len(given)), pa.int64()),
        "a": pa.array([row["a"] for row in given], pa.string()),
        "b": pa.array([row.get("b", "") for row in given], pa.string()),
        "decided_on": pa.array([row.get("decided_on") for row in given], pa.date32()),
    }
    con.register("given", pa.table(columns))
    return con.execute(f"SELECT {sql} FROM given ORDER BY n").fetchall()


def one(con, sql: str, given: list[str]) -> list[object]:
    return [value for (value,) in selected(con, sql, [{"a": text} for text in given])]


def column(node: rules.Expr) -> exp.Expression:
    return exp.column(node.name, quoted=True)


@settings(deadline=None, max_examples=120)
@given(expr=expressions(), given=rows)
def test_every_expression_has_one_value(con, expr, given):
    scope = Scope(units=UNITS)

    found = selected(con, to_sql(expr, column), given)

    assert [value for (value,) in found] == [rules.evaluate(expr, row, scope) for row in given]


@settings(deadline=None, max_examples=40)
@given(exprs=st.lists(expressions(), min_size=2, max_size=4), given=rows)
def test_calls_that_are_read_before_change_no_value(con, exprs, given):
    known = readings(exprs)
    shared = "".join(f", {to_sql(call, column)} AS {name}" for call, name in known.items())
    query = ", ".join(to_sql(expr, column, known=known) for expr in exprs)
    alone = ", ".join(to_sql(expr, column) for expr in exprs)

    expected = selected(con, alone, given)
    found = con.execute(f"SELECT {query} FROM (SELECT *{shared} FROM given) ORDER BY n").fetchall()

    assert found == expected


OF_ONE_TEXT = sorted(name for name, s in SIGNATURES.items() if s.args == (Type.TEXT,))


def python_values(text: str) -> tuple[object, ...]:
    meanings = {**PYTHON, "known_unit": lambda x: x in UNITS}
    return tuple(meanings[name](text) for name in OF_ONE_TEXT)


def all_of_one_text() -> str:
    return ", ".join(
        to_sql(rules.parse(f"{name}(a)", SCHEMA, result=SIGNATURES[name].result), column)
        for name in OF_ONE_TEXT
    )


def test_every_listed_function_has_a_meaning_in_sql():
    """The rest of the list takes a literal or integers, and has its own case below."""
    assert set(builtins.TEMPLATES) - {"is_null_day"} == set(OF_ONE_TEXT)
    assert set(SIGNATURES) - set(OF_ONE_TEXT) == {
        "contains",
        "starts",
        "ends",
        "matches",
        "has_part",
        "least",
        "greatest",
    }


@pytest.mark.parametrize("text", SPECIAL)
def test_functions_of_a_special_text_agree(con, text):
    assert selected(con, all_of_one_text(), [{"a": text}]) == [python_values(text)]


@settings(deadline=None, max_examples=40)
@given(given=lists_of_texts)
def test_functions_of_any_text_agree(con, given):
    found = selected(con, all_of_one_text(), [{"a": text} for text in given])

    assert found == [python_values(text) for text in given]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-10", date(2026, 5, 10)),
        ("2026/5/1", date(2026, 5, 1)),
        ("2026年5月4日", date(2026, 5, 4)),
        ("20260504", date(2026, 5, 4)),
        ("46152", date(2026, 5, 10)),  # days since 1899-12-30, as spreadsheets count
        ("2026-02-30", None),
        ("1900-01-01", None),
        ("", None),
    ],
)
def test_days_are_read_as_written(con, text, day):
    expr = rules.parse("day(a)", SCHEMA, result=Type.DAY)

    assert one(con, to_sql(expr, column), [text]) == [day]


NUMBERS = st.sampled_from(
    [
        resident_number(5),
        resident_number(5)[:-1],
        "\n".join((resident_number(5)[:6], resident_number(5)[6:14], resident_number(5)[14:])),
        "219999 20770614-0387",
        "护照E12345678",
        "13800000000",
        "138 0000 0000",
        "0427-2800000",
        "(024)22800000",
        "6222020000000000000",
        "6222 0200 0000 0000 000",
        "a.b@c.cn",
        "辽L12345",
        "辽LD12345",
        "盘环罚〔2026〕0001号",
        code(1),
        "+86",
        "１３８００００００００",
        "110105491231002",
    ]
)
told = st.lists(st.one_of(NUMBERS, texts, st.sampled_from("，。 号第")), max_size=8).map("".join)


@settings(deadline=None, max_examples=40)
@given(given=st.lists(told, min_size=1, max_size=BATCH))
def test_masks_agree(con, given):
    certain = masked("a", privacy.CERTAIN)

    assert one(con, masked("a"), given) == [privacy.mask(text) for text in given]
    assert one(con, certain, given) == [privacy.mask_certain(text) for text in given]


@settings(deadline=None, max_examples=40)
@given(given=st.lists(told, min_size=1, max_size=BATCH))
def test_persons_numbers_are_found_alike(con, given):
    found = one(con, holds_person_number("a"), given)

    assert found == [privacy.holds_person_number(text) for text in given]


@settings(deadline=None, max_examples=40)
@given(given=lists_of_texts)
def test_folds_agree(con, given):
    assert one(con, fold("a"), given) == [documents.normalise_document_number(t) for t in given]
    assert one(con, fold("a"), given) == [documents.normalise_name(t) for t in given]


def test_every_invisible_character_is_taken_out_alike(con):
    """And those beside each range stay, as in Python."""
    ends = [ord(end) for ends in documents.INVISIBLE_RANGES for end in ends if end > "\0"]
    beside = [chr(end + by) for end in ends for by in (-1, 1)]
    given = [f"盘{c}锦" for c in (*documents.INVISIBLE, *beside)]

    assert one(con, without_invisible("a"), given) == [
        documents.without_invisible(text) for text in given
    ]


@settings(deadline=None, max_examples=40)
@given(given=lists_of_texts)
def test_cells_agree(con, given):
    """A cell keeps its text but for invisible characters and the blanks at both ends."""
    expected = [documents.without_invisible(text).strip(documents.WHITE_SPACE) for text in given]

    assert one(con, f"coalesce({cell('a')}, '')", given) == expected


@pytest.mark.parametrize("place", range(0, len(documents.FOLD_FROM), 40))
def test_every_character_of_the_table_folds_alike(con, place):
    given = list(documents.FOLD_FROM[place : place + 40])

    assert one(con, fold("a"), given) == [documents.normalise_name(text) for text in given]
