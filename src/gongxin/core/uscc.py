"""Unified social credit codes, and the numbers of persons among them (统一社会信用代码).

GB 32100-2015; the organisation code within it is GB 11714. Resident identity numbers are GB 11643.

A DuckDB execution is written from the definitions below and must agree on every text. ``t`` is the
text; places count from 1; ``v(c)`` is the place of ``c`` in an alphabet, from 0; letters and digits
are ASCII only; all patterns match the whole text.

compact(t)                  translate(t, COMPACT_FROM, COMPACT_TO)
is_form(t)                  t ~ '[A]{2}[0-9]{6}[A]{10}', [A] = any character of ALPHABET
has_valid_pair(t)           substr(t, 1, 2) in PAIRS
has_refused_pair(t)         not has_valid_pair(t) and substr(t, 1, 1) not in DOUBTFUL_AUTHORITIES
passes_check(t)             is_form(t) and, v in ALPHABET, the sum over i = 1..17 of
                            v(substr(t, i, 1)) * WEIGHTS[i], plus v(substr(t, 18, 1)),
                            is divisible by 31
organisation_code(t)        substr(t, 9, 9)
organisation_code_passes(o) o ~ '[0-9A-Z]{8}[0-9X]' and, v in '0…9A…Z', the sum over i = 1..8 of
                            v(substr(o, i, 1)) * ORGANISATION_WEIGHTS[i], plus the value of the
                            last character (0–9, X = 10), is divisible by 11
is_resident_id(t)           t ~ '[0-9]{17}[0-9Xx]', substr(t, 1, 2) in PROVINCES,
                            substr(t, 7, 4) between '1800' and '2099',
                            try_strptime(substr(t, 7, 8), '%Y%m%d') is not null, and the sum over
                            i = 1..17 of digit i * RESIDENT_WEIGHTS[i], plus the value of the last
                            character (0–9, X or x = 10), leaves 1 when divided by 11
is_float_shaped(t)          t ~ '[0-9]+[.][0-9]*([Ee][+-]?[0-9]{1,3})?|[0-9]+[Ee][+][0-9]{1,3}'
findings(t)                 the first that holds, else none:
  uscc_missing              compact(t) = ''
  uscc_placeholder          compact(t) = PLACEHOLDER
  float_code                is_float_shaped(compact(t))
  uscc_is_person            is_resident_id(compact(t))
  uscc_form                 not is_form(t) or has_refused_pair(t)
  uscc_check_digit          not passes_check(t)
warnings(t)                 if there is no finding, all that hold, in this order:
  org_code_check            not organisation_code_passes(organisation_code(t))
  uscc_pair                 not has_valid_pair(t)

No list of regions is used for codes: abolished regions stay in codes for ever. The province codes
of resident numbers leave out 91–93, so that an enterprise's all-digit code is never a person.
"""

import re
import string
from collections.abc import Callable
from datetime import date

from gongxin.core.documents import FULL_WIDTH, HALF_WIDTH, WHITE_SPACE

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
PLACEHOLDER = "00000000000000000X"
PAIRS = frozenset(
    authority + category
    for authority, categories in (
        ("1", "1239"),
        ("2", "19"),
        ("3", "123459"),
        ("4", "19"),
        ("5", "1239"),
        ("6", "129"),
        ("7", "129"),
        ("8", "19"),
        ("9", "123"),
        ("A", "19"),
        ("N", "1239"),
        ("Y", "1"),
    )
    for category in categories
)
# Authorities whose list of categories is not known for certain: an unlisted one only warns.
DOUBTFUL_AUTHORITIES = frozenset("9AN")

ORGANISATION_ALPHABET = string.digits + string.ascii_uppercase
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# 99 belongs to no place; invented numbers in test data use it.
PROVINCES = frozenset(
    decade + unit
    for decade, units in (
        ("1", "12345"),
        ("2", "123"),
        ("3", "1234567"),
        ("4", "123456"),
        ("5", "01234"),
        ("6", "12345"),
        ("7", "1"),
        ("8", "123"),
        ("9", "9"),
    )
    for unit in units
)
FIRST_BIRTH_YEAR = 1800
LAST_BIRTH_YEAR = 2099

HYPHENS = "-－‐‑‒–—―−"
_WIDE = FULL_WIDTH.replace("－", "")
COMPACT_FROM = _WIDE + string.ascii_lowercase + WHITE_SPACE + HYPHENS
COMPACT_TO = HALF_WIDTH.replace("-", "").upper() + string.ascii_uppercase
_COMPACT = str.maketrans(
    COMPACT_FROM[: len(COMPACT_TO)], COMPACT_TO, COMPACT_FROM[len(COMPACT_TO) :]
)

_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_RESIDENT = re.compile(r"[0-9]{17}[0-9Xx]")
_FLOAT = re.compile(r"[0-9]+[.][0-9]*([Ee][+-]?[0-9]{1,3})?|[0-9]+[Ee][+][0-9]{1,3}")


def compact(text: str) -> str:
    """Return the text in half width and capitals, without white space and hyphens (紧凑形式).

    >>> compact("９１32-0100 748204660q")
    '91320100748204660Q'
    """
    return text.translate(_COMPACT)


