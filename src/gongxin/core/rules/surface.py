"""What the text of an expression may look like, before Python's parser reads it.

Whatever Python reads with a warning, silently joins or silently drops is refused here, so that a
text means what it shows and one Python version cannot read it differently from the next.
"""

import re

MAX_TEXT = 4000  # characters

_STRING = re.compile(r"""(?<![A-Za-z])([A-Za-z]*)('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = frozenset("\\'\"ntrxuU")
_BARE = "''"  # stands for a text once it has been looked at
_JOINED = re.compile(r"''\s*''")
_NUMBER_AND_LETTER = re.compile(r"(?<!\w)[0-9][0-9.]*[^\W0-9]")


def fault_of(text: str) -> str | None:
    """Return why the text cannot be an expression at all, or None."""
    if len(text) > MAX_TEXT:
        return f"longer than {MAX_TEXT} characters"
    texts = list(_STRING.finditer(text))
    fault = next((found for found in map(_text_fault, texts) if found is not None), None)
    return fault or _bare_fault(_STRING.sub(_BARE, text))


def _text_fault(found: re.Match[str]) -> str | None:
    prefix, quoted = found.groups()
    if prefix not in ("", "r"):
        return f"a text stands in plain quotes with a blank before it, not after {prefix!r}"
    unknown = [c for c in _ESCAPE.findall(quoted) if c not in _ESCAPES]
    if prefix == "" and len(unknown) > 0:
        return f"a backslash in a text is written twice: \\\\{unknown[0]}"
    return None


def _bare_fault(text: str) -> str | None:
    if "#" in text:
        return "no remarks inside an expression: what follows # would not count"
    if _JOINED.search(text) is not None:
        return "two texts follow each other: a comma is missing between them"
    if _NUMBER_AND_LETTER.search(text) is not None:
        return "write a number as digits, with a blank after it"
    return None
