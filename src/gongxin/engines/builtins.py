"""SQL meaning of the listed functions, each as one template in DuckDB's dialect.

A template is parsed by SQLGlot and written once for each dialect; its argument, which is SQL
already, is filled in as text (ADR 0010). Every template has a test that it agrees with Python.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import sqlglot
from sqlglot import exp

from gongxin.core import dates, documents, subject, uscc
from gongxin.core.rules.functions import PART_SEPARATORS

DIALECT = "duckdb"

_TIME = r"([ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?)?"
_SEPARATED = (
    r"^[0-9]{4}(-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2}|\.[0-9]{1,2}\.[0-9]{1,2}"
    rf"|年[0-9]{{1,2}}月[0-9]{{1,2}}日){_TIME}$"
)
_PARTS = "^([0-9]{4})[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2})"
_READ_DAY = f"""
CASE
  WHEN regexp_matches(:x, '^[0-9]{{8}}$') THEN
    TRY_CAST(concat(substr(:x, 1, 4), '-', substr(:x, 5, 2), '-', substr(:x, 7, 2)) AS DATE)
  WHEN regexp_matches(:x, '{_SEPARATED}') THEN
    TRY_CAST(concat(regexp_extract(:x, '{_PARTS}', 1), '-', regexp_extract(:x, '{_PARTS}', 2),
      '-', regexp_extract(:x, '{_PARTS}', 3)) AS DATE)
  WHEN regexp_matches(:x, '^[0-9]{{5}}$') AND :x BETWEEN '{dates.FIRST_SERIAL}'
    AND '{dates.LAST_SERIAL}' THEN
    CAST('{dates.SERIAL_ORIGIN}' AS DATE) + TRY_CAST(:x AS INTEGER)
END"""
_NULL_LIKE = ", ".join(f"CAST('{day}' AS DATE)" for day in sorted(dates.NULL_LIKE))
_IS_NULL_LIKE = f"({_READ_DAY}) IN ({_NULL_LIKE})"
_IN_RANGE = f"({_READ_DAY}) >= CAST('{dates.FIRST_YEAR}-01-01' AS DATE)"


def _weighted(text: str, alphabet: str, weights: tuple[int, ...]) -> str:
    terms = (
        f"(strpos('{alphabet}', substr({text}, {place}, 1)) - 1) * {weight}"
        for place, weight in enumerate(weights, start=1)
    )
    return " + ".join(terms)


def _last(text: str, place: int) -> str:
    letter = f"substr({text}, {place}, 1)"
    return f"CASE WHEN {letter} IN ('X', 'x') THEN 10 ELSE strpos('0123456789', {letter}) - 1 END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# A long translate builds its table anew for every row: only texts that need it pay for it.
_COMPACT = (
    "CASE WHEN regexp_matches(:x, '^[0-9A-Z.+]*$') THEN :x"
    f" ELSE translate(:x, {_quoted(uscc.COMPACT_FROM)}, {_quoted(uscc.COMPACT_TO)}) END"
)
_FORM = f"regexp_matches(:x, '^[{uscc.ALPHABET}]{{2}}[0-9]{{6}}[{uscc.ALPHABET}]{{10}}$')"
_PAIRS = ", ".join(f"'{pair}'" for pair in sorted(uscc.PAIRS))
_DOUBTFUL = ", ".join(f"'{authority}'" for authority in sorted(uscc.DOUBTFUL_AUTHORITIES))
_HAS_PAIR = f"substr(:x, 1, 2) IN ({_PAIRS})"
_CHECK = f"""
CASE WHEN {_FORM} THEN
  ({_weighted(":x", uscc.ALPHABET, (*uscc.WEIGHTS, 1))}) % 31 = 0
ELSE FALSE END"""
_PROVINCES = ", ".join(f"'{province}'" for province in sorted(uscc.PROVINCES))
_RESIDENT = f"""
CASE WHEN regexp_matches(:x, '^[0-9]{{17}}[0-9Xx]$')
  AND substr(:x, 1, 2) IN ({_PROVINCES})
  AND substr(:x, 7, 4) BETWEEN '{uscc.FIRST_BIRTH_YEAR}' AND '{uscc.LAST_BIRTH_YEAR}'
  AND TRY_CAST(concat(substr(:x, 7, 4), '-', substr(:x, 11, 2), '-', substr(:x, 13, 2)) AS DATE)
    IS NOT NULL