def is_form(text: str) -> bool:
    """Tell whether the text has the characters of a code at each place (代码形式)."""
    return _FORM.fullmatch(text) is not None


def has_valid_pair(text: str) -> bool:
    """Tell whether authority and category are a documented pair (登记管理部门与机构类别)."""
    return text[:2] in PAIRS


def has_refused_pair(text: str) -> bool:
    """Tell whether authority and category are a pair that cannot be (部门类别不成立)."""
    return not has_valid_pair(text) and text[:1] not in DOUBTFUL_AUTHORITIES


def check_character(first17: str) -> str:
    """Return the 18th character that belongs to the first seventeen (校验码).

    >>> check_character("91320100748204660")
    'Q'

    Raises:
        ValueError: not seventeen characters of ``ALPHABET``.
    """
    if len(first17) != len(WEIGHTS):
        message = f"a check character needs 17 characters, not {len(first17)}"
        raise ValueError(message)
    total = sum(ALPHABET.index(c) * w for c, w in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def passes_check(text: str) -> bool:
    """Tell whether the text has the form of a code and the right check character (校验通过)."""
    return is_form(text) and check_character(text[:17]) == text[17]


def organisation_code(text: str) -> str:
    """Return the organisation code within a code, places 9–17 (组织机构代码)."""
    return text[8:17]


def organisation_code_passes(text9: str) -> bool:
    """Tell whether nine characters are an organisation code that checks (组织机构代码校验).

    Some old codes are in use although they fail: a warning, never a reason to refuse.

    >>> organisation_code_passes("748204660")
    True
    """
    if _ORGANISATION.fullmatch(text9) is None:
        return False
    weights = zip(text9[:8], ORGANISATION_WEIGHTS, strict=True)
    total = sum(ORGANISATION_ALPHABET.index(c) * w for c, w in weights)
    return (total + _last_value(text9[8])) % 11 == 0


def is_resident_id(text: str) -> bool:
    """Tell whether the text can be a resident identity number, living or invented (居民身份证号码).

    Eighteen characters, a province, a birth date of 1800–2099 that exists, a right check character.
    Years to come count as well: a number that looks like a person's is treated like one.
    """
    if _RESIDENT.fullmatch(text) is None or text[:2] not in PROVINCES:
        return False
    if not _is_birth_date(text[6:14]):
        return False
    total = sum(int(c) * w for c, w in zip(text[:17], RESIDENT_WEIGHTS, strict=True))
    return (total + _last_value(text[17])) % 11 == 1


def is_float_shaped(text: str) -> bool:
    """Tell whether a spreadsheet has turned the code into a number (浮点数形式的代码).

    >>> is_float_shaped("9.12111E+17"), is_float_shaped("911210000000000000.0")
    (True, True)
    """
    return _FLOAT.fullmatch(text) is not None


def is_missing(text: str) -> bool:
    """Tell whether nothing stands there but blanks and hyphens (代码为空)."""
    return compact(text) == ""


def is_placeholder(text: str) -> bool:
    """Tell whether the text is the placeholder for "no code yet", in any case (占位代码)."""
    return compact(text) == PLACEHOLDER


def is_person_number(text: str) -> bool:
    """Tell whether the text is a resident identity number in any width, case or spacing.

    Whoever shows, logs or stores the text asks this first: True means mask it and keep it nowhere.
    """
    return is_resident_id(compact(text))


def findings(text: str) -> tuple[str, ...]:
    """Return what is wrong with the text as a code: one stable code, or nothing (代码问题).

    In this order: uscc_missing, uscc_placeholder, float_code, uscc_is_person, uscc_form,
    uscc_check_digit.

    >>> findings("219999207706140387"), findings("92141127MA0KD1Y64A")
    (('uscc_is_person',), ())
    """
    return next(((code,) for code, holds in _FINDINGS if holds(text)), ())


def warnings(text: str) -> tuple[str, ...]:
    """Return what is doubtful in a valid code: org_code_check, uscc_pair or nothing (代码提示)."""
    if not is_valid(text):
        return ()
    return tuple(code for code, holds in _WARNINGS if holds(text))


def is_valid(text: str) -> bool:
    """Tell whether the text is a code with nothing wrong about it (代码有效).

    The same as to have no ``findings``, told faster: what has the form is neither missing nor a
    number that a spreadsheet wrote.
    """
    if not is_form(text) or has_refused_pair(text) or not passes_check(text):
        return False
    return text != PLACEHOLDER and not is_resident_id(text)


def _last_value(character: str) -> int:
    return 10 if character in "Xx" else int(character)


def _is_birth_date(digits: str) -> bool:
    if not FIRST_BIRTH_YEAR <= int(digits[:4]) <= LAST_BIRTH_YEAR:
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _has_wrong_form(text: str) -> bool:
    return not is_form(text) or has_refused_pair(text)


_FINDINGS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("uscc_missing", is_missing),
    ("uscc_placeholder", is_placeholder),
    ("float_code", lambda text: is_float_shaped(compact(text))),
    ("uscc_is_person", is_person_number),
    ("uscc_form", _has_wrong_form),
    ("uscc_check_digit", lambda text: not passes_check(text)),
)
_WARNINGS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("org_code_check", lambda text: not organisation_code_passes(organisation_code(text))),
    ("uscc_pair", lambda text: not has_valid_pair(text)),
)
