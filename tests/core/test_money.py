from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.money import from_yuan, parse_amount

REFUSED = [
    "",
    " ",
    ".5",
    "5.",
    "1,000",
    "1e3",
    "１２",
    "¥5",
    "5元",
    "+-5",
    "NaN",
    "1 000",
    " 1",
    "1\n",
    "1\u3000",
    "٣",
]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0.000000"),
        ("-0.0", "0.000000"),
        ("10", "10.000000"),
        ("+2.35", "2.350000"),
        ("-2.35", "-2.350000"),
        ("007.000001", "7.000001"),
        ("999999999999.999999", "999999999999.999999"),
    ],
)
def test_amount_has_six_decimals(text: str, amount: str) -> None:
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize("text", [*REFUSED, "1.1234567", "1000000000000", "1.0000000"])
def test_what_does_not_fit_is_no_amount(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10000", "1.000000"),
        ("1", "0.000100"),
        ("-0.01", "-0.000001"),
        ("23500.5", "2.350050"),
        ("23500.5000000000", "2.350050"),
        ("9999999999999999.99", "999999999999.999999"),
        ("0.00", "0.000000"),
    ],
)
def test_yuan_become_wan(text: str, amount: str) -> None:
    assert str(from_yuan(text)) == amount


@pytest.mark.parametrize("text", [*REFUSED, "0.001", "0.0100000001", "10000000000000000"])
def test_yuan_that_are_not_exact_are_no_amount(text: str) -> None:
    assert from_yuan(text) is None


@given(st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=6))
def test_every_amount_is_read_back(amount: Decimal) -> None:
    assert parse_amount(f"{amount:f}") == amount


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_every_number_of_fen_is_exact(fen: int) -> None:
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"
    amount = from_yuan(text)
    assert amount is not None
    assert amount.as_tuple().exponent == -6
    assert int(amount.scaleb(6)) == fen
