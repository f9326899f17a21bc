import re

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.safeguards import figures, names_any, pattern_of

WORDS = ("宗教事务条例", "a.b(c)|d-e/f$", "示例法》第二十五条", "示例法》第一百零二条", "HIV")
PATTERN = pattern_of(WORDS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("违反《宗教事务条例》第一条", True),
        ("违反《宗教 事务\n条例》", True),
        ("违反《宗\u200b教事\u00ad务条　例》", True),
        ("宗教的事务条例", False),
        ("见a.b(c)|d-e/f$", True),
        ("见Ａ.b(C)|d-e/f$", True),
        ("见axb(c)|d-e/f$", False),
        ("系hiv感染者", True),
        ("系Ｈ I Ｖ感染者", True),
        ("《示例法》第二十五条", True),
        ("示例法第二十五条第一款第（三）项", True),
        ("《示例法》 第 二十五 条", True),
        ("《示例法》（2012修正）第二十五条", True),
        ("《示例法（2012修正）》第二十五条", True),
        ("《示例法》第十条、第二十五条", True),
        ("《示例法》第25条第1项", True),
        ("《示例法》第２５条", True),
        ("《示例法》第102条", True),
        ("《示例法》第二十六条", False),
        ("《示例法》第一百二十五条", False),
        ("《示例法》第125条", False),
        ("《示例法》第256条", False),
        ("《示例法》第十条、《另法》第二十五条", False),
        ("《示例法》第十条，另法第二十五条", False),
        ("示例法第十条和另一例第二十五条", False),
        ("违反《示例法》", False),
        ("第二十五条", False),
        ("", False),
    ],
)
def test_a_word_is_found_however_it_is_written(text: str, *, named: bool) -> None:
    assert (re.search(PATTERN, text) is not None) is named
    assert (re2.search(PATTERN, text) is not None) is named


@given(st.text("示例法第二十五条百零2５（修正）、，《》\u200b \n宗教事务条例hIｖ", max_size=30))
def test_both_engines_find_the_same(text: str) -> None:
    assert (re.search(PATTERN, text) is None) is (re2.search(PATTERN, text) is None)


@given(word=st.text(min_size=1, max_size=6), before=st.text(), after=st.text())
def test_a_word_as_written_is_always_found(word: str, before: str, after: str) -> None:
    found = re.search(pattern_of([word]), before + word + after)
    assert found is not None or word.partition("》第")[1] != ""


@pytest.mark.parametrize(
    ("number", "value"),
    [("一", 1), ("十", 10), ("十五", 15), ("二十", 20), ("一百零二", 102), ("一百一十", 110)],
)
def test_a_number_of_an_article_is_read(number: str, value: int) -> None:
    assert figures(number) == value


def test_names_are_literal_texts() -> None:
    assert names_any("违反《宗教事务条例》", WORDS)
    assert not names_any("违反《宗教 事务条例》", WORDS)
