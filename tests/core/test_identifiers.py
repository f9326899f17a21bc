import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core import privacy
from gongxin.core.identifiers import (
    CodeKind,
    code_of,
    codes_of,
    registration_check_digit,
)
from tests.core.test_uscc import resident_ids

ORGANISATION = "748204660"  # places 9–17 of a code in docs/domain/uscc.md
TAX = f"320100{ORGANISATION}"
# A sample number of published pages; its serial is no day.
REGISTRATION = "110108000000016"

digits = st.text(string.digits, min_size=3, max_size=3)
old_resident_numbers = st.builds(
    lambda place, born, serial: f"{place}{born:%y%m%d}{serial}",
    st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
    st.dates(),
    digits,
)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
passports = st.from_regex(r"[A-Z][0-9]{8}|E[A-Z][0-9]{7}", fullmatch=True)
additions = st.sampled_from(["", "0", "00", "00000", "01", "X", "号"])
gaps = st.sampled_from(["", " ", "-", "　", "\n"])


def iso_7064_holds(number: str) -> bool:
    """ISO 7064, the hybrid system MOD 11,10: written from its definition, not from ours."""
    held = 10
    for digit in number[:-1]:
        total = (held + int(digit)) % 10
        held = (2 * (total if total != 0 else 10)) % 11
    return (held + int(number[-1])) % 10 == 1


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        (CodeKind.REGISTRATION, REGISTRATION, REGISTRATION),
        (CodeKind.REGISTRATION, " 110108 0000 0001-6", REGISTRATION),
        (CodeKind.REGISTRATION, "１１０１０８０００００００１６", REGISTRATION),
        (CodeKind.ORGANISATION, "74820466-0", ORGANISATION),
        (CodeKind.ORGANISATION, "ma000004-x", "MA000004X"),
        (CodeKind.TAX, TAX, TAX),
        (CodeKind.INSTITUTION, "135020000060", "135020000060"),
        (CodeKind.INSTITUTION, "事证第１３５０２００００６０号", ""),  # eleven digits
        (CodeKind.INSTITUTION, "事证第135020000060号", "135020000060"),
        (CodeKind.SOCIAL, "（浙）社证字第1234号", "浙社证字第1234号"),
        (CodeKind.SOCIAL, "浙社证字 第１２３４号", "浙社证字第1234号"),
        (CodeKind.SOCIAL, "民证字0012号", "民证字第0012号"),
    ],
)
def test_a_number_has_one_way_of_writing(kind, written, code):
    assert code_of(kind, written) == code


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (CodeKind.REGISTRATION, ""),
        (CodeKind.REGISTRATION, "110108000000017"),  # the check digit
        (CodeKind.REGISTRATION, "1101080000000016"),  # a digit too many
        (CodeKind.REGISTRATION, "2111001234567"),  # thirteen digits, as before 2007
        (CodeKind.REGISTRATION, "110108600000010"),  # a sole trader's serial
        (CodeKind.REGISTRATION, "91320100748204660Q"),
        (CodeKind.ORGANISATION, "748204661"),
        (CodeKind.ORGANISATION, "7482046600"),
        (CodeKind.TAX, "320100748204661"),
        (CodeKind.TAX, f"{TAX}00"),
        (CodeKind.TAX, "91320100748204660Q"),
        (CodeKind.INSTITUTION, "013800000000"),
        (CodeKind.INSTITUTION, "1350200000601"),
        (CodeKind.SOCIAL, "社证字第3047-14号"),  # a branch's; its society's is another
        (CodeKind.SOCIAL, "社证字第13800000000号"),
        (CodeKind.SOCIAL, "4001"),
        (CodeKind.SOCIAL, f"{'9' * 41}社证字第1号"),
    ],
)
def test_a_number_of_another_form_is_none(kind, written):
    assert code_of(kind, written) == ""


def test_the_sole_traders_number_would_pass_the_check():
    assert iso_7064_holds("110108600000010")


@given(st.from_regex(r"[0-9]{14}", fullmatch=True))
def test_the_check_digit_is_the_one_of_iso_7064(first14: str):
    right = [d for d in string.digits if iso_7064_holds(first14 + d)]

    assert right == [registration_check_digit(first14)]


def test_a_text_may_be_two_kinds_at_once():
    """Region 211106 and organisation code 000000019; the same digits check as a registration."""
    both = "211106000000019"
    assert iso_7064_holds(both)

    assert codes_of(both) == ((CodeKind.REGISTRATION, both), (CodeKind.TAX, both))
    assert codes_of(TAX) == ((CodeKind.TAX, TAX),)
    assert codes_of("示例有限公司") == ()


def test_what_stands_for_no_code_is_none():
    assert codes_of("000000000") == ()
    assert codes_of("320100000000000") == ()


@given(resident_ids, additions, gaps)
def test_no_resident_number_is_read(number: str, added: str, gap: str):
    assert codes_of(gap.join([number[:6], number[6:14], number[14:]]) + added) == ()


@given(old_resident_numbers, additions, gaps)
def test_no_old_resident_number_is_read(number: str, added: str, gap: str):
    assert codes_of(gap.join([number[:6], number[6:12], number[12:]]) + added) == ()


@given(old_resident_numbers)
def test_an_old_resident_number_is_not_read_with_a_right_check_digit(number: str):
    assert codes_of(number[:14] + registration_check_digit(number[:14])) == ()


@given(st.sampled_from(["", "86", "+86"]), mobiles, gaps)
def test_no_mobile_number_is_read(country: str, number: str, gap: str):
    assert codes_of(gap.join([country, number[:3], number[3:]])) == ()


@given(passports)
def test_no_passport_or_permit_is_read(number: str):
    assert codes_of(number) == codes_of(f"320100{number}") == ()


@given(
    st.one_of(
        st.from_regex(r"[1-9][0-9]{5}[0-5][0-9]{8}", fullmatch=True),
        st.from_regex(r"(320100)?[0-9A-Z]{8}[0-9X]", fullmatch=True),
        st.from_regex(r"1[1-9][0-9]{10}", fullmatch=True),
        st.from_regex(r"[辽浙]?[社民基]证字第[0-9]{1,8}号", fullmatch=True),
    )
)
def test_what_is_read_does_not_look_like_personal_data(text: str):
    assert {privacy.found(code) for _, code in codes_of(text)} <= {()}


@given(st.text(max_size=50))
def test_reading_a_code_again_changes_nothing(text: str):
    assert [code_of(kind, code) for kind, code in codes_of(text)] == [
        code for _, code in codes_of(text)
    ]
