"""Other numbers of an organisation: how it was known before it had one code (其他代码、多证合一).

One subject has one unified social credit code (国发〔2015〕33号; docs/domain/uscc.md 3.5); what
registers gave it before leads there. ``code_of`` reads a number and returns it in one way of
writing, or nothing. The forms, docs/domain/uscc.md 3.6:

registration   15 digits: office 6, serial 8, MOD 11,10 check digit (GS 15-2006 by secondary
               sources, GB/T 17710); the serial begins with 0–5, for 6–9 are sole traders'
organisation   9 characters, GB 11714 (``uscc.organisation_code_passes``)
tax            15 characters: region 6, organisation code 9; longer ones were sole traders'
institution    12 digits: 1, region 6, serial 5, with or without 事证第…号
social         the issuer's short name or nothing, 社证字, 民证字 or 基证字, 第, up to 8 digits, 号

Left out, whatever the check digit says (legal.md L3, L4; a number that is missing hurts nobody):

- a resident number of 18 characters, with or without zeros after it: no form is so long;
- an old resident number of 15 digits: six digits, then a day as yymmdd, in any of the 15;
- a mobile number: no form has 11 digits;
- a passport or permit: a letter and eight digits, or E, a letter and seven;
- the numbers of a legal representative: the catalog splits those fields off, and
  ``catalog.Item.other_codes`` never names such a field.
"""

import re
from enum import StrEnum

from gongxin.core.documents import normalise_document_number
from gongxin.core.uscc import compact, organisation_code_passes

LONGEST = 40
REGION = 6
NO_ORGANISATION = "000000000"


class CodeKind(StrEnum):
    """Which register gave the number (其他代码类别)."""

    REGISTRATION = "registration"  # 工商注册号
    ORGANISATION = "organisation"  # 组织机构代码
    TAX = "tax"  # 税务登记号
    INSTITUTION = "institution"  # 事业单位证书号
    SOCIAL = "social"  # 社会组织登记证号


_REGISTRATION = re.compile(r"[1-9][0-9]{5}[0-5][0-9]{8}")
_TAX = re.compile(r"[1-9][0-9]{5}[0-9A-Z]{8}[0-9X]")
_INSTITUTION = re.compile(r"(?:事证第)?(1[1-9][0-9]{10})号?")
_SOCIAL = re.compile(r"\(?([一-鿿]{0,4}?)\)?([社民基]证字)第?([0-9]{1,8})号")
_PERSON_15 = re.compile(r"[0-9]{8}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
_PASSPORT = re.compile(r"[A-Z][0-9]{8}|E[A-Z][0-9]{7}")


def code_of(kind: CodeKind, text: str) -> str:
    """Return the number in its one way of writing, empty if it has not the form of its kind.

    >>> code_of(CodeKind.REGISTRATION, "１１０１０８ 000000016")
    '110108000000016'
    >>> code_of(CodeKind.ORGANISATION, "74820466-0"), code_of(CodeKind.TAX, "320100748204660")
    ('748204660', '320100748204660')
    """
    if len(text) > LONGEST:
        return ""
    match kind:
        case CodeKind.INSTITUTION:
            found = _INSTITUTION.fullmatch(compact(text))
            return "" if found is None else found[1]
        case CodeKind.SOCIAL:
            # Here a hyphen tells a branch from its society: it stays, and the form has none.
            found = _SOCIAL.fullmatch(normalise_document_number(text))
            return "" if found is None else f"{found[1]}{found[2]}第{found[3]}号"
    code = compact(text)
    return code if _IS_CODE[kind](code) else ""


def codes_of(text: str) -> tuple[tuple[CodeKind, str], ...]:
    """Return what the text can be, as (kind, code): nothing, one kind or several (可能的代码)."""
    read = ((kind, code_of(kind, text)) for kind in CodeKind)
    return tuple((kind, code) for kind, code in read if code != "")


def registration_check_digit(first14: str) -> str:
    """Return the 15th digit that belongs to the first fourteen (注册号校验码, MOD 11,10).

    >>> registration_check_digit("11010800000001")
    '6'
    """
    product = 10
    for digit in map(int, first14):
        product = ((product + digit) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def _is_registration(code: str) -> bool:
    return (
        _REGISTRATION.fullmatch(code) is not None
        and _PERSON_15.fullmatch(code) is None
        and registration_check_digit(code[:-1]) == code[-1]
    )


def _is_organisation(code: str) -> bool:
    # Nine zeros pass the check, and stand where no code is known.
    given = code != NO_ORGANISATION and _PASSPORT.fullmatch(code) is None
    return given and organisation_code_passes(code)


def _is_tax(code: str) -> bool:
    return (
        _TAX.fullmatch(code) is not None
        and _PERSON_15.fullmatch(code) is None
        and _is_organisation(code[REGION:])
    )


_IS_CODE = {
    CodeKind.REGISTRATION: _is_registration,
    CodeKind.ORGANISATION: _is_organisation,
    CodeKind.TAX: _is_tax,
}
