"""One way of writing document numbers and names, so that equal ones compare equal (文书号、名称).

The whole rule is one character table: each character of ``FOLD_FROM`` becomes the character of
``FOLD_TO`` at the same place, or nothing where ``FOLD_TO`` has ended. That is what DuckDB's
``translate(text, FOLD_FROM, FOLD_TO)`` does, and both must agree on every text. No Unicode
normalisation, no ``upper()``: those differ between engines (``ß``).

What the table does: full-width ASCII (U+FF01–U+FF5E) to half width; a–z to A–Z; every kind of
bracket to ``(`` and ``)``; white space, the ideographic space and invisible spaces to nothing.
"""

import string

FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F)))
HALF_WIDTH = "".join(map(chr, range(0x21, 0x7F)))

OPENING = "[{〔【〖〈《﹝﹙﹛"
CLOSING = "]}〕】〗〉》﹞﹚﹜"
BRACKETS = OPENING + CLOSING
ROUND = "(" * len(OPENING) + ")" * len(CLOSING)

# All that Python or Unicode calls white space, the zero-width space and the byte order mark.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200C)))
    + "\u2028\u2029\u202f\u205f\u3000\ufeff"
)

# What no reader sees, though it parts a name or number for every comparison, turns a line round or
# speaks to a terminal: controls (tab and line ends may stand in a cell), soft hyphen, zero-width,
# direction and annotation characters. First and last of each range.
INVISIBLE_RANGES = (
    ("\0", "\x08"),
    ("\x0b", "\x0c"),
    ("\x0e", "\x1f"),
    ("\x7f", "\x9f"),
    ("\xad", "\xad"),
    ("\u061c", "\u061c"),
    ("\u180e", "\u180e"),
    ("\u200b", "\u200f"),
    ("\u202a", "\u202e"),
    ("\u2060", "\u206f"),
    ("\ufeff", "\ufeff"),
    ("\ufff9", "\ufffb"),
)
INVISIBLE = "".join(
    chr(code) for first, last in INVISIBLE_RANGES for code in range(ord(first), ord(last) + 1)
)
_INVISIBLE = str.maketrans("", "", INVISIBLE)

SHORTEST_NUMBER = 5

FOLD_FROM = FULL_WIDTH + string.ascii_lowercase + BRACKETS + WHITE_SPACE
FOLD_TO = (
    HALF_WIDTH.upper().translate(str.maketrans(BRACKETS, ROUND)) + string.ascii_uppercase + ROUND
)
_FOLD = str.maketrans(FOLD_FROM[: len(FOLD_TO)], FOLD_TO, FOLD_FROM[len(FOLD_TO) :])


def without_invisible(text: str) -> str:
    r"""Return the text without the characters that nobody sees (不可见字符).

    >>> without_invisible("盘\u200b锦\u202e市\x1b")
    '盘锦市'
    """
    return text.translate(_INVISIBLE)


def normalise_document_number(text: str) -> str:
    """Return the form in which document numbers are compared, never shown (文书号比对形式).

    Numbers that differ only in bracket kind, spaces, width or the case of Latin letters are equal;
    others are not.

    >>> normalise_document_number("盘市罚［2026］ １２ 号")
    '盘市罚(2026)12号'
    """
    return text.translate(_FOLD)


def findable_number(text: str) -> str:
    """Return the form in which a record is found by a number, empty if by none (可查文书号).

    What has no digit is a word, and what is very short stands on many papers: by such nothing is
    found [design].

    >>> findable_number("盘市罚〔2026〕１２号"), findable_number("不适用"), findable_number("12号")
    ('盘市罚(2026)12号', '', '')
    """
    folded = normalise_document_number(text)
    right = len(folded) >= SHORTEST_NUMBER and any(c in string.digits for c in folded)
    return folded if right else ""


def normalise_name(text: str) -> str:
    """Return the form in which names of organisations are compared, never shown (名称比对形式).

    The same table as for document numbers. Words stay: 有限公司 and 股份有限公司 differ.

    >>> normalise_name("盘锦（abc） 有限公司")
    '盘锦(ABC)有限公司'
    """
    return text.translate(_FOLD)
