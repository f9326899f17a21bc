from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongxin.core.rules import Row, Scope, Type, Value, evaluate, holds, in_window, parse

SCHEMA = {
    "A": Type.TEXT,
    "B": Type.TEXT,
    "N": Type.INT,
    "D": Type.DAY,
    "Q": Type.NUMBER,
    "F": Type.BOOL,
}
CODE = "91320100748204660Q"


def value(text: str, result: Type, row: Row, scope: Scope | None = None) -> Value:
    return evaluate(parse(text, SCHEMA, result=result), row, scope or Scope())


def truth(text: str, a: str = "", scope: Scope | None = None) -> bool:
    return holds(parse(text, SCHEMA), {"A": a}, scope or Scope())


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("blank(A)", "", "x"),
        ("present(A)", "x", ""),
        ("length(A) == 2", "罚款", "罚"),
        ("contains(A, '罚款')", "并处罚款", "罚"),
        ("starts(A, '罚')", "罚款", "处罚"),
        ("ends(A, '款')", "罚款", "款项"),
        ("matches(A, '[0-9]{2}')", "12", "123"),
        ("has_part(A, '罚款')", "警告； 罚款", "罚款额"),
        ("day(A) == date('2026-05-10')", "2026/5/10", "2026-05-11"),
        ("is_day(A)", "1900-01-01", "昨天"),
        ("number(A) > 0.3", "0.300001", "0.3"),
        ("is_number(A)", "1.5", "1,5"),
        ("uscc_form(A)", CODE, "9132010074820466OQ"),
        ("uscc_check(A)", CODE, CODE[:-1] + "A"),
        ("uscc_pair(A)", CODE, "99" + CODE[2:]),
        ("placeholder(A)", "00000000000000000X", CODE),
        ("float_code(A)", "9.11E+17", CODE),
        ("one_person_name(A)", "甲小吃店（个体工商户）", "甲个体劳动者协会"),
        ("org_code(A)", CODE, "91320100748204661Q"),
        ("known_unit(A)", "U", "V"),
        ("A in ['x', 'y']", "y", "z"),
        ("A not in ['x', 'y']", "z", "y"),
        ("least(length(A), 2) == 2 and greatest(length(A), 2) == 3", "abc", "ab"),
        ("not blank(A) and (A == 'x' or A == 'y')", "y", "z"),
        ("A != 'x'", "y", "x"),
        ("length(A) <= 1", "x", "xy"),
        ("length(A) >= 2", "xy", "x"),
        ("length(A) < 2", "x", "xy"),
        ("length(A) + 1 - 2 * 1 > 0", "xy", "x"),
    ],
)
def test_each_construct_on_both_sides(text: str, yes: str, no: str) -> None:
    scope = Scope(units=frozenset({"U"}))
    assert (truth(text, yes, scope), truth(text, no, scope)) == (True, False)


def test_a_resident_number_is_told_from_a_code() -> None:
    assert truth("resident_id(A)", "11010519491231002X")  # the example of GB 11643
    assert not truth("resident_id(A)", CODE)


@pytest.mark.parametrize("text", ["1900-01-01", "1899-12-31", "昨天", ""])
def test_a_day_that_is_none_is_missing(text: str) -> None:
    assert value("day(A)", Type.DAY, {"A": text}) is None


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_with_something_missing_is_false(op: str) -> None:
    assert not truth(f"number(A) {op} 1")
    assert not truth(f"date('2026-01-01') {op} day(A)")


@pytest.mark.parametrize(
    ("number", "points"), [("", 0), ("-1", 0), ("0", 20), ("9.999999", 20), ("10", 40)]
)
def test_bands_give_the_last_threshold_not_above(number: str, points: int) -> None:
    text = "bands(number(A), [(0, points(20)), (10, points(40))])"
    assert value(text, Type.INT, {"A": number}) == points * 1000


@pytest.mark.parametrize(("a", "expected"), [("x", 1), ("", 2)])
def test_a_choice_looks_at_one_side(a: str, expected: int) -> None:
    assert value("1 if present(A) else 2", Type.INT, {"A": a}) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("A", ""), ("N", 0), ("D", None), ("Q", None), ("F", False)],
)
@pytest.mark.parametrize("given_as", ["not at all", "as None"])
def test_what_a_row_lacks_is_neutral(name: str, expected: Value, given_as: str) -> None:
    row: Row = {} if given_as == "not at all" else {name: None}
    assert value(name, SCHEMA[name], row) is expected


RECORDS: tuple[Row, ...] = (
    {"A": "x", "N": 3, "decided_on": date(2026, 5, 10)},
    {"A": "x", "N": 4, "decided_on": date(2025, 5, 10)},
    {"A": "y", "N": 5, "decided_on": date(2026, 5, 9)},
    {"A": "x", "N": 6},
)
SUBJECT = Scope(records=RECORDS, as_of=date(2026, 5, 10))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(A == 'x')", 3),
        ("count(A == 'x', months=12)", 1),
        ("count(A == 'x', months=13)", 2),
        ("total(N, A == 'x')", 13),
        ("total(N * 2, A == 'x', months=12)", 6),
        ("count(A == 'z')", 0),
        ("total(N, A == 'z')", 0),
    ],
)
def test_aggregates_look_back_from_the_day(text: str, expected: int) -> None:
    assert value(text, Type.INT, {}, SUBJECT) == expected


