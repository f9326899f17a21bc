"""Amounts of money as exact decimals in 万元, the unit of the field's standards (金额)."""

import re
from decimal import Decimal

# N..18,6: 18 digits, 6 of them decimals. Yuan have 4 more before and 4 fewer after the point;
# databases pad them with zeros, so up to 10 decimals are read and must then be zeros.
_WAN = re.compile(r"([+-]?)([0-9]{1,12})(?:\.([0-9]{1,6}))?")
_YUAN = re.compile(r"([+-]?)([0-9]{1,16})(?:\.([0-9]{1,10}))?")


def parse_amount(text: str) -> Decimal | None:
    """Return an amount in 万元 with exactly 6 decimals, or None if the text is not one (万元金额).

    ASCII: an optional sign, 1–12 digits, optionally a point and 1–6 digits. Thousands commas,
    exponents, currency signs and full-width digits are not accepted: they are a finding, never a
    guess. So are blanks: reading a file took off those around a cell.

    >>> parse_amount("2.35"), parse_amount("1,000")
    (Decimal('2.350000'), None)
    """
    found = _WAN.fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals = found.groups(default="")
    return _millionths(sign, int(whole + decimals.ljust(6, "0")))


def from_yuan(text: str) -> Decimal | None:
    """Return an amount written in yuan as 万元 with exactly 6 decimals, or None (元换算万元).

    The amount must be exact in 万元 with 6 decimals, that is in whole fen: zeros after the second
    decimal are ignored, other digits there make it None. Otherwise as ``parse_amount``.

    >>> from_yuan("10000"), from_yuan("0.01"), from_yuan("0.001")
    (Decimal('1.000000'), Decimal('0.000001'), None)
    """
    found = _YUAN.fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals = found.groups(default="")
    fen = decimals.rstrip("0")
    if len(fen) > len("00"):
        return None
    return _millionths(sign, int(whole + fen.ljust(2, "0")))


def _millionths(sign: str, count: int) -> Decimal:
    # Built from its digits: exact, and no decimal context has a say. Zero has no sign.
    negative = sign == "-" and count != 0
    return Decimal((int(negative), tuple(map(int, str(count))), -6))
