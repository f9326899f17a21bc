r"""Personal data in free text: what it looks like, and its mask (个人信息隐去).

A DuckDB execution agrees on every text: for each ``(kind, pattern)`` of ``PATTERNS`` in order,
``passes(kind)`` times each, ``text = regexp_replace(text, pattern, REPLACEMENT, 'g')``. The
patterns are RE2: no look-around, so each has two groups for the characters around the finding,
which the replacement puts back; of two findings that share such a character the second pass takes
the second. A passport whose number stands masked leads to a second number: more passes.

Digits are ASCII or full-width. What could be a number of something else is decided like this:

- 18 digits with a province, a day of 1900–2099 and a digit or X are a resident number, even if they
  should be a credit code too (``uscc.is_person_number`` decides alike);
- 18 digits that begin like a credit code are no bank card, except 62 (UnionPay): a tourism office
  whose code begins with 62 and has no letter is masked;
- digits that a capital letter follows are part of a code, 16 to 19 digits before 号 part of a
  document number;
- a letter and seven to nine digits are a passport or permit only where a word before says so.

``CERTAIN`` leaves out what licences and registrations look like too: a column of such numbers is
masked by it alone.
"""

import re

from gongxin.core.uscc import PAIRS, is_person_number

MARK = "〔已隐去〕"
REPLACEMENT = rf"\1{MARK}\2"
_PASSES = {"passport": 4}

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _in(span: str) -> str:
    """Return the class of the digits of a span, in both widths."""
    return f"[{span}{span.translate(_FULL_WIDTH)}]"


def _digits(text: str) -> str:
    """Return the pattern of just these digits, in both widths."""
    return "".join(_in(digit) for digit in text)


def _any_of(*texts: str) -> str:
    return f"(?:{'|'.join(texts)})"


_D = _in("0-9")
_ALL_DIGITS = _D[1:-1]
_GAP = "[ -]?"
_BEFORE = f"(^|[^{_ALL_DIGITS}])"
_BEFORE_CARD = f"(^|[^{_ALL_DIGITS}A-Za-z])"
_AFTER = f"([^{_ALL_DIGITS}]|$)"
_AFTER_NUMBER = f"([^{_ALL_DIGITS}A-Z]|$)"
_AFTER_OLD_ID = f"([^{_ALL_DIGITS}A-Za-z]|$)"
_AFTER_CARD = f"([^{_ALL_DIGITS}A-Za-z号]|$)"

_MONTH = _any_of(_digits("0") + _in("1-9"), _digits("1") + _in("0-2"))
_DAY = _any_of(_digits("0") + _in("1-9"), _in("12") + _D, _digits("3") + _in("01"))
_CENTURY = _any_of(_digits("19"), _digits("20"))
# The districts of municipalities begin with 0: no credit code has that in its third place.
_MUNICIPALITY = _any_of(_digits("1") + _in("12"), _digits("31")) + _digits("0") + _D
_PROVINCE = _any_of(
    _digits("1") + _in("345"),
    _digits("2") + _in("123"),
    _digits("3") + _in("2-7"),
    _digits("4") + _in("1-6"),
    _digits("5") + _in("0-4"),
    _digits("6") + _in("1-5"),
    _digits("71"),
    _digits("8") + _in("123"),
    _digits("99"),  # no place; invented numbers in test data
)
_COUNTY = _any_of(_MUNICIPALITY, _PROVINCE + _D * 2) + _D * 2
# People write the number in groups of six, eight and four; a cell may break its line there.
_PARTED = "(?:[ \u3000\xa0\t-]|\r?\n)?"
_BIRTHDAY = f"{_CENTURY}{_D * 2}{_MONTH}{_DAY}"
_RESIDENT_18 = f"{_COUNTY}{_PARTED}{_BIRTHDAY}{_PARTED}{_D * 3}[{_ALL_DIGITS}XxＸｘ]"
_RESIDENT_15 = f"{_COUNTY}{_D * 2}{_MONTH}{_DAY}{_D * 3}"

_COUNTRY = f"(?:[+＋]?{_digits('86')}{_GAP})?"
_MOBILE = f"{_COUNTRY}{_digits('1')}{_in('3-9')}{_D}{_GAP}{_D * 4}{_GAP}{_D * 4}"
_AREA = _any_of(_digits("010"), _digits("02") + _D, _digits("0") + _in("3-9") + _D * 2)
_LANDLINE = f"(?:[(（]{_AREA}[)）] ?|{_AREA}[-－—–]?|{_AREA} ){_in('1-9')}{_D}{{6,7}}"

_FIRST_TWO_OF_CODES = sorted(pair for pair in PAIRS if pair.isdigit() and pair != "62")
_CARD_18 = _any_of(
    *(
        _digits(first) + f"[{seconds}{seconds.translate(_FULL_WIDTH)}]"
        for first in "123456789"
        for seconds in ["".join(s for s in "0123456789" if first + s not in _FIRST_TWO_OF_CODES)]
    )
)
_CARD = _any_of(
    f"{_in('1-9')}{_D}{{3}}(?:[ -]{_D}{{4}}){{3}}(?:[ -]{_D}{{1,3}})?",
    f"{_in('1-9')}{_D}{{15,16}}",
    f"{_CARD_18}{_D}{{16}}",
    f"{_in('1-9')}{_D}{{18}}",
)

