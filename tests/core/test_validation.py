from datetime import date

import pytest

from gongxin.core import validation
from gongxin.core.catalog import DataType, Roles
from gongxin.core.rules import patterns
from gongxin.core.uscc import check_character
from gongxin.core.validation import checks_of, choice_pattern, faults_of, late_days
from gongxin.core.workdays import Calendar
from tests.core.records import CODE, FIELDS, ROLES, field, item

TODAY = date(2026, 6, 1)
GOOD = {
    "MC": "甲公司",
    "DM": CODE,
    "LB": "法人及非法人组织",
    "RQ": "2026-05-10",
    "JGDM": CODE,
    "LYDM": CODE,
    "CFLB": "警告",
}
PERSON = "11010519491231002X"  # the example of GB 11643
PLACEHOLDER = "00000000000000000X"


def found(row: dict[str, str], *, lacks: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    fired = faults_of(
        checks_of(item(), lacks=lacks), GOOD | row, today=TODAY, units=frozenset({CODE})
    )
    return [(check.code, check.column) for check in fired]


def test_a_good_row_has_no_fault() -> None:
    assert found({}) == []


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ({"MC": ""}, [("required", "MC")]),
        ({"MC": "有限公司甲"}, [("too_long", "MC")]),
        ({"MC": "有限公司"}, []),
        ({"CFLB": "罚款"}, [("required", "JE")]),
        ({"CFLB": "罚款", "JE": "0.1"}, []),
        ({"CFLB": "警告；罚款 ;", "JE": "0.1"}, []),
        ({"CFLB": "警告罚款", "JE": "0.1"}, [("not_in_list", "CFLB")]),
        ({"CFLB": "其他-责令改正"}, []),
        ({"CFLB": "其他-责令改正;罚款", "JE": "1"}, []),
        ({"CFLB": "训诫"}, [("not_in_list", "CFLB")]),
        ({"CFLB": "其他-责令改正并没收工具"}, []),
        ({"CFLB": "其他-责令改正并没收了工具"}, [("too_long", "CFLB")]),
        ({"ZT": "有效"}, []),
        ({"ZT": "其他、无"}, []),
        ({"ZT": "无效"}, [("not_in_list", "ZT")]),
        ({"GS": "是"}, []),
        ({"GS": "Y"}, [("not_in_list", "GS")]),
        ({"RS": "12"}, []),
        ({"RS": "1.5"}, [("integer_form", "RS")]),
        ({"JE": "1,000"}, [("amount_form", "JE")]),
        ({"RQ": "2026-02-30"}, [("bad_date", "RQ")]),
        ({"RQ": "2026-06-01"}, []),
        ({"RQ": "2026-06-02"}, [("future_date", "RQ")]),
        ({"YXQ": "2026-05-09"}, [("order", "YXQ")]),
        ({"YXQ": "2026-05-10"}, []),
        ({"JGDM": "X"}, [("unknown_unit", "JGDM")]),
        ({"JGDM": ""}, []),
        ({"LYDM": "X"}, [("unknown_unit", "LYDM")]),
    ],
)
def test_a_row_at_fault_is_found(row: dict[str, str], faults: list[tuple[str, str]]) -> None:
    assert found(row) == faults


@pytest.mark.parametrize(
    ("kind", "code", "faults"),
    [
        ("法人及非法人组织", "", ["uscc_missing"]),
        ("法人及非法人组织", PLACEHOLDER, ["uscc_placeholder"]),
        ("法人及非法人组织", "9.132E+17", ["float_code"]),
        ("法人及非法人组织", PERSON, ["uscc_is_person"]),
        ("法人及非法人组织", "9132010074820466OQ", ["uscc_form"]),
        ("法人及非法人组织", CODE[:-1] + "A", ["uscc_check_digit"]),
        ("个体工商户", "", ["uscc_missing"]),
        ("个体工商户", PLACEHOLDER, []),
        ("自然人", "", []),
        ("自然人", CODE, ["person_with_uscc"]),
        ("自然人", PERSON, ["uscc_is_person", "person_with_uscc"]),
        ("自然人", "9.132E+17", ["person_with_uscc"]),
        ("", CODE, []),
    ],
)
def test_the_subjects_code_is_checked_by_its_kind(kind: str, code: str, faults: list[str]) -> None:
    assert [name for name, _ in found({"LB": kind, "DM": code})] == faults


SOLE = "92" + CODE[2:17]
SOLE += check_character(SOLE)


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ({"DM": SOLE}, ["DM"]),
        ({"DM": SOLE, "LB": "个体工商户", "MC": "甲个体户"}, ["DM"]),
        ({"DM": PLACEHOLDER, "LB": "个体工商户"}, ["LB"]),
        ({"MC": "甲个体"}, ["MC"]),
        ({"MC": "个人独资"}, ["MC"]),
        ({"MC": "个体协会"}, []),
        ({"DM": "93" + CODE[2:]}, []),
        ({}, []),
    ],
)
def test_an_item_for_organisations_takes_no_undertaking_of_one_person(
    row: dict[str, str], faults: list[str]
) -> None:
    given = GOOD | row

    def columns(*subjects: str) -> list[str]:
        checks = checks_of(item(subjects=subjects))
        fired = faults_of(checks, given, today=TODAY, units=frozenset({CODE}))
        return [check.column for check in fired if check.code == "subject_kind"]

    assert columns("organisation") == faults
    assert columns("organisation", "one_person") == []


