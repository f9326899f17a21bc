import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core import uscc
from gongxin.core.uscc import ALPHABET, PAIRS, PROVINCES, RESIDENT_WEIGHTS

# docs/domain/uscc.md 3.2: codes taken from public rows, as stated there.
RIGHT = ["91320100748204660Q", "11230500001755309F", "91230500MA1B3N1N2M", "11320100MB1886843H"]
WRONG = ["91110000100001825N", "914300007024418691", "91320281137692538X"]
ONLY_OUTER = "914201007171752128"
# The samples' number: area 219999, born 2077, nobody's. It passes both checks.
IMPOSSIBLE_ID = "219999207706140387"


def with_check(first17: str) -> str:
    return first17 + uscc.check_character(first17)


def resident_id(province: str, area: int, born: date, serial: int) -> str:
    first17 = f"{province}{area:04}{born:%Y%m%d}{serial:03}"
    total = sum(int(c) * w for c, w in zip(first17, RESIDENT_WEIGHTS, strict=True))
    return first17 + "10X98765432"[total % 11]  # the table of GB 11643


# The organisation code has a letter, so none of these is all digits.
codes = st.builds(
    lambda pair, region, body: with_check(f"{pair}{region:06}M{body}"),
    st.sampled_from(sorted(PAIRS)),
    st.integers(0, 999999),
    st.text(ALPHABET, min_size=8, max_size=8),
)
resident_ids = st.builds(
    resident_id,
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


def test_weights_are_powers_of_three() -> None:
    assert list(uscc.WEIGHTS) == [pow(3, i, 31) for i in range(17)]


def test_provinces_are_those_of_gb_t_2260_and_99() -> None:
    spans = (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
        (99, 99),
    )
    assert {str(n) for first, last in spans for n in range(first, last + 1)} == PROVINCES


@pytest.mark.parametrize("code", RIGHT)
def test_codes_of_public_rows_are_valid(code: str) -> None:
    assert uscc.findings(code) == ()
    assert uscc.is_valid(code)
    assert uscc.passes_check(code)


@pytest.mark.parametrize("code", WRONG)
def test_wrong_codes_of_a_demo_file_are_refused(code: str) -> None:
    assert uscc.findings(code) == ("uscc_check_digit",)
    assert uscc.warnings(code) == ()


def test_inner_failure_only_warns() -> None:
    assert uscc.is_valid(ONLY_OUTER)
    assert uscc.warnings(ONLY_OUTER) == ("org_code_check",)


def test_one_repeated_eighteen_times_is_refused() -> None:  # any86/any-rule#331
    assert uscc.findings("111111111111111111") == ("uscc_check_digit",)


def test_check_character_0_is_a_check_character() -> None:  # wellenzhong/cn-validator#2
    # By hand: 9·1 + 1·3 + 1·9 + 1·27 = 48, and L (20) at place 15 (weight 10): 248 = 8·31.
    assert uscc.is_valid("91110000000000L000")


def test_region_list_is_not_used() -> None:  # jaywcjlove/regexp-example#23
    assert uscc.findings("92141127MA0KD1Y64A") == ()


@pytest.mark.parametrize("region", ["000000", "999999", "690000"])
def test_no_region_is_refused(region: str) -> None:
    assert uscc.is_valid(with_check(f"91{region}MA0KD1Y64"))


@pytest.mark.parametrize("letter", "IOZSV")
@pytest.mark.parametrize("place", [0, 1, 8, 12, 17])
def test_letters_outside_the_alphabet_are_refused(letter: str, place: int) -> None:
    code = RIGHT[0][:place] + letter + RIGHT[0][place + 1 :]  # xbeginagain/generator#3
    assert uscc.findings(code) == ("uscc_form",)


@pytest.mark.parametrize(
    "text",
    [
        "9132010074820466",
        "91320100748204660QQ",
        "91320100748204660q",
        " 91320100748204660Q",
        "91320100748204660Q\n",
        "9132A100748204660Q",
        "９1320100748204660Q",
        "9132010074820466٠Q",
        "盘锦市市场监督管理局",
    ],
)
def test_form_is_exact(text: str) -> None:
    assert not uscc.is_form(text)
    assert uscc.findings(text) == ("uscc_form",)


@pytest.mark.parametrize("pair", ["00", "01", "14", "22", "36", "48", "5A", "63", "B1", "Y2", "Y9"])
def test_pair_that_cannot_be_is_an_error_of_form(pair: str) -> None:
    assert uscc.findings(with_check(pair + "211100MA0KD1Y64")) == ("uscc_form",)


@pytest.mark.parametrize("pair", ["94", "99", "9A", "A2", "N4"])
def test_pair_of_an_authority_not_known_for_certain_only_warns(pair: str) -> None:
    code = with_check(pair + "211100MA0KD1Y64")
    assert uscc.is_valid(code)
    assert uscc.warnings(code) == ("uscc_pair",)


@pytest.mark.parametrize("pair", ["11", "12", "34", "35", "51", "62", "81", "93", "A1", "N2", "Y1"])
def test_documented_pairs_are_right(pair: str) -> None:
    code = with_check(pair + "211100MA0KD1Y64")
    assert uscc.is_valid(code)
    assert uscc.warnings(code) == ()


def test_both_warnings_come_in_order() -> None:
    assert uscc.warnings(with_check("94211100MA0KD1Y60")) == ("org_code_check", "uscc_pair")


@pytest.mark.parametrize("text", ["", " ", "\u3000", "-", "——", "\ufeff\t"])
def test_blank_is_missing(text: str) -> None:
    assert uscc.findings(text) == ("uscc_missing",)


@pytest.mark.parametrize(
    "text", ["00000000000000000X", "00000000000000000x", " 00000000000000000Ｘ"]
)
def test_placeholder_is_named(text: str) -> None:
    assert uscc.findings(text) == ("uscc_placeholder",)


def test_eighteen_zeros_are_no_placeholder_and_no_code() -> None:
    assert uscc.passes_check(18 * "0")
    assert uscc.findings(18 * "0") == ("uscc_form",)


@pytest.mark.parametrize(
    "text",
    [
        "9.12111E+17",
        "9.11e17",
        "9.11E+017",
        "911210000000000000.0",
        "9E+17",
        " 9.12E+17",
        "９．１２Ｅ＋１７",
    ],
)
def test_code_turned_into_a_number_is_named(text: str) -> None:
    assert uscc.findings(text) == ("float_code",)


@pytest.mark.parametrize("text", ["", "E+17", "9E17", "91110000123E123456", "9.1E", "9.1E+1234"])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert not uscc.is_float_shaped(text)


@pytest.mark.parametrize(
    "text",
    [IMPOSSIBLE_ID, " 219999 20770614 0387 ", "219999-20770614-0387", "２１９９９９207706140387"],
)
def test_persons_number_is_named_although_it_passes_the_check(text: str) -> None:
    assert uscc.passes_check(IMPOSSIBLE_ID)
    assert uscc.findings(text) == ("uscc_is_person",)
    assert uscc.is_person_number(text)


# 11010519491231002X is the worked example of GB 11643-1999 annex A.
@pytest.mark.parametrize("text", ["11010519491231002X", "11010519491231002x"])
def test_example_of_the_standard_is_a_resident_number(text: str) -> None:
    assert uscc.is_resident_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105491231002",
        "110105194912310021",
        "11010519491231002XX",
        "X1010519491231002X",
        "1101051949123100２X",
    ],
)
def test_other_texts_are_no_resident_numbers(text: str) -> None:
    assert not uscc.is_resident_id(text)


