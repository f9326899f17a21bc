"""Texts that tell engines apart: cells as people write them, and what no one should write."""

from datetime import date

from hypothesis import strategies as st

from gongxin.core import uscc
from tests.fixtures.penalties import code, resident_number

SPECIAL = [
    "",
    " ",
    "\u3000",
    "0 ",
    " 0",
    "0\n",
    "2026-05-10 ",
    "\n2026-05-10",
    "1900-01-01\n",
    f"{code(1)}\n",
    "罚款",
    "罚款;没收违法所得",
    "警告， 罚款；其他-约谈、",
    "暂扣 ; 吊销",
    "《示例条例》第三条",
    "02",
    "99",
    "自然人",
    "0",
    "-0",
    "+0.5",
    "2.35",
    "0.000001",
    "1.0000001",
    "999999999999.999999",
    "1000000000000",
    ".5",
    "5.",
    "1e3",
    "１２",
    "٣",
    "1,000",
    "2026-05-10",
    "2026-5-1",
    "2026-02-30",
    "2026/05/10 23:59:59",
    "2026年5月10日",
    "2026.5.10",
    "20260510",
    "20261310",
    "1900-01-01",
    "1899-12-31",
    "1949-09-30",
    "1949-10-01",
    "2099-12-31",
    "9999-12-31",
    "0000-01-01",
    "19999",
    "20000",
    "46152",
    "80000",
    "80001",
    "9.11211E+17",
    "911211220000000000.0",
    uscc.PLACEHOLDER,
    uscc.PLACEHOLDER.lower(),
    code(1),
    code(1).lower(),
    f" {code(2)[:8]} {code(2)[8:]}",
    code(3, "92"),
    code(4)[:-1] + "#",
    resident_number(1),
    resident_number(11),
    "11010519491231002X",
    "11010519491231002x",
    "o'clock",
    'a"b',
    "a\\b",
    "a\nb",
    "a\r\nb",
    "%_",
    "😀",
    "e\u0301",
    "ß",
    "İ",
    "\ufeff",
    "\u200b",
    "\x1f",
    "\x7f",
]
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
DIGITS = "0123456789"


def _changed(text: str, place: int, other: str) -> str:
    return text[: place % (len(text) + 1)] + other + text[place % (len(text) + 1) + 1 :]


texts = st.one_of(
    st.sampled_from(SPECIAL),
    st.text(characters, max_size=20),
    st.text(DIGITS + ".+-Ee/年月日 ", max_size=20),
    st.text(uscc.ALPHABET + "xIOSZ", min_size=17, max_size=19),
    st.builds(
        _changed, st.sampled_from(SPECIAL), st.integers(0, 20), st.text(characters, max_size=2)
    ),
    st.dates(date(1890, 1, 1), date(2110, 1, 1)).map(date.isoformat),
    st.dates(date(1890, 1, 1), date(2110, 1, 1)).map(lambda d: f"{d.year}年{d.month}月{d.day}日"),
    st.integers(0, 999).map(resident_number),
    st.integers(0, 9999).map(code),
    st.decimals(-(10**12), 10**12, places=6).map(str),
)