_NAME = "A-Za-z0-9._%+-"
_LABEL = "[A-Za-z0-9-]+"
_EMAIL = f"[{_NAME}]+[@＠]{_LABEL}(?:\\.{_LABEL})+"

_PLATE_LETTER = "A-HJ-NP-Z"
_PLATE = (
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]"
    f"[{_PLATE_LETTER}][·•・. -]?[{_PLATE_LETTER}0-9]{{4}}"
    f"(?:[{_PLATE_LETTER}0-9]{{1,2}}|[挂学警港澳领])"
)

# 许可证件号 is the number of a licence. Eight signs may stand between: 护照号码为：
_SAID = "护照|通行证|(?:^|[^可])证件号"
_NOT_WORD = f"[^{_ALL_DIGITS}A-Za-z]"
_PASSPORT = f"((?:{_SAID}){_NOT_WORD}{{0,8}})[A-Za-z]{{1,2}}{_D}{{7,9}}({_NOT_WORD}|$)"

_OLD_RESIDENT = ("resident_id", f"{_BEFORE_CARD}{_RESIDENT_15}{_AFTER_OLD_ID}")
_BANK_CARD = ("bank_card", f"{_BEFORE_CARD}{_CARD}{_AFTER_CARD}")
_OF_PLATE = ("plate", f"(){_PLATE}([^{_ALL_DIGITS}A-Za-z]|$)")
_OF_MOBILE = ("mobile", f"{_BEFORE}{_MOBILE}{_AFTER_NUMBER}")

PATTERNS: tuple[tuple[str, str], ...] = (
    ("email", f"(^|[^{_NAME}]){_EMAIL}()"),
    ("resident_id", f"{_BEFORE}{_RESIDENT_18}{_AFTER}"),
    _OLD_RESIDENT,
    _BANK_CARD,
    _OF_MOBILE,
    ("landline", f"{_BEFORE}{_LANDLINE}{_AFTER_NUMBER}"),
    _OF_PLATE,
    ("passport", _PASSPORT),
)
CERTAIN = tuple(p for p in PATTERNS if p not in (_OLD_RESIDENT, _BANK_CARD, _OF_PLATE))

# For ``holds_person_number``: a mobile number, and the resident number as group 1.
MOBILE = _OF_MOBILE[1]
RESIDENT = f"(?:^|[^{_ALL_DIGITS}])({_RESIDENT_18})(?:[^{_ALL_DIGITS}]|$)"

# Nothing that the patterns find has fewer than four digits or letters in a row, or no @.
POSSIBLE = "[0-9０-９A-Z]{4}|@|＠"
_POSSIBLE = re.compile(POSSIBLE, re.ASCII)
_COMPILED = tuple((kind, re.compile(pattern, re.ASCII)) for kind, pattern in PATTERNS)
_CERTAIN = tuple((kind, re.compile(pattern, re.ASCII)) for kind, pattern in CERTAIN)
_MOBILE_FOUND = re.compile(MOBILE, re.ASCII)
_RESIDENT_FOUND = re.compile(RESIDENT, re.ASCII)


def passes(kind: str) -> int:
    """Return how often a pattern is applied: then once more changes nothing (替换次数)."""
    return _PASSES.get(kind, 2)


def mask(text: str) -> str:
    """Return the text with ``MARK`` in place of whatever looks like personal data (隐去).

    >>> mask("联系人电话13800000000，文号盘罚〔2026〕0001号")
    '联系人电话〔已隐去〕，文号盘罚〔2026〕0001号'
    """
    if _POSSIBLE.search(text) is None:
        return text
    for kind, pattern in _COMPILED:
        text = _without(text, kind, pattern)
    return text


def mask_certain(text: str) -> str:
    """Return the text of a column of names or numbers without what can be nothing else (隐去).

    >>> mask_certain("注册号211100000012345，电话13800000000")
    '注册号211100000012345，电话〔已隐去〕'
    """
    for kind, pattern in _CERTAIN:
        text = _without(text, kind, pattern)
    return text


def holds_person_number(text: str) -> bool:
    """Tell whether a document number holds a mobile or resident number, and cannot be kept.

    A serial number may read like a resident number (place, day, four digits): the check character
    decides, or an authority that counts so could report nothing.

    >>> [holds_person_number(f"盘罚〔2026〕{n}号") for n in ("219999207706140387", "1")]
    [True, False]
    """
    numbers = _RESIDENT_FOUND.findall(text)
    return _MOBILE_FOUND.search(text) is not None or any(map(is_person_number, numbers))


def found(text: str) -> tuple[str, ...]:
    """Return the kinds of personal data that ``mask`` would hide, each once (发现类别)."""
    kinds: dict[str, None] = {}
    for kind, pattern in _COMPILED:
        masked = _without(text, kind, pattern)
        if masked != text:
            kinds[kind] = None
        text = masked
    return tuple(kinds)


def _without(text: str, kind: str, pattern: re.Pattern[str]) -> str:
    for _ in range(passes(kind)):
        text, count = pattern.subn(REPLACEMENT, text)
        if count == 0:
            break
    return text