# Check characters worked with the weights of GB 11643; each would pass but for the named part.
@pytest.mark.parametrize(
    ("first17", "why"),
    [
        ("91010519491231002", "no province"),
        ("01010519491231002", "no province"),
        ("11010517991231002", "year"),
        ("11010521001231002", "year"),
        ("11010519490229002", "no such day"),
        ("11010519491331002", "no such month"),
    ],
)
def test_implausible_numbers_are_no_resident_numbers(first17: str, why: str) -> None:
    assert not any(uscc.is_resident_id(first17 + last) for last in "0123456789X"), why


def test_enterprises_all_digit_code_is_never_a_person() -> None:
    # "20570101" stands where a birth date would, and the resident check passes as well (Σ ≡ 1
    # mod 11), but 91 is no province.
    code = "913101205701013217"
    weighted = zip(code, (*RESIDENT_WEIGHTS, 1), strict=True)
    assert sum(int(c) * w for c, w in weighted) % 11 == 1
    assert not uscc.is_person_number(code)
    assert uscc.is_valid(code)


@given(resident_ids)
def test_no_resident_number_is_a_valid_code(number: str) -> None:
    assert uscc.is_resident_id(number)
    assert not uscc.is_valid(number)
    assert uscc.findings(number) == ("uscc_is_person",)