THEN ({_weighted(":x", "0123456789", uscc.RESIDENT_WEIGHTS)} + {_last(":x", 18)}) % 11 = 1
ELSE FALSE END"""
_ORGANISATION = f"""
CASE WHEN regexp_matches(:x, '^[0-9A-Z]{{8}}[0-9X]$') THEN
  ({_weighted(":x", uscc.ORGANISATION_ALPHABET, uscc.ORGANISATION_WEIGHTS)} + {_last(":x", 9)})
  % 11 = 0
ELSE FALSE END"""
_FLOAT = "regexp_matches(:x, '^([0-9]+[.][0-9]*([Ee][+-]?[0-9]{1,3})?|[0-9]+[Ee][+][0-9]{1,3})$')"

# Only a name that holds a first character of the words is folded: no character becomes another's.
_ONE_PERSON_FIRST = "".join(
    sorted({word[0] for word in (*subject.ONE_PERSON_ENDINGS, subject.ONE_PERSON_WORD)})
)
_ONE_PERSON_END = rf"({'|'.join(subject.ONE_PERSON_ENDINGS)})([)]*|([(][^()]*[)])+)$"
_ONE_PERSON_NAME = f"""
CASE WHEN regexp_matches(:x, '[{_ONE_PERSON_FIRST}]') THEN
  regexp_matches(translate(:x, {_quoted(documents.FOLD_FROM)}, {_quoted(documents.FOLD_TO)}),
    '{subject.ONE_PERSON_WORD}|{_ONE_PERSON_END}')
ELSE FALSE END"""


def _of(template: str, argument: str) -> str:
    return template.replace(":x", f"({argument})")


TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "blank": ":x = ''",
        "present": ":x <> ''",
        "length": "CAST(length(:x) AS BIGINT)",
        "day": f"CASE WHEN {_IN_RANGE} THEN ({_READ_DAY}) END",
        "is_day": f"COALESCE({_IN_RANGE} OR {_IS_NULL_LIKE}, FALSE)",
        "is_null_day": (
            f"CASE WHEN starts_with(:x, '1') THEN COALESCE({_IS_NULL_LIKE}, FALSE) ELSE FALSE END"
        ),
        "number": (
            "CASE WHEN regexp_matches(:x, '^[+-]?[0-9]{1,12}(\\.[0-9]{1,6})?$')"
            " THEN CAST(:x AS DECIMAL(18, 6)) END"
        ),
        "is_number": "regexp_matches(:x, '^[+-]?[0-9]{1,12}(\\.[0-9]{1,6})?$')",
        "uscc_form": f"({_FORM} AND ({_HAS_PAIR} OR substr(:x, 1, 1) IN ({_DOUBTFUL})))",
        "uscc_check": _CHECK,
        "uscc_pair": _HAS_PAIR,
        "placeholder": f"({_COMPACT}) = '{uscc.PLACEHOLDER}'",
        "float_code": _of(_FLOAT, _COMPACT),
        "resident_id": _of(_RESIDENT, _COMPACT),
        "org_code": _of(_ORGANISATION, "substr(:x, 9, 9)"),
        "one_person_name": _ONE_PERSON_NAME,
        "known_unit": ":x IN (SELECT uscc FROM known_units)",
    }
)


MARK = "__argument__"


@lru_cache(maxsize=64)
def template(function: str, dialect: str = DIALECT) -> str:
    """Return a function's SQL in a dialect, with ``MARK`` where its argument stands."""
    tree = sqlglot.parse_one(TEMPLATES[function], dialect=DIALECT)
    return exp.replace_placeholders(tree, x=exp.column(MARK)).sql(dialect=dialect)


def apply(function: str, argument: str, dialect: str = DIALECT) -> str:
    """Write a function of an argument that is SQL already."""
    return f"({template(function, dialect).replace(MARK, argument)})"


def part_pattern(literal: str) -> str:
    """Return the pattern that finds a text as one part of a multiple value."""
    special = frozenset("\\.()[]{}+*?|^$-/")
    escaped = "".join(f"\\{c}" if c in special else c for c in literal)
    separators = "".join(PART_SEPARATORS)
    return f"(^|[{separators}]) *{escaped} *($|[{separators}])"
