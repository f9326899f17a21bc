import string
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.documents import (
    CLOSING,
    FOLD_FROM,
    FOLD_TO,
    FULL_WIDTH,
    HALF_WIDTH,
    INVISIBLE,
    OPENING,
    WHITE_SPACE,
    normalise_document_number,
    normalise_name,
    without_invisible,
)

KEY = "盘市罚(2026)12号"


# rules.md 9.
@pytest.mark.parametrize(
    "text",
    [
        "盘市罚〔2026〕12号",
        "盘市罚［2026］12号",
        "盘市罚[2026]12号",
        "盘市罚（2026）12号",
        "盘市罚(2026)12号",
        "盘市罚【2026】12号",
        "盘市罚{2026}12号",
        "盘市罚｛2026｝12号",
        "盘市罚〈2026〉12号",
        "盘市罚《2026》12号",
        "盘市罚〖2026〗12号",
        "盘市罚﹝2026﹞12号",
        "盘市罚〔２０２６〕１２号",
        " 盘市罚〔2026〕 12　号\r\n",
        "\ufeff盘市罚〔2026〕\u200b12\xa0号",
    ],
)
def test_numbers_that_differ_only_in_brackets_blanks_or_width_are_equal(text: str) -> None:
    assert normalise_document_number(text) == KEY


@pytest.mark.parametrize(
    "text",
    [
        "盘市罚〔2026〕13号",
        "盘市罚〔2026〕012号",
        "盘市罚〔2026〕12",
        "盘市罚2026 12号",
        "盘市罰〔2026〕12号",
    ],
)
def test_numbers_that_differ_otherwise_are_not_equal(text: str) -> None:
    assert normalise_document_number(text) != KEY


def test_latin_letters_are_compared_in_capitals() -> None:
    assert normalise_document_number("ab-Ｃｄ/１") == "AB-CD/1"


def test_letters_beyond_ascii_stay() -> None:
    assert normalise_document_number("ßé罚①") == "ßé罚①"


def test_name_keeps_its_words_and_loses_width_and_blanks() -> None:
    assert normalise_name("盘锦ａｂＣ（集团） 有限公司") == "盘锦ABC(集团)有限公司"


def test_forms_of_companies_stay_different() -> None:
    assert normalise_name("甲有限公司") != normalise_name("甲股份有限公司")


# The contract with DuckDB's translate(text, FOLD_FROM, FOLD_TO).
def test_table_names_each_character_once() -> None:
    assert len(set(FOLD_FROM)) == len(FOLD_FROM)


def test_table_ends_with_the_characters_that_vanish() -> None:
    assert FOLD_FROM[len(FOLD_TO) :] == WHITE_SPACE


def test_table_leaves_nothing_to_fold() -> None:
    assert set(FOLD_FROM) & set(FOLD_TO) == set()


def test_full_and_half_width_stand_at_the_same_places() -> None:
    assert [ord(wide) - ord(half) for wide, half in zip(FULL_WIDTH, HALF_WIDTH, strict=True)] == (
        [0xFEE0] * 94
    )


def test_the_invisible_are_controls_and_characters_of_no_width_but_tab_and_line_ends() -> None:
    """Unicode's categories Cc and Cf in the basic plane, but marks of scripts never used here."""
    named = {c for c in map(chr, range(0x10000)) if unicodedata.category(c) in ("Cc", "Cf")}
    arabic_and_syriac = {*map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2"}

    assert named - arabic_and_syriac - set("\t\n\r") <= set(INVISIBLE)
    assert set("\t\n\r") & set(INVISIBLE) == set()
    assert len(set(INVISIBLE)) == len(INVISIBLE)


@given(st.text())
def test_what_is_seen_stays(text: str) -> None:
    assert without_invisible(text) == "".join(c for c in text if c not in INVISIBLE)


def test_white_space_holds_all_that_python_calls_so() -> None:
    assert {c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace()} <= set(WHITE_SPACE)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_document_number(text)
    assert normalise_document_number(once) == once


@given(st.text(alphabet=FOLD_FROM + string.printable + "盘罚〔〕号"))
def test_result_holds_no_blank_no_lower_case_and_one_kind_of_bracket(text: str) -> None:
    result = set(normalise_document_number(text))
    assert result & set(WHITE_SPACE + string.ascii_lowercase + OPENING + CLOSING) == set()


@given(st.text(alphabet=HALF_WIDTH))
def test_width_makes_no_difference(text: str) -> None:
    wide = text.translate(str.maketrans(HALF_WIDTH, FULL_WIDTH))
    assert normalise_document_number(wide) == normalise_document_number(text)
