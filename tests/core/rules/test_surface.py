import warnings

import pytest

from gongxin.core.rules import BadExpression, Type, parse

SCHEMA = {"A": Type.TEXT, "B": Type.TEXT, "N": Type.INT, "D": Type.DAY, "Q": Type.NUMBER}


def refusal(text: str) -> str:
    with pytest.raises(BadExpression) as refused:
        parse(text, SCHEMA)
    return refused.value.message


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("blank(A) or " * 400 + "blank(A)", "longer than 4000 characters"),
        ("A == f'{B}'", "a text stands in plain quotes with a blank before it, not after 'f'"),
        ("A == b'x'", "a text stands in plain quotes with a blank before it, not after 'b'"),
        ("A == u'x'", "a text stands in plain quotes with a blank before it, not after 'u'"),
        ("A in['x'] or A in'x'", "a text stands in plain quotes with a blank before it"),
        ("A == '\\d'", "a backslash in a text is written twice: \\\\d"),
        ("A == '\\N{DIGIT ONE}'", "a backslash in a text is written twice: \\\\N"),
        ("blank(A) # and blank(B)", "no remarks inside an expression"),
        ("A in ['x' 'y']", "two texts follow each other: a comma is missing between them"),
        ("A == 'x'\"y\"", "two texts follow each other: a comma is missing between them"),
        ("length(A) > 0x10", "write a number as digits, with a blank after it"),
        ("length(A) > 1_000", "write a number as digits, with a blank after it"),
        ("length(A) > 1and blank(B)", "write a number as digits, with a blank after it"),
        ("number(A) > 1e5", "write a number as digits, with a blank after it"),
        ("number(A) > 1e999", "write a number as digits, with a blank after it"),
        ("number(A) > 1.5e999", "write a number as digits, with a blank after it"),
        ("number(A) > 1j", "write a number as digits, with a blank after it"),
    ],
)
def test_what_python_would_read_its_own_way_is_refused(text: str, why: str) -> None:
    assert refusal(text).startswith(why)


@pytest.mark.parametrize(
    "text",
    [
        "A == '#'",
        'A == "it\'s"',
        "A == 'x\\'y'",
        "matches(A, '\\\\d')",
        "matches(A, r'\\d')",
        "A == '\\u3000\\n\\t'",
        "A == '1e5'",
        "A == ''",
        "  blank(A)\n",
    ],
)
def test_texts_may_hold_what_bare_expressions_may_not(text: str) -> None:
    parse(text, SCHEMA)


def test_the_meaning_does_not_hang_on_the_filter_of_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert refusal("matches(A, '\\d')").startswith("a backslash in a text is written twice")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "blank(A",
        "A = 'x'",
        "blank(A); blank(B)",
        "import os",
        "A == '\x00'",
        "A == '\ud800'",
        "A == '\\x1'",
        "(" * 300 + "A" + ")" * 300,
        "-" * 3000 + "1 == 1",
        "x" * 300 + "(",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    refusal(text)


def test_a_long_text_is_shown_in_part() -> None:
    assert len(refusal("A" * 3000)) < 400
