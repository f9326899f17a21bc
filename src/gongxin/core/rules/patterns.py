"""The small subset of patterns that every engine reads alike (模式).

Literals, ``.``, classes, groups, alternation, ``* + ?`` and bounded repeats. No look-around, no
back-references, no anchors (a pattern always means the whole text), no Unicode classes.
"""

import re

MAX_REPEAT = 100
_TOKEN = re.compile(
    r"\\[dw.\\()\[\]{}+*?|/-]"  # listed escapes
    r"|\[\^?(?:\\[dw.\\\]-]|[^\\\[\]])+\]"  # a class
    r"|\((?:\?:)?|\)"  # groups
    r"|\{\d{1,3}(?:,\d{0,3})?\}"  # bounded repeat
    r"|[*+?|.]"
    r"|[^\\\[\](){}*+?|.^$]"  # a literal
)


def fault_of(pattern: str) -> str | None:
    """Return what is wrong with the pattern for our subset, or None."""
    position = 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            return f"position {position + 1}: {pattern[position]!r} is not in the pattern subset"
        position = token.end()
    if any(int(n) > MAX_REPEAT for n in re.findall(r"\d+", " ".join(_repeats(pattern)))):
        return f"a repeat is above {MAX_REPEAT}"
    try:
        re.compile(pattern, re.ASCII)
    except re.error as error:
        return str(error)
    return None


def matches(text: str, pattern: str) -> bool:
    """Tell whether the whole text matches."""
    return re.fullmatch(pattern, text, re.ASCII) is not None


def _repeats(pattern: str) -> list[str]:
    return re.findall(r"\{[\d,]+\}", pattern)
