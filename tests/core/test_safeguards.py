import pytest
import re2

from gongxin.core.safeguards import names_any, pattern_of

WORDS = ("宗教事务条例", "a.b(c)|d-e/f$")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("违反《宗教事务条例》第一条", True),
        ("见a.b(c)|d-e/f$", True),
        ("见axb(c)|d-e/f$", False),
        ("违反《示例法》", False),
    ],
)
def test_words_are_literal_texts_by_search_and_by_pattern(text: str, *, named: bool) -> None:
    assert names_any(text, WORDS) is named
    assert (re2.search(pattern_of(WORDS), text) is not None) is named
