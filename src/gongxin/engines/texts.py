"""Texts in DuckDB's SQL: names, literals, and the functions of core that change a text (文本).

Each function has a Python meaning in core, and both agree on every text.
"""

from gongxin.core import documents, privacy
from gongxin.core.cells import FORMULA, QUOTE
from gongxin.core.safeguards import pattern_of
from gongxin.engines import builtins

BLANKS = documents.WHITE_SPACE
INVISIBLE = "".join(
    f"\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}" for first, last in documents.INVISIBLE_RANGES
)


def quoted(name: str) -> str:
    """Write a column's name."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Write a text literal."""
    return "'" + value.replace("'", "''") + "'"


def cell(column: str) -> str:
    """Write a cell without invisible characters and the blanks around it, NULL if nothing is left.

    A trim of many characters is slow: only cells that may begin or do end with one pay for it.
    """
    # Blanks lie in these ranges, and what a cell begins with usually lies in none of them.
    begins = f"({column} < '!' OR {column} BETWEEN '\x7f' AND '\u3001' OR {column} >= '\ufeff')"
    some = f"{begins} OR regexp_matches({column}, {text(f'[{INVISIBLE}]|[{BLANKS}]$')})"
    seen = without_invisible(column)
    return f"CASE WHEN {some} THEN nullif(trim({seen}, {text(BLANKS)}), '') ELSE {column} END"


def restored(value: str) -> str:
    """Write ``cells.restored`` as SQL, for a cell without invisible characters around it."""
    begins = "".join(f"\\x{{{ord(c):x}}}" for c in FORMULA)
    return f"regexp_replace({value}, {text(f'^{QUOTE}([{begins}])')}, '\\1')"


def without_invisible(value: str) -> str:
    """Write ``documents.without_invisible`` as SQL."""
    return f"regexp_replace({value}, '[{INVISIBLE}]', '', 'g')"


def fold(expression: str) -> str:
    """Write ``documents.normalise_document_number`` (and names) as SQL.

    A long translate builds its table anew for every row: it runs only where more than 〔〕 folds.
    """
    folded = f"translate({expression}, {text(documents.FOLD_FROM)}, {text(documents.FOLD_TO)})"
    usual = f"replace(replace({expression}, '〔', '('), '〕', ')')"
    rare = "".join(f"\\x{{{ord(c):x}}}" for c in documents.FOLD_FROM if c not in "〔〕")
    return f"CASE WHEN regexp_matches({expression}, '[{rare}]') THEN {folded} ELSE {usual} END"


def yuan(value: str) -> str:
    """Yuan as 万元: exact in whole fen, else the text stays and the form check names it."""
    form = r"'^[+-]?[0-9]{1,16}(\.[0-9]{1,2}0{0,8})?$'"
    # A product, because DuckDB divides decimals as floats.
    product = f"CAST({value} AS DECIMAL(26, 10)) * CAST(0.0001 AS DECIMAL(5, 4))"
    converted = f"CAST({product} AS DECIMAL(18, 6))"
    exact = f"CAST({converted} AS VARCHAR)"
    return f"CASE WHEN regexp_matches({value}, {form}) THEN {exact} ELSE {value} END"


def masked(value: str, patterns: tuple[tuple[str, str], ...] = privacy.PATTERNS) -> str:
    """Write ``privacy.mask`` as SQL, or ``privacy.mask_certain`` with its patterns.

    One look for all patterns at once costs less than a replacement by any of them.
    """
    some = text("|".join(pattern for _, pattern in patterns))
    written = value
    for kind, pattern in patterns:
        for _ in range(privacy.passes(kind)):
            mark = text(privacy.REPLACEMENT)
            written = f"regexp_replace({written}, {text(pattern)}, {mark}, 'g')"
    possible = f"regexp_matches({value}, {text(privacy.POSSIBLE)})"
    found = f"{possible} AND regexp_matches({value}, {some})"
    return f"CASE WHEN {found} THEN {written} ELSE {value} END"


def holds_person_number(value: str) -> str:
    """Write ``privacy.holds_person_number`` as SQL."""
    mobile = f"regexp_matches({value}, {text(privacy.MOBILE)})"
    numbers = f"regexp_extract_all({value}, {text(privacy.RESIDENT)}, 1)"
    right = builtins.apply("resident_id", "n")
    # One look for both first: the lambda costs much, and few rows need it.
    some = f"regexp_matches({value}, {text(f'{privacy.MOBILE}|{privacy.RESIDENT}')})"
    held = f"{mobile} OR len(list_filter({numbers}, lambda n: {right})) > 0"
    return f"CASE WHEN {some} THEN {held} ELSE FALSE END"


def mentions(value: str, words: tuple[str, ...]) -> str:
    """Write whether a text names one of the words of the safeguards."""
    return f"regexp_matches({value}, {text(pattern_of(words))})" if words else "FALSE"
