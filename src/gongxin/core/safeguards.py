"""Texts that keep belief, speech, petition and health out of the records (legal.md L8, P18).

A word is found however it is spaced: white space and characters that nobody sees may stand
between its characters, letters and digits in any width, letters in any case. An article, written
``法》第二十五条`` in a pack, is found with 《》 or without, with a bracket or further articles of
the same law before it, and with its number in Chinese or Arabic figures.
"""

import re
from collections.abc import Iterable

from gongxin.core.documents import FULL_WIDTH, HALF_WIDTH, INVISIBLE_RANGES, WHITE_SPACE

_SPECIAL = frozenset("\\.()[]{}+*?|^$-/")
_WIDE = dict(zip(HALF_WIDTH, FULL_WIDTH, strict=True))
# NUL cannot stand in a pattern of every engine, nor in a cell of any file that is taken in.
_UNSEEN = "".join(f"{max(first, chr(1))}-{last}" for first, last in INVISIBLE_RANGES)
_GAP = f"[{WHITE_SPACE}{_UNSEEN}]*"
# From a law's name to its article: 》, （2012修正）, 第十条、 – no other law and no new sentence.
_BETWEEN = "[^《法例，,。；;]*"
_ARTICLE = re.compile("(.+)》第([零一二三四五六七八九十百]+)条")
_FIGURES = {figure: value for value, figure in enumerate("零一二三四五六七八九")}
_PLACES = {"十": 10, "百": 100}


def names_any(text: str, words: Iterable[str]) -> bool:
    """Tell whether the text holds one of the literal words."""
    return any(word in text for word in words)


def pattern_of(words: Iterable[str]) -> str:
    r"""Return one pattern that finds any of the words and articles, the same for RE2 and ``re``.

    >>> re.search(pattern_of(["信访"]), "到省里信\u3000访") is not None
    True
    >>> re.search(pattern_of(["示例法》第二十五条"]), "示例法（2012修正）第25条第1项") is not None
    True
    """
    return "|".join(_article_or_word(word) for word in words)


def _article_or_word(word: str) -> str:
    article = _ARTICLE.fullmatch(word)
    if article is None:
        return _spaced(word)
    law, number = article.groups()
    either = f"(?:{_spaced(number)}|{_spaced(str(figures(number)))})"
    return _GAP.join((_spaced(law) + _BETWEEN + "第", either, "条"))


def figures(number: str) -> int:
    """Return a number below a thousand that is written in Chinese.

    >>> figures("二十五"), figures("十"), figures("一百零三")
    (25, 10, 103)
    """
    total, last = 0, 0
    for sign in number:
        if sign in _PLACES:
            total, last = total + max(last, 1) * _PLACES[sign], 0
        else:
            last = _FIGURES[sign]
    return total + last


def _spaced(word: str) -> str:
    return _GAP.join(_alike(character) for character in word)


def _alike(character: str) -> str:
    if character.isascii() and character.isalnum():
        forms = dict.fromkeys(character.upper() + character.lower())
        return "[" + "".join(form + _WIDE[form] for form in forms) + "]"
    return f"\\{character}" if character in _SPECIAL else character
