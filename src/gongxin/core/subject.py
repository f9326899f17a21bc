"""Kinds of subjects: which undertakings may be graded at all (信用主体类别)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from gongxin.core.documents import normalise_name
from gongxin.core.uscc import is_person_number


class SubjectKind(StrEnum):
    """Whether the subject is more than one person's livelihood (主体类别).

    Natural persons are never subjects and have no member here.
    """

    ORGANISATION = "organisation"
    ONE_PERSON = "one_person"
    UNKNOWN = "unknown"


class Form(StrEnum):
    """The form in which the subject is registered (主体形式)."""

    COMPANY = "company"
    COOPERATIVE = "cooperative"
    ORGAN = "organ"
    INSTITUTION = "institution"
    MASS = "mass"
    SOCIAL = "social"
    LAW_OFFICE = "law_office"
    RELIGIOUS = "religious"
    UNION = "union"
    FOREIGN = "foreign"
    COLLECTIVE = "collective"
    MILITARY = "military"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SubjectType:
    """What a subject is; an unknown kind is not graded (主体类型)."""

    kind: SubjectKind
    form: Form


ARCHIVE_ONLY = frozenset("278")
COMPANY_ENDINGS = ("有限公司", "有限责任公司", "股份有限公司")
BRANCH_ENDING = "分公司"
TRADE_ENDINGS = ("店", "馆", "铺", "部", "厂", "坊", "摊", "档", "超市")
LONGEST_PERSON_NAME = 4
NAME_DOTS = "·•・"
MASK = "○"
SOLE_TRADER_PREFIX = "92"
ONE_PERSON_ENDINGS = ("个体工商户", "个体户", "个体", "家庭农场")
ONE_PERSON_WORD = "个人独资"

UNKNOWN = SubjectType(SubjectKind.UNKNOWN, Form.UNKNOWN)
_ONE_PERSON = SubjectType(SubjectKind.ONE_PERSON, Form.OTHER)
_COMPANY = SubjectType(SubjectKind.ORGANISATION, Form.COMPANY)
_NOT_GRADED = SubjectType(SubjectKind.UNKNOWN, Form.OTHER)

# Two characters are looked up before one.
_BY_CODE = {
    "11": SubjectType(SubjectKind.ORGANISATION, Form.ORGAN),
    "12": SubjectType(SubjectKind.ORGANISATION, Form.INSTITUTION),
    "13": SubjectType(SubjectKind.ORGANISATION, Form.MASS),
    "1": _NOT_GRADED,
    "2": SubjectType(SubjectKind.ORGANISATION, Form.FOREIGN),
    # A personal law office cannot be told from a partnership by its code or name.
    "3": SubjectType(SubjectKind.UNKNOWN, Form.LAW_OFFICE),
    "41": SubjectType(SubjectKind.ORGANISATION, Form.FOREIGN),
    "4": _NOT_GRADED,
    "5": SubjectType(SubjectKind.ORGANISATION, Form.SOCIAL),
    # A private non-enterprise unit may be one person's; its code and name do not say so.
    "52": SubjectType(SubjectKind.UNKNOWN, Form.SOCIAL),
    "6": SubjectType(SubjectKind.ORGANISATION, Form.FOREIGN),
    "7": SubjectType(SubjectKind.ORGANISATION, Form.RELIGIOUS),
    "8": SubjectType(SubjectKind.ORGANISATION, Form.UNION),
    "93": SubjectType(SubjectKind.ORGANISATION, Form.COOPERATIVE),
    "A": SubjectType(SubjectKind.ORGANISATION, Form.MILITARY),
    "N": SubjectType(SubjectKind.ORGANISATION, Form.COLLECTIVE),
    "Y": _NOT_GRADED,
}
_TRAILING_BRACKETS = re.compile(r"(?:\([^()]*\))+$")


def classify(uscc: str, name: str) -> SubjectType:
    """Return what the subject is by its code and registered name (主体分类).

    In this order: a code 92… or a name that says one person is ``one_person``; a code 91… with a
    name that ends in a company's form is a company, without one it is unknown, as is a branch; any
    other code decides by its first two characters. In doubt the answer is unknown, and what is
    unknown is not graded.

    >>> classify("91320100748204660Q", "示例（盘锦）有限公司（外资）").form.value
    'company'

    Args:
        uscc: a valid code; a resident identity number gives unknown.
        name: the registered name, in any width and bracket kind.
    """
    if is_person_number(uscc):
        return UNKNOWN
    folded = normalise_name(name)
    if uscc.startswith(SOLE_TRADER_PREFIX) or _says_one_person(folded):
        return _ONE_PERSON
    if uscc.startswith("91"):
        return _enterprise(_TRAILING_BRACKETS.sub("", folded))
    return _BY_CODE.get(uscc[:2], _BY_CODE.get(uscc[:1], UNKNOWN))


def archive_only(uscc: str) -> bool:
    """Tell whether the subject has an archive and nothing else (仅建档): codes 2…, 7…, 8….

    >>> archive_only("71110000MD0123456X"), archive_only("91320100748204660Q")
    (True, False)
    """
    return uscc[:1] in ARCHIVE_ONLY


def may_be_graded(uscc: str, name: str) -> bool:
    """Tell whether a model may grade the subject: an organisation, not archive only (可评价)."""
    return not archive_only(uscc) and classify(uscc, name).kind is SubjectKind.ORGANISATION


def is_one_person_name(name: str) -> bool:
    """Tell whether a name, as written, says an undertaking of one person (单人经营主体名称).

    >>> is_one_person_name("河边小吃店（个体工商户）"), is_one_person_name("个体劳动者协会")
    (True, False)
    """
    return _says_one_person(normalise_name(name))


def may_be_a_person(name: str) -> bool:
    """Tell whether a name could be a person's own: short, or with the dot of some (疑似自然人姓名).

    >>> may_be_a_person("示例甲"), may_be_a_person("示例面馆"), may_be_a_person("盘锦甲有限公司")
    (True, False, False)
    """
    folded = normalise_name(name)
    if folded.endswith(COMPANY_ENDINGS + TRADE_ENDINGS):
        return False
    return len(folded) <= LONGEST_PERSON_NAME or any(dot in folded for dot in NAME_DOTS)


def shown_name(uscc: str, name: str) -> str:
    """Return a name as anybody may see it (名称展示).

    Of an enterprise or a sole trader (codes 9…) whose name could be a person's, all characters
    but the first are hidden (docs/domain/rules.md 38).

    >>> shown_name("92211103MY8GY77K6Y", "示例甲"), shown_name("92211103MY8GY77K6Y", "示例面馆")
    ('示○○', '示例面馆')
    """
    if not uscc.startswith("9") or not may_be_a_person(name):
        return name
    folded = normalise_name(name)
    return folded[:1] + MASK * max(1, len(folded) - 1)


def _says_one_person(folded: str) -> bool:
    inner = folded.rstrip(")")  # …小吃店(个体工商户)
    bare = _TRAILING_BRACKETS.sub("", folded)
    return (
        ONE_PERSON_WORD in folded
        or inner.endswith(ONE_PERSON_ENDINGS)
        or bare.endswith(ONE_PERSON_ENDINGS)
    )


def _enterprise(bare: str) -> SubjectType:
    if bare.endswith(BRANCH_ENDING):
        return _NOT_GRADED
    return _COMPANY if bare.endswith(COMPANY_ENDINGS) else UNKNOWN