@given(codes)
def test_generated_codes_are_valid(code: str) -> None:
    assert uscc.findings(code) == ()


@given(code=codes, place=st.integers(8, 17), other=st.sampled_from(ALPHABET))
def test_every_single_substitution_is_caught(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert uscc.passes_check(changed) is (changed == code)


@given(code=codes, place=st.integers(2, 7), other=st.sampled_from(string.digits))
def test_every_single_substitution_in_the_region_is_caught(
    code: str, place: int, other: str
) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert uscc.passes_check(changed) is (changed == code)


@given(st.text())
def test_any_text_has_at_most_one_finding_and_a_finding_excludes_warnings(text: str) -> None:
    found = uscc.findings(text)
    assert len(found) <= 1
    assert len(found) == 0 or uscc.warnings(text) == ()


@given(codes)
def test_typing_of_a_code_is_a_finding(code: str) -> None:
    typed = f" {code[:2].lower()}-{code[2:8]} {code[8:].lower()}\u3000"
    assert uscc.compact(typed) == code
    assert uscc.findings(typed) == ("uscc_form",)


def test_organisation_code_is_places_9_to_17() -> None:
    assert uscc.organisation_code("91320100748204660Q") == "748204660"


# 748204660: 7·3+4·7+8·9+2·10+0·5+4·8+6·4+6·2 = 209 = 19·11, 11 − 0 = 11: "0".
# MA0KD1Y64: 22·3+10·7+0·9+20·10+13·5+1·8+34·4+6·2 = 557 = 50·11 + 7, 11 − 7: "4".
# ZZZZZZZZ3: 35·48 = 1680 = 152·11 + 8, 11 − 8: "3".
# 000000094: 9·2 = 18 = 11 + 7: "4". 00000006X: 6·2 = 12 = 11 + 1, 11 − 1 = 10: "X".
@pytest.mark.parametrize("text", ["748204660", "MA0KD1Y64", "ZZZZZZZZ3", "000000094", "00000006X"])
def test_organisation_codes_that_check(text: str) -> None:
    assert uscc.organisation_code_passes(text)


@pytest.mark.parametrize(
    "text", ["", "748204661", "74820466-0", "ma0kd1y64", "00000006A", "00000006x"]
)
def test_organisation_codes_that_do_not_check(text: str) -> None:
    assert not uscc.organisation_code_passes(text)


@pytest.mark.parametrize("text", ["", "9132010074820466", "913201007482046601"])
def test_check_character_needs_seventeen(text: str) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        uscc.check_character(text)


def test_check_character_needs_the_alphabet() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        uscc.check_character("9132010074820466O")


# The contract with DuckDB's translate(text, COMPACT_FROM, COMPACT_TO).
def test_table_names_each_character_once() -> None:
    assert len(set(uscc.COMPACT_FROM)) == len(uscc.COMPACT_FROM)


@given(st.text())
def test_compacting_twice_changes_nothing(text: str) -> None:
    once = uscc.compact(text)
    assert uscc.compact(once) == once
