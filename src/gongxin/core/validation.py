"""What a row of an item must be, as checks that every engine runs alike (数据校验).

A fault of data is a finding and never an exception: row, column, code, message, value. The
checks come from the catalog item alone; a profile only says which fields its source lacks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from gongxin.core import rules
from gongxin.core.catalog import DataType, Field, Item, Roles
from gongxin.core.citation import Label
from gongxin.core.rules import Expr, Schema, Scope, Type, Value
from gongxin.core.subject import SOLE_TRADER_PREFIX, SubjectKind
from gongxin.core.workdays import Calendar

ONE_DAY = timedelta(days=1)
ORGANISATION = "法人及非法人组织"
PERSON = "自然人"
SOLE_TRADER = "个体工商户"
ERROR = "error"
WARNING = "warning"
FLAG_VALUES = ("是", "否")
SEPARATORS = ";；、,，"  # between the options of a multiple value
_SPECIAL = frozenset("\\.()[]{}+*?|/-")
_CACHED_CHECKS = 512

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One check of an item: ``when`` holds for a row at fault."""

    code: str
    column: str
    level: str
    when: Expr
    message: Label


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one row; row 1 is the first data row, row 0 is the file (校验发现).

    ``value`` is the cell as sent, cut and masked where it may name a person.
    """

    row: int
    column: str
    code: str
    message: str
    value: str
    level: str = ERROR


def row_schema(item: Item) -> Schema:
    """Names that a rule of the item may read."""
    return dict.fromkeys(item.columns, Type.TEXT) | {"today": Type.DAY}


def checks_of(item: Item, *, lacks: frozenset[str] = frozenset()) -> tuple[Check, ...]:
    """Return the checks of an item for a source that lacks some fields.

    A check that reads a lacking field does not apply (docs/adr/0009). Order: fields as in the
    catalog, then the subject's code and kind, then the item's own rules. Equal items share theirs.

    Raises:
        BadExpression: a condition or rule of the item is not in the rule language.
    """
    return _checks_of(item, lacks)


@lru_cache(maxsize=_CACHED_CHECKS)
def _checks_of(item: Item, lacks: frozenset[str]) -> tuple[Check, ...]:
    schema = row_schema(item)
    wanted = [*_field_checks(item), *_code_checks(item), *_kind_checks(item), *_own_rules(item)]
    checks = (
        Check(code, column, level, rules.parse_one(when, schema), message)
        for code, column, level, when, message in wanted
        if column not in lacks
    )
    return tuple(check for check in checks if not rules.names_in(check.when) & lacks)


def faults_of(
    checks: tuple[Check, ...], row: Row, *, today: date, units: frozenset[str]
) -> list[Check]:
    """Run the checks over one row in Python and return those that fire, in their order."""
    scope = Scope(units=units)
    values: dict[str, Value] = {**row, "today": today}
    return [check for check in checks if rules.holds(check.when, values, scope)]


def late_days(item: Item, calendar: Calendar, *, decided_on: date, received_on: date) -> int:
    """Return by how many working days the report came after the item's deadline (迟报工作日数).

    0 for a report in time. Late is not wrong: the row is accepted.
    """
    taken = calendar.working_days_between(decided_on, received_on)
    return max(0, taken - item.deadline_working_days)


def first_in_time(item: Item, calendar: Calendar, *, received_on: date) -> date:
    """Return the first day of decision whose report on ``received_on`` is in time (迟报界限)."""
    day = received_on
    while late_days(item, calendar, decided_on=day - ONE_DAY, received_on=received_on) == 0:
        day -= ONE_DAY
    return day


_Wanted = tuple[str, str, str, str, Label]


def _field_checks(item: Item) -> Iterator[_Wanted]:
    for field in item.fields:
        yield from _presence(field)
        yield from _form(field)
    decided = item.roles.decided_on
    message = Label("日期晚于收到之日", "the day is later than the day of receipt")
    yield ("future_date", decided, ERROR, f"day({decided}) > today", message)
    for column in (item.roles.authority_code, item.roles.source_code):
        if column:
            message = Label("不是已登记的单位", "no unit with this code is registered")
            when = f"present({column}) and not known_unit({column})"
            yield ("unknown_unit", column, ERROR, when, message)


def _presence(field: Field) -> Iterator[_Wanted]:
    column = field.identify
    if field.required == "no":
        return
    when = f"blank({column})" + ("" if field.required == "yes" else f" and ({field.required})")
    message = Label(f"{field.name.zh}必填", f"{field.name.en} is required")
    yield ("required", column, ERROR, when, message)


def _form(field: Field) -> Iterator[_Wanted]:
    column, kind = field.identify, field.data_type
    if field.data_length > 0 and kind in (DataType.TEXT, DataType.ENUM, DataType.ENUMS):
        length = field.data_length
        message = Label(f"超过{length}个字符", f"longer than {length} characters")
        yield ("too_long", column, ERROR, f"length({column}) > {length}", message)
    if kind in (DataType.ENUM, DataType.ENUMS, DataType.FLAG):
        options = field.optional_range or FLAG_VALUES
        pattern = choice_pattern(options, several=kind is DataType.ENUMS)
        when = f"present({column}) and not matches({column}, {pattern!r})"
        shown = "、".join(options)
        message = Label(f"应为：{shown}", f"must be one of: {shown}")
        yield ("not_in_list", column, ERROR, when, message)
    elif kind in _FORMS:
        code, when, message = _FORMS[kind]
        when = f"present({column}) and not {when.format(column)}"
        yield (code, column, ERROR, when, message)


_FORMS: Mapping[DataType, tuple[str, str, Label]] = {
    DataType.DATE: (
        "bad_date",
        "is_day({})",
        Label("不是有效日期", "not a day; write it as 2026-05-04"),
    ),
    DataType.NUMBER: (
        "amount_form",
        "is_number({})",
        Label("金额应为数字（万元，至多6位小数）", "not an amount in 万元 with at most 6 decimals"),
    ),
    DataType.INTEGER: (
        "integer_form",
        "matches({}, '[0-9]{{1,9}}')",
        Label("应为整数", "not a whole number"),
    ),
}


def choice_pattern(options: tuple[str, ...], *, several: bool) -> str:
    """Return the pattern of one option, or of several with separators between them.

    Blanks around an option and one separator at the end are let pass. An option that a free one
    (其他-*) covers is left out: a pattern may read no text in two ways.
    """
    free = tuple(option.removesuffix("*") for option in options if option.endswith("*"))
    fixed = [o for o in dict.fromkeys(options) if not o.endswith("*") and not o.startswith(free)]
    begins = [f for f in dict.fromkeys(free) if not f.startswith(tuple(set(free) - {f}))]
    rest, blanks = (f"[^{SEPARATORS}]*", " *") if several else ("[^\n]*", "")
    one = "|".join([*(_literal(o) + blanks for o in fixed), *(_literal(f) + rest for f in begins)])
    if not several:
        return f"(?:{one})"
    separator = f"[{SEPARATORS}] *"
    return f" *(?:{one})(?:{separator}(?:{one}))*(?:{separator})?"


def _literal(text: str) -> str:
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in text)


def _code_checks(item: Item) -> Iterator[_Wanted]:
    yield from _code_errors(item.roles)
    yield from _code_warnings(item.roles)


def _is(roles: Roles, *kinds: str) -> str:
    """Return the condition that the row's subject is of one of the kinds, as far as it says."""
    return f"{roles.subject_kind} in {list(kinds)}" if roles.subject_kind else "False"


