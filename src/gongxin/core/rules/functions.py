"""The listed functions of the rule language with their types, and their Python meaning.

A function enters here only together with its SQL form (``engines.expressions``) and a test that
both agree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from gongxin.core import dates, money, subject, uscc
from gongxin.core.rules.nodes import Type

Value = str | int | Decimal | date | bool | None

PART_SEPARATORS = ";；、,，"


@dataclass(frozen=True, slots=True)
class Signature:
    """Argument types and result; ``literal`` marks arguments that must be constants."""

    args: tuple[Type, ...]
    result: Type
    literal: tuple[int, ...] = ()


_T, _I, _B = Type.TEXT, Type.INT, Type.BOOL
_test_of_text = Signature((_T,), _B)
_text_and_literal = Signature((_T, _T), _B, literal=(1,))
_two_integers = Signature((_I, _I), _I)

SIGNATURES: Mapping[str, Signature] = MappingProxyType(
    {
        "blank": _test_of_text,
        "present": _test_of_text,
        "length": Signature((_T,), _I),
        "contains": _text_and_literal,
        "starts": _text_and_literal,
        "ends": _text_and_literal,
        "matches": _text_and_literal,
        "has_part": _text_and_literal,
        "day": Signature((_T,), Type.DAY),
        "is_day": _test_of_text,
        "number": Signature((_T,), Type.NUMBER),
        "is_number": _test_of_text,
        "uscc_form": _test_of_text,
        "uscc_check": _test_of_text,
        "uscc_pair": _test_of_text,
        "placeholder": _test_of_text,
        "float_code": _test_of_text,
        "resident_id": _test_of_text,
        "org_code": _test_of_text,
        "one_person_name": _test_of_text,
        "known_unit": _test_of_text,
        "least": _two_integers,
        "greatest": _two_integers,
    }
)


def parts_of(text: str) -> list[str]:
    """Split a multiple value at any of the field's separators; blanks around parts go."""
    for separator in PART_SEPARATORS[1:]:
        text = text.replace(separator, PART_SEPARATORS[0])
    return [part.strip(" ") for part in text.split(PART_SEPARATORS[0])]


def _day(text: str) -> date | None:
    return None if dates.is_null_like(text) else dates.parse_day(text)


PYTHON: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {
        "blank": lambda x: x == "",
        "present": lambda x: x != "",
        "length": len,
        "contains": lambda x, part: part in x,
        "starts": lambda x, part: x.startswith(part),
        "ends": lambda x, part: x.endswith(part),
        "has_part": lambda x, part: part in parts_of(x),
        "day": _day,
        "is_day": lambda x: dates.parse_day(x) is not None or dates.is_null_like(x),
        "number": money.parse_amount,
        "is_number": lambda x: money.parse_amount(x) is not None,
        "uscc_form": lambda x: uscc.is_form(x) and not uscc.has_refused_pair(x),
        "uscc_check": uscc.passes_check,
        "uscc_pair": uscc.has_valid_pair,
        "placeholder": uscc.is_placeholder,
        "float_code": lambda x: uscc.is_float_shaped(uscc.compact(x)),
        "resident_id": uscc.is_person_number,
        "org_code": lambda x: uscc.organisation_code_passes(uscc.organisation_code(x)),
        "one_person_name": subject.is_one_person_name,
        "least": min,
        "greatest": max,
    }
)
