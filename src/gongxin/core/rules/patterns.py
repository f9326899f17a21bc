"""The small subset of patterns that every engine reads alike and in linear time (模式).

Literals, ``.`` (anything but a line feed), classes, groups, alternation, ``* + ?`` and bounded
repeats. No look-around, no back-references, no anchors (a pattern always means the whole text), no
lazy or possessive repeats, no Unicode classes, no class inside a class.

No pattern may read a text in two ways (``readings``): then even an engine that tries one way after
the other is done after as many steps as the text is long, times the size of the pattern.
"""

import re
from functools import lru_cache
from typing import NoReturn

from gongxin.core.rules.readings import (
    Branches,
    Chars,
    Charset,
    Pattern,
    Repeat,
    Row,
    fault_in,
    inverse,
    union,
)

MAX_REPEAT = 100
MAX_DEPTH = 20

_ESCAPED = frozenset("dw.\\()[]{}+*?|/-")
_SYNTAX = frozenset("\\[](){}*+?|.^$")
_DIGITS: Charset = ((48, 57),)
_WORD: Charset = ((48, 57), (65, 90), (95, 95), (97, 122))
_ANY = inverse(((10, 10),))
_BOUNDS = re.compile(r"\{([0-9]{1,3})(?:(,)([0-9]{0,3}))?\}")
_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
# Other engines read two of these inside a class as an operation on classes.
_CLASS_OPERATORS = frozenset("&-|~")


class _Fault(ValueError):
    pass


@lru_cache(maxsize=4096)
def fault_of(pattern: str) -> str | None:
    """Return what is wrong with the pattern for our subset, or None.

    >>> fault_of("[0-9]{4}号"), fault_of("(a+)+")
    (None, 'a repeat stands over a repeat: a text could be read in two ways')
    """
    try:
        tree = _Reader(pattern).whole()
    except _Fault as fault:
        return str(fault)
    return fault_in(tree)


def matches(text: str, pattern: str) -> bool:
    """Tell whether the whole text matches."""
    return re.fullmatch(pattern, text, re.ASCII) is not None


class _Reader:
    """Reads a pattern from left to right; ``at`` is the place of the next character."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def refuse(self, why: str) -> NoReturn:
        message = f"position {self.at + 1}: {why}"
        raise _Fault(message)

    def next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def whole(self) -> Pattern:
        tree = self.branches(depth=0)
        if self.next() != "":
            self.refuse(f"{self.next()!r} is not in the pattern subset")
        return tree

    def branches(self, *, depth: int) -> Pattern:
        if depth > MAX_DEPTH:
            self.refuse("nested too deeply")
        found = [self.row(depth=depth)]
        while self.next() == "|":
            self.at += 1
            found.append(self.row(depth=depth))
        return Branches(tuple(found))

    def row(self, *, depth: int) -> Pattern:
        parts: list[Pattern] = []
        while self.next() not in ("", "|", ")"):
            parts.append(self.repeated(self.one(depth=depth)))
        return Row(tuple(parts))

    def one(self, *, depth: int) -> Pattern:
        character = self.next()
        match character:
            case "(":
                return self.group(depth=depth)
            case "[":
                return Chars(self.char_class())
            case "\\":
                return Chars(self.escape())
        if character in _SYNTAX - {"."}:
            self.refuse(f"{character!r} is not in the pattern subset")
        self.at += 1
        return Chars(_ANY if character == "." else _single(character))

    def group(self, *, depth: int) -> Pattern:
        self.at += len("(?:") if self.pattern.startswith("(?:", self.at) else len("(")
        inside = self.branches(depth=depth + 1)
        if self.next() != ")":
            self.refuse("a group is not closed")
        self.at += 1
        return inside

    def repeated(self, part: Pattern) -> Pattern:
        sign = self.next()
        if sign in _SIGNS:
            self.at += 1
            least, most = _SIGNS[sign]
        elif sign == "{":
            least, most = self.bounds()
        else:
            return part
        if self.next() != "" and self.next() in "*+?{":
            self.refuse("a repeat cannot follow a repeat")
        return Repeat(part, least, most)

    def bounds(self) -> tuple[int, int | None]:
        found = _BOUNDS.match(self.pattern, self.at)
        if found is None:
            self.refuse("a repeat is written {m}, {m,} or {m,n}")
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if most is not None and not least <= most != 0:
            self.refuse("a repeat needs m <= n and n > 0")
        if max(least, most or 0) > MAX_REPEAT:
            self.refuse(f"a repeat is above {MAX_REPEAT}")
        self.at = found.end()
        return least, most

    def escape(self) -> Charset:
        character = self.pattern[self.at + 1 : self.at + 2]
        if character == "" or character not in _ESCAPED:
            self.refuse("this escape is not in the pattern subset")
        self.at += 2
        return {"d": _DIGITS, "w": _WORD}.get(character, _single(character))

    def char_class(self) -> Charset:
        self.at += 1
        negative = self.next() == "^"
        self.at += negative
        found: list[Charset] = []
        while self.next() != "]":
            found.append(self.member())
        if len(found) == 0:
            self.refuse("a class needs a character")
        self.at += 1
        return inverse(union(found)) if negative else union(found)

    def member(self) -> Charset:
        low = self.class_character()
        follows = self.pattern[self.at + 1 : self.at + 2]
        if self.next() != "-" or follows == "]":
            return low
        self.at += 1
        high = self.class_character()
        if not (_is_single(low) and _is_single(high)):
            self.refuse("a range goes from one character to another")
        if low[0][0] > high[0][0]:
            self.refuse("a range goes upwards")
        return ((low[0][0], high[0][0]),)

    def class_character(self) -> Charset:
        character = self.next()
        if character == "\\":
            return self.escape()
        if character in ("", "["):
            self.refuse("a class is not closed, or holds an unescaped [")
        self.at += 1
        if character in _CLASS_OPERATORS and character == self.next():
            self.refuse("no operations on classes")
        return _single(character)


def _single(character: str) -> Charset:
    return ((ord(character), ord(character)),)


def _is_single(charset: Charset) -> bool:
    return len(charset) == 1 and charset[0][0] == charset[0][1]