def _shaped(roles: Roles) -> str:
    code = roles.subject_code
    return (
        f"not ({_is(roles, PERSON)}) and present({code}) and not placeholder({code})"
        f" and not float_code({code}) and not resident_id({code})"
    )


def _code_errors(roles: Roles) -> Iterator[_Wanted]:
    code, person, shaped = roles.subject_code, _is(roles, PERSON), _shaped(roles)
    named = _is(roles, ORGANISATION, SOLE_TRADER) if roles.subject_kind else "True"
    for rule, when, zh, en in (
        (
            "uscc_missing",
            f"{named} and blank({code})",
            "缺少统一社会信用代码",
            "the code is missing",
        ),
        (
            "uscc_placeholder",
            f"placeholder({code}) and not ({_is(roles, SOLE_TRADER, PERSON)})",
            "占位代码只可用于尚无代码的个体工商户",
            "the placeholder code is only for sole traders without a code",
        ),
        (
            "float_code",
            f"not ({person}) and float_code({code})",
            "代码已被表格软件改写为小数，请将该列设为文本后重新导出",
            "a spreadsheet turned the code into a number; set the column to text and export again",
        ),
        (
            "uscc_is_person",
            f"resident_id({code})",
            "此处是自然人证件号码，不得作为信用主体代码",
            "this is a natural person's identity number and cannot be a subject's code",
        ),
        (
            "uscc_form",
            f"{shaped} and not uscc_form({code})",
            "代码构成有误",
            "not the form of a code",
        ),
        (
            "uscc_check_digit",
            f"{shaped} and uscc_form({code}) and not uscc_check({code})",
            "校验码不符，请核对每一位",
            "the check character is wrong; compare every character",
        ),
        (
            "person_with_uscc",
            f"({person}) and present({code})",
            "自然人不应填写统一社会信用代码",
            "a natural person has no unified social credit code",
        ),
    ):
        yield (rule, code, ERROR, when, Label(zh, en))


