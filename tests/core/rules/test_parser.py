from datetime import date
from decimal import Decimal

import pytest

from gongxin.core.rules import (
    BadExpression,
    Type,
    has_aggregate,
    names_in,
    parse,
    parse_one,
    parse_over,
    type_of,
    walk,
)
from gongxin.core.rules.nodes import Bands, Call, Compare, Const, IfElse, Name, Not, OneOf

SCHEMA = {
    "A": Type.TEXT,
    "B": Type.TEXT,
    "N": Type.INT,
    "D": Type.DAY,
    "Q": Type.NUMBER,
    "F": Type.BOOL,
}


def refusal(text: str, result: Type = Type.BOOL) -> str:
    with pytest.raises(BadExpression) as refused:
        parse(text, SCHEMA, result=result)
    return refused.value.message


def test_precedence_is_pythons() -> None:
    assert parse("F or F and not F", SCHEMA) == parse("F or (F and (not F))", SCHEMA)


def test_a_number_is_read_from_its_digits() -> None:
    found = parse("number(A) > 0.1", SCHEMA)
    assert isinstance(found, Compare)
    assert found.right == Const(Decimal("0.1"), Type.NUMBER)


@pytest.mark.parametrize("text", ["Q >= 3", "3 <= Q"])
def test_a_whole_number_beside_a_number_becomes_one(text: str) -> None:
    consts = [part for part in walk(parse(text, SCHEMA)) if isinstance(part, Const)]
    assert consts == [Const(Decimal(3), Type.NUMBER)]


def test_a_day_is_written_with_its_year_month_and_day() -> None:
    found = parse("D < date('2026-05-10')", SCHEMA)
    assert found == Compare("<", Name("D", Type.DAY), Const(date(2026, 5, 10), Type.DAY))


def test_not_in_is_the_opposite_of_in() -> None:
    inside = OneOf(Name("A", Type.TEXT), (Const("x", Type.TEXT), Const("y", Type.TEXT)))
    assert parse("A in ['x', 'y']", SCHEMA) == inside
    assert parse("A not in ('x', 'y')", SCHEMA) == Not(inside)


def test_whole_numbers_can_be_looked_up_too() -> None:
    found = parse("N in [1, 2]", SCHEMA)
    assert isinstance(found, OneOf)
    assert [option.value for option in found.options] == [1, 2]


@pytest.mark.parametrize(("text", "points"), [("points(20)", 20_000), ("points(1.5)", 1500)])
def test_points_are_thousandths(text: str, points: int) -> None:
    assert parse(text, SCHEMA, result=Type.INT) == Const(points, Type.INT)


def test_bands_rise() -> None:
    found = parse("bands(Q, [(0, points(1)), (0.5, 7)])", SCHEMA, result=Type.INT)
    steps = ((Const(Decimal(0), Type.NUMBER), 1000), (Const(Decimal("0.5"), Type.NUMBER), 7))
    assert found == Bands(Name("Q", Type.NUMBER), steps)


def test_every_construct_has_its_type() -> None:
    typed = {
        "length(A) + 1": Type.INT,
        "N - N * 2": Type.INT,
        "least(N, 3)": Type.INT,
        "bands(N, [(1, 2)])": Type.INT,
        "count(A == 'x', months=3)": Type.INT,
        "total(N, A == 'x')": Type.INT,
        "number(A)": Type.NUMBER,
        "day(A) if F else D": Type.DAY,
        "'x' if F else A": Type.TEXT,
        "exists(A == 'x')": Type.BOOL,
        "True": Type.BOOL,
        "0.5": Type.NUMBER,
    }
    found = {text: type_of(parse(text, SCHEMA, result=wanted)) for text, wanted in typed.items()}
    assert found == typed


