import re

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.rules import readings
from gongxin.core.rules.patterns import fault_of, matches

TWO_WAYS = "could be read in two ways"


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "罚款",
        "a.c",
        "[0-9]{4}[0-9]{2}",
        "\\d{1,9}(?:\\.\\d{1,6})?",
        "[a-zA-Z_-]+",
        "[-a]*",
        "[^;；]+",
        "[\\]\\-\\d]",
        "(a|b|)",
        "(ab?)+",
        "(?:甲|乙)*丙",
        "a{2,}",
        "a{0,100}b",
        "x{3}",
        "(a{2}){3}",
        "\\(\\)\\[\\]\\{\\}\\+\\*\\?\\|\\/\\-\\.\\\\\\w",
        "[^《]*《[^》]+》[^第]*第[^条]+条[^※]*",
        "(?:其他-[^;]*|罚款 *)(?:[;] *(?:其他-[^;]*|罚款 *))*",
    ],
)
def test_a_pattern_of_the_subset_passes_and_compiles_everywhere(pattern: str) -> None:
    assert fault_of(pattern) is None
    re.compile(pattern, re.ASCII)
    re2.compile(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a*)*",
        "(a?)+",
        "(a|a)*",
        "(a|aa)+",
        "(a|)*",
        "(?:a?){30}a{30}",
        "a?" * 30 + "a" * 30,
        "a*a*a*b",
        ".*.*.*x",
        ".*a.*",
        "([a-z]+.?)+",
        "(x(a?|b?))*",
        "(|a|)",
        "(?:[ab]{0,50}b){2}",
        "[0-9]{1,4}[0-9]{1,4}",
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    assert TWO_WAYS in str(fault_of(pattern))


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("^a", "position 1: '^' is not in the pattern subset"),
        ("a$", "position 2: '$' is not in the pattern subset"),
        ("a)", "position 2: ')' is not in the pattern subset"),
        ("a]", "position 2: ']' is not in the pattern subset"),
        ("*a", "position 1: '*' is not in the pattern subset"),
        ("(?=a)", "position 2: '?' is not in the pattern subset"),
        ("(?i)a", "position 2: '?' is not in the pattern subset"),
        ("(?P<x>a)", "position 2: '?' is not in the pattern subset"),
        ("(a", "position 3: a group is not closed"),
        ("\\bx", "position 1: this escape is not in the pattern subset"),
        ("(a)\\1", "position 4: this escape is not in the pattern subset"),
        ("\\", "position 1: this escape is not in the pattern subset"),
        ("\\p{Han}", "position 1: this escape is not in the pattern subset"),
        ("a**", "position 3: a repeat cannot follow a repeat"),
        ("a*?", "position 3: a repeat cannot follow a repeat"),
        ("a++", "position 3: a repeat cannot follow a repeat"),
        ("a{2}{3}", "position 5: a repeat cannot follow a repeat"),
        ("a{2,1}", "position 2: a repeat needs m <= n and n > 0"),
        ("a{0}", "position 2: a repeat needs m <= n and n > 0"),
        ("a{,3}", "position 2: a repeat is written {m}, {m,} or {m,n}"),
        ("a{1,101}", "position 2: a repeat is above 100"),
        ("a{101,}", "position 2: a repeat is above 100"),
        ("[]", "position 2: a class needs a character"),
        ("[^]", "position 3: a class needs a character"),
        ("[a", "position 3: a class is not closed, or holds an unescaped ["),
        ("[[:alpha:]]", "position 2: a class is not closed, or holds an unescaped ["),
        ("[z-a]", "position 5: a range goes upwards"),
        ("[\\w-z]", "position 6: a range goes from one character to another"),
        ("[\\d-z]", "position 6: a range goes from one character to another"),
        ("[a&&b]", "position 4: no operations on classes"),
        ("[\\]&&a]", "position 5: no operations on classes"),
        ("[--a]", "position 3: no operations on classes"),
        ("(" * 22 + "a" + ")" * 22, "position 22: nested too deeply"),
    ],
)
def test_what_is_not_in_the_subset_is_refused_with_its_place(pattern: str, fault: str) -> None:
    assert fault_of(pattern) == fault


def test_a_pattern_is_not_longer_than_engines_take() -> None:
    assert fault_of("(?:a{100}){10}") is None
    assert fault_of("(?:a{100}){11}") == "longer than 1000 characters with its repeats written out"


def test_the_search_for_a_second_reading_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MAX_PAIRS", 10)
    assert fault_of("a{0,30}(?:x|y)a{0,30}z|a{31,60}w") == "too many ways to begin alike"


def test_a_pattern_means_the_whole_text() -> None:
    assert matches("2026", "[0-9]{4}")
    assert not matches("2026年", "[0-9]{4}")
    assert not matches("2026\n", "[0-9]{4}")


def test_digits_and_words_are_ascii() -> None:
    assert not matches("２", "\\d")
    assert not matches("字", "\\w")


LEAVES = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "字"])


def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


PATTERNS = st.recursive(LEAVES, extend, max_leaves=8)
TEXTS = st.text(alphabet="ab1字\n", max_size=8)


@given(pattern=PATTERNS, text=TEXTS)
def test_python_and_re2_agree_on_every_text(pattern: str, text: str) -> None:
    fault = fault_of(pattern)
    expected = re2.fullmatch(pattern, text) is not None
    assert fault is not None or matches(text, pattern) == expected


def readings_of(pattern: str, text: str) -> int:
    """Count the readings of a text by brute force, for patterns made of a, b, | and groups."""
    parts = re.findall(r"\(\?:([ab|]*)\)(\*|\?)?|([ab])", pattern)
    counts = {0: 1}
    for group, sign, letter in parts:
        counts = _after(counts, group.split("|") if not letter else [letter], sign, text)
    return counts.get(len(text), 0)


def _after(counts: dict[int, int], options: list[str], sign: str, text: str) -> dict[int, int]:
    total: dict[int, int] = dict(counts) if sign in ("*", "?") else {}
    once, rounds = counts, len(text) if sign == "*" else 1
    for _ in range(rounds):
        nexts: dict[int, int] = {}
        for place, count in once.items():
            for option in options:
                if text.startswith(option, place):
                    nexts[place + len(option)] = nexts.get(place + len(option), 0) + count
        for place, count in nexts.items():
            total[place] = total.get(place, 0) + count
        once = nexts
    return total


WORDS = st.text(alphabet="ab", min_size=1, max_size=3)
GROUPS = st.tuples(st.lists(WORDS, min_size=1, max_size=3), st.sampled_from(["", "*", "?"])).map(
    lambda g: f"(?:{'|'.join(g[0])}){g[1]}"
)


@given(parts=st.lists(GROUPS, min_size=1, max_size=3), text=st.text(alphabet="ab", max_size=10))
def test_no_accepted_pattern_reads_a_text_in_two_ways(parts: list[str], text: str) -> None:
    pattern = "".join(parts)
    assert fault_of(pattern) is not None or readings_of(pattern, text) <= 1