@pytest.mark.parametrize(("text", "expected"), [("y", True), ("z", False)])
def test_exists_asks_for_one(text: str, expected: bool) -> None:
    assert value(f"exists(A == '{text}')", Type.BOOL, {}, SUBJECT) is expected


@pytest.mark.parametrize(
    ("decided_on", "inside"),
    [(date(2024, 5, 10), False), (date(2024, 5, 11), True), (None, False)],
)
def test_a_window_begins_the_day_after(decided_on: date | None, inside: bool) -> None:
    assert in_window({"decided_on": decided_on}, date(2026, 5, 10), 24) is inside


def test_without_a_window_or_a_day_all_records_count() -> None:
    assert in_window({}, date(2026, 5, 10), 0)
    assert in_window({}, None, 12)


# Whatever the grammar allows, on whatever row, gives a value of its type and never fails.

TEXT_LITERALS = st.sampled_from(["罚款", "x;y", "2026-05-10", "0.3", CODE, "'", "\\"]).map(repr)
TEXTS = st.one_of(st.sampled_from(["A", "B"]), TEXT_LITERALS)
LITERAL = st.sampled_from(["'罚款'", "'x'"])
TESTS = st.sampled_from(
    [
        *("blank", "present", "is_day", "is_number", "uscc_form", "uscc_check", "uscc_pair"),
        *("placeholder", "float_code", "resident_id", "org_code", "known_unit"),
        "one_person_name",
    ]
)
FINDS = st.sampled_from(["contains", "starts", "ends", "has_part"])
DAYS = st.one_of(st.sampled_from(["D", "date('2026-05-10')"]), TEXTS.map("day({})".format))
NUMBERS = st.one_of(st.sampled_from(["Q", "0.3"]), TEXTS.map("number({})".format))
SIMPLE_INTS = st.one_of(
    st.sampled_from(["N", "7", "points(20)"]),
    TEXTS.map("length({})".format),
    NUMBERS.map("bands({}, [(0, 1), (10, points(2))])".format),
)
OPS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
SIMPLE_TESTS = st.one_of(
    st.just("F"),
    st.tuples(TESTS, TEXTS).map(lambda p: f"{p[0]}({p[1]})"),
    st.tuples(FINDS, TEXTS, LITERAL).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
    TEXTS.map("matches({}, '[^;]*(?:;[0-9]{{1,3}}[^;0-9]*)?')".format),
    TEXTS.map("{} in ['x', '罚款']".format),
    *(
        st.tuples(kind, OPS, kind).map(lambda p: f"{p[0]} {p[1]} {p[2]}")
        for kind in (TEXTS, DAYS, NUMBERS, SIMPLE_INTS)
    ),
)


def combine(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda p: f"({p[0]}) {p[1]} ({p[2]})"
        ),
        st.tuples(inner, SIMPLE_INTS, SIMPLE_INTS).map(
            lambda p: f"(({p[1]}) if ({p[0]}) else ({p[2]})) + 1 > 2"
        ),
    )


CONDITIONS = st.recursive(SIMPLE_TESTS, combine, max_leaves=6)
AGGREGATES = st.tuples(CONDITIONS, st.sampled_from(["", ", months=12"])).flatmap(
    lambda p: st.sampled_from(
        [f"exists({p[0]}{p[1]})", f"count({p[0]}{p[1]}) > 1", f"total(N, {p[0]}{p[1]}) > 1"]
    )
)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "A": st.one_of(st.none(), st.text(), st.sampled_from([CODE, "1900-01-01", "9.1E+17"])),
        "B": st.text(),
        "N": st.one_of(st.none(), st.integers(-(10**9), 10**9)),
        "D": st.one_of(st.none(), st.dates()),
        "Q": st.one_of(st.none(), st.decimals(-(10**6), 10**6, places=6)),
        "F": st.one_of(st.none(), st.booleans()),
        "decided_on": st.one_of(st.none(), st.dates()),
    },
)


@given(text=st.one_of(CONDITIONS, AGGREGATES), row=ROWS, records=st.lists(ROWS, max_size=3))
@example(text="number(A) < 1", row={"A": "１"}, records=[])
def test_every_condition_is_true_or_false_on_every_row(
    text: str, row: Row, records: list[Row]
) -> None:
    scope = Scope(records=records, as_of=date(2026, 5, 10), units=frozenset({CODE}))
    expr = parse(text, SCHEMA)
    found = evaluate(expr, row, scope)
    assert found is True or found is False
    assert holds(expr, row, scope) is found


@given(text=CONDITIONS, row=ROWS)
def test_not_is_the_opposite(text: str, row: Row) -> None:
    assert holds(parse(f"not ({text})", SCHEMA), row) is not holds(parse(text, SCHEMA), row)


@given(text=SIMPLE_INTS, row=ROWS)
def test_integers_are_never_missing(text: str, row: Row) -> None:
    found = value(text, Type.INT, row)
    assert isinstance(found, int)


@given(text=NUMBERS, row=ROWS)
def test_numbers_are_decimals_or_missing(text: str, row: Row) -> None:
    assert isinstance(value(text, Type.NUMBER, row), Decimal | None)