def test_names_and_aggregates_are_found_at_any_depth() -> None:
    expr = parse(
        "not (A == 'x' or exists(B in ['y'], months=2)) and (N if F else total(N, blank(A))) > 1"
        " and bands(Q, [(0, 1)]) > 0 and count(F) > 0",
        SCHEMA,
    )
    assert names_in(expr) == {"A", "B", "N", "F", "Q"}
    assert has_aggregate(expr)
    assert not has_aggregate(parse("blank(A)", SCHEMA))


def test_walking_meets_the_parts_in_order() -> None:
    kinds = [type(part) for part in walk(parse("(D if F else D) < day(A)", SCHEMA))]
    assert kinds == [Compare, IfElse, Name, Name, Name, Call, Name]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("X == 'x'", "unknown name X"),
        ("A", "'A' gives text, but bool is wanted here"),
        ("A.upper() == 'x'", "Call is not in the rule language"),
        ("A.real", "Attribute is not in the rule language"),
        ("A[0] == 'x'", "Subscript is not in the rule language"),
        ("(lambda: F)()", "Call is not in the rule language"),
        ("lambda: F", "Lambda is not in the rule language"),
        ("[x for x in A]", "ListComp is not in the rule language"),
        ("{A: B}", "Dict is not in the rule language"),
        ("(F := F)", "NamedExpr is not in the rule language"),
        ("blank(*A)", "Starred is not in the rule language"),
        ("blank(**A)", "blank takes no keyword"),
        ("blank(A, x=1)", "blank takes no keyword"),
        ("blank(A, B)", "blank takes 1 arguments"),
        ("blank()", "blank takes 1 arguments"),
        ("blank(N)", "text is wanted, this is int"),
        ("__import__('os')", "unknown function __import__"),
        ("eval('1')", "unknown function eval"),
        ("None", "not a literal of the rule language"),
        ("... == A", "not a literal of the rule language"),
        ("-1 == N", "a sign is not in the rule language; write 0 - x"),
        ("~N == 1", "a sign is not in the rule language; write 0 - x"),
        ("not A", "bool is wanted, this is text"),
        ("F and A", "bool is wanted, this is text"),
        ("1 < N < 3", "compare two values at a time"),
        ("A is B", "this comparison is not in the rule language"),
        ("A == N", "cannot compare text with int"),
        ("F == F", "cannot compare bool with bool"),
        ("Q == N", "cannot compare number with int"),
        ("A in B", "a list of literals is wanted"),
        ("A in []", "a list of literals is wanted"),
        ("A in [B]", "every option must be a literal text"),
        ("A in ['x', 1]", "every option must be a literal text"),
        ("A in [['x']]", "every option must be a literal text"),
        ("D in ['2026-05-10']", "a day cannot be looked up in a list"),
        ("Q in [1]", "a number cannot be looked up in a list"),
        ("N / 2 == 1", "only + - * on integers"),
        ("N ** 9 == 1", "only + - * on integers"),
        ("A + B == A", "int is wanted, this is text"),
        ("N if A else N", "bool is wanted, this is text"),
        ("(N if F else A) == 1", "int is wanted, this is text"),
        ("contains(A, B)", "contains: the text to look for must be a literal"),
        ("contains(A, '')", "contains: the text to look for is empty; use blank(x)"),
        ("has_part(A, 'x;y')", "has_part: a part has no separator and no blank at its ends"),
        ("has_part(A, ' x')", "has_part: a part has no separator and no blank at its ends"),
        ("matches(A, '(a+)+')", "pattern '(a+)+': a repeat stands over a repeat"),
        ("D < date('2026-02-30')", "not a day: 2026-02-30"),
        ("D < date('20260510')", "date('YYYY-MM-DD') takes one literal"),
        ("D < date('2026-W01-1')", "date('YYYY-MM-DD') takes one literal"),
        ("D < date(A)", "date('YYYY-MM-DD') takes one literal"),
        ("N > points(A)", "points(n) takes one literal number"),
        ("N > points(1, 2)", "points(n) takes one literal number"),
        ("N > points(True)", "points(n) takes a number, not bool"),
        ("N > points('1')", "points(n) takes a number, not text"),
        ("N > points(1.0001)", "points have at most three decimals"),
        ("N > points(9999999999999999)", "a whole number has at most 18 digits here"),
        ("N > 1234567890123456789", "a whole number has at most 18 digits here"),
        ("Q > 1234567890123", "a whole number has at most 12 digits here"),
        ("Q > 0.1234567", "a number has at most 12 digits and 6 decimals"),
        ("Q > 1234567890123.5", "a number has at most 12 digits and 6 decimals"),
        ("bands(Q) > 0", "bands(value, [(threshold, result), ...])"),
        ("bands(Q, 1) > 0", "bands(value, [(threshold, result), ...])"),
        ("bands(A, [(1, 1)]) > 0", "bands looks at a number"),
        ("bands(Q, []) > 0", "thresholds must rise"),
        ("bands(Q, [(2, 1), (1, 2)]) > 0", "thresholds must rise"),
        ("bands(Q, [(1, 1), (1, 2)]) > 0", "thresholds must rise"),
        ("bands(Q, [1]) > 0", "a step is (threshold, result)"),
        ("bands(Q, [(1, 2, 3)]) > 0", "a step is (threshold, result)"),
        ("bands(N, [(0.5, 1)]) > 0", "a threshold is a literal int"),
        ("bands(N, [(N, 1)]) > 0", "a threshold is a literal int"),
        ("bands(N, [(1, N)]) > 0", "a result is a literal integer"),
        ("bands(N, [(1, 0.5)]) > 0", "a result is a literal integer"),
        ("count() > 0", "count takes 1 arguments"),
        ("total(F) > 0", "total takes 2 arguments"),
        ("count(A) > 0", "bool is wanted, this is text"),
        ("total(A, F) > 0", "int is wanted, this is text"),
        ("exists(exists(F))", "an aggregate cannot stand inside another"),
        ("total(count(F), F) > 0", "an aggregate cannot stand inside another"),
        ("exists(F, months=0)", "the only keyword is months=n, n from 1 to 1200"),
        ("exists(F, months=1201)", "the only keyword is months=n, n from 1 to 1200"),
        ("exists(F, months=True)", "the only keyword is months=n, n from 1 to 1200"),
        ("exists(F, days=3)", "the only keyword is months=n, n from 1 to 1200"),
        ("not " * 60 + "F", "nested too deeply"),
        ("N * N * N > 0", "an integer could grow beyond 18 digits"),
        ("total(N * 1000, F) > 0", "an integer could grow beyond 18 digits"),
        ("length(A) * length(A) * length(A) > 0", "an integer could grow beyond 18 digits"),
    ],
)
def test_whatever_is_not_listed_is_refused(text: str, why: str) -> None:
    assert refusal(text).startswith(why)


@pytest.mark.parametrize(
    "text",
    [
        "greatest(N * N, least(N, 1)) > 0",
        "bands(N, [(1, 999)]) * (N if F else 2) - count(F) > 0",
        "total(points(100), F) + 1 > 0",
        "N > 999999999999999999",
        "Q > 123456789012.123456",
        "Q > .5 or Q > 1.",
    ],
)
def test_what_fits_64_bits_passes(text: str) -> None:
    parse(text, SCHEMA)


def test_a_refusal_shows_the_column() -> None:
    assert refusal("blank(A) or X") == "unknown name X (column 13 of 'blank(A) or X')"


def test_a_rule_about_one_record_cannot_look_at_others() -> None:
    with pytest.raises(BadExpression, match="this is asked of one record"):
        parse_one("exists(F)", SCHEMA)
    with pytest.raises(BadExpression, match="this is asked of one record"):
        parse_over("count(A == 'x') > 1", ("A",))


def test_equal_conditions_are_parsed_once() -> None:
    assert parse_over("blank(A)", ("A",)) is parse_over("blank(A)", ("A",))