def _code_warnings(roles: Roles) -> Iterator[_Wanted]:
    code, person = roles.subject_code, _is(roles, PERSON)
    valid = f"{_shaped(roles)} and uscc_form({code}) and uscc_check({code})"
    organisation = Label("主体标识码校验不符", "its organisation code fails GB 11714")
    yield ("org_code_check", code, WARNING, f"{valid} and not org_code({code})", organisation)
    pair = Label("登记部门与机构类别少见", "unusual department and category")
    yield ("uscc_pair", code, WARNING, f"{valid} and not uscc_pair({code})", pair)
    number, certificate = roles.person_id, roles.person_id_type
    if number and certificate:
        when = (
            f"({person}) and {certificate} == '身份证'"
            f" and present({number}) and not resident_id({number})"
        )
        message = Label("身份证号码形式有误", "not the form of an identity number")
        yield ("resident_id_form", number, WARNING, when, message)


def _kind_checks(item: Item) -> Iterator[_Wanted]:
    """An item takes one person's undertakings only where its law names them (legal.md L3)."""
    if SubjectKind.ONE_PERSON in item.subjects:
        return
    roles, by_code = item.roles, f"starts({item.roles.subject_code}, '{SOLE_TRADER_PREFIX}')"
    message = Label(
        "本目录不收个体工商户、个人独资企业等单人经营主体的信息；请核对主体，确属此类的不要报送",
        "this item takes no sole traders and no other undertaking of one person;"
        " check the subject, and leave the row out if it is one",
    )
    yield ("subject_kind", roles.subject_code, ERROR, by_code, message)
    by_name = f"one_person_name({roles.subject_name}) and not {by_code}"
    yield ("subject_kind", roles.subject_name, ERROR, by_name, message)
    if roles.subject_kind:
        by_kind = f"{_is(roles, SOLE_TRADER)} and not {by_code}"
        yield ("subject_kind", roles.subject_kind, ERROR, by_kind, message)


def _own_rules(item: Item) -> Iterator[_Wanted]:
    for rule in item.rules:
        yield (rule.code, rule.column, rule.level, rule.when, rule.message)
