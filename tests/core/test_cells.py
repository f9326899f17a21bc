"""No cell begins a formula, whatever stands before the sign (T12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.cells import FORMULA, neutral
from gongxin.core.documents import INVISIBLE, WHITE_SPACE

BEGINNINGS = st.text(st.sampled_from([*sorted(set(FORMULA + INVISIBLE + WHITE_SPACE)), "a"]))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\u200b=1",
    ],
)
def test_what_begins_a_formula_is_text(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "盘锦示例有限公司", "1-1", "a=1", "'=1", "2026-05-10"])
def test_other_texts_stay(text):
    assert neutral(text) == text


@given(BEGINNINGS | st.text())
def test_no_cell_begins_with_a_sign_of_a_formula(text):
    found = neutral(text)

    assert not found.lstrip(INVISIBLE + WHITE_SPACE).startswith(tuple(FORMULA))
    assert found in (text, f"'{text}")