def test_an_old_organisation_code_only_warns() -> None:
    # Place 17 is 1 instead of 0; the check character of the whole code is made anew.
    first = CODE[:16] + "1"
    checks = checks_of(item())
    row = GOOD | {"DM": first + check_character(first)}
    fired = faults_of(checks, row, today=TODAY, units=frozenset({CODE}))
    assert [(check.code, check.level) for check in fired] == [("org_code_check", "warning")]


def test_an_unusual_pair_only_warns() -> None:
    first = "99" + CODE[2:17]
    row = GOOD | {"DM": first + check_character(first)}
    fired = faults_of(checks_of(item()), row, today=TODAY, units=frozenset({CODE}))
    assert [(check.code, check.level) for check in fired] == [("uscc_pair", "warning")]


@pytest.mark.parametrize(
    ("kind", "number", "faults"),
    [
        ("身份证", PERSON, []),
        ("身份证", "110105194912310021", [("resident_id_form", "ZJHM")]),
        ("护照号", "E12345678", []),
        ("身份证", "", []),
    ],
)
def test_a_persons_number_only_warns(kind: str, number: str, faults: list[tuple[str, str]]) -> None:
    assert found({"LB": "自然人", "DM": "", "ZJLX": kind, "ZJHM": number}) == faults


def test_an_item_without_kind_of_subject_is_about_organisations() -> None:
    roles = Roles("MC", "DM", "RQ", "JG", "")
    fired = faults_of(
        checks_of(item(roles=roles)), GOOD | {"DM": ""}, today=TODAY, units=frozenset()
    )
    assert [check.code for check in fired] == ["uscc_missing"]


@pytest.mark.parametrize(
    ("lacks", "faults"),
    [
        (frozenset(), [("required", "JE")]),
        (frozenset({"JE"}), []),  # the field itself
        (frozenset({"CFLB"}), []),  # a field that the condition reads
    ],
)
def test_a_check_that_reads_a_lacking_field_does_not_apply(
    lacks: frozenset[str], faults: list[tuple[str, str]]
) -> None:
    assert found({"CFLB": "罚款"}, lacks=lacks) == faults


def test_checks_stand_in_the_catalogs_order_and_are_made_once() -> None:
    checks = checks_of(item())
    assert [check.column for check in checks[:2]] == ["MC", "MC"]
    assert checks[-1].code == "order"
    assert checks_of(item()) is checks


def test_a_message_names_field_limit_and_options() -> None:
    messages = {(c.code, c.column): c.message for c in checks_of(item())}
    assert messages["required", "MC"].zh == "名必填"
    assert messages["too_long", "MC"].en == "longer than 4 characters"
    assert messages["not_in_list", "CFLB"].zh == "应为：警告、罚款、其他-*"
    assert messages["not_in_list", "GS"].en == "must be one of: 是、否"


OPTIONS = ("警告", "罚款", "暂扣", "暂扣许可证", "其他-*", "其他-警告", "其他-责*", "罚款", "a.b")


@pytest.mark.parametrize("several", [True, False])
def test_the_pattern_of_choices_reads_every_text_one_way(*, several: bool) -> None:
    assert patterns.fault_of(choice_pattern(OPTIONS, several=several)) is None


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("警告", True),
        ("警告;罚款", True),
        ("警告 ； 罚款 、 暂扣许可证，暂扣,a.b", True),
        ("其他-警告;罚款", True),
        ("其他-", True),
        (" 警告", True),
        ("警告;", True),
        ("警告;;罚款", False),
        (";警告", False),
        ("警告罚款", False),
        ("", False),
        ("axb", False),
        ("警告" + ";其他-a  " * 2000 + "!;?", False),
    ],
)
def test_several_choices_stand_between_separators(text: str, *, matches: bool) -> None:
    assert patterns.matches(text, choice_pattern(OPTIONS, several=True)) is matches


@pytest.mark.parametrize(
    ("text", "matches"),
    [("罚款", True), ("其他-甲、乙;丙", True), ("罚款;警告", False), ("罚款 ", False)],
)
def test_one_choice_is_one_option(text: str, *, matches: bool) -> None:
    assert patterns.matches(text, choice_pattern(OPTIONS, several=False)) is matches


def test_a_free_choice_takes_anything() -> None:
    assert patterns.matches("x", choice_pattern(("*", "甲"), several=False))


def test_the_rows_schema_has_the_fields_and_the_day() -> None:
    schema = validation.row_schema(item(fields=(*FIELDS, field("X", DataType.DATE))))
    assert schema["X"] == "text"
    assert schema["today"] == "day"
    assert ROLES.subject_code in schema


CALENDAR = Calendar(
    holidays=frozenset({date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)}),
    workdays=frozenset({date(2026, 5, 9)}),
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("received_on", "late"),
    [
        (date(2026, 4, 30), 0),
        # Working days after 30 April: May 6, 7, 8, 9 (make-up), 11, 12, 13 = 7.
        (date(2026, 5, 13), 0),
        (date(2026, 5, 14), 1),
        (date(2026, 5, 17), 2),
        (date(2026, 4, 1), 0),
    ],
)
def test_late_days_are_working_days_after_the_deadline(received_on: date, late: int) -> None:
    found = late_days(item(), CALENDAR, decided_on=date(2026, 4, 30), received_on=received_on)
    assert found == late
