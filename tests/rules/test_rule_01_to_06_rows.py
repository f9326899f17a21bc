"""Rules 1 to 6: which rows are refused."""

import pytest

from tests.rules.conftest import CODE, Law

PLACEHOLDER = "00000000000000000X"


def test_a_good_row_passes(law: Law) -> None:
    assert law.findings({}) == []
    assert law.findings({}, item="administrative-licence") == []


@pytest.mark.parametrize(
    ("item", "column"),
    [
        ("administrative-penalty", "CF_XDR_SHXYM"),
        ("administrative-licence", "XK_XDR_SHXYM"),
    ],
)
def test_rule_01_a_wrong_check_digit_refuses_the_row(law: Law, item: str, column: str) -> None:
    assert law.faults({column: CODE[:-1] + "A"}, item=item) == ["uscc_check_digit"]


@pytest.mark.parametrize(
    ("kind", "code", "faults"),
    [
        ("法人及非法人组织", "", ["uscc_missing"]),
        ("法人及非法人组织", PLACEHOLDER, ["uscc_placeholder"]),
        ("个体工商户", PLACEHOLDER, []),
    ],
)
def test_rule_02_only_a_sole_trader_may_have_no_code_yet(
    law: Law, kind: str, code: str, faults: list[str]
) -> None:
    assert law.faults({"CF_XDR_LB": kind, "CF_XDR_SHXYM": code}) == faults


def test_rule_03_a_natural_person_has_no_code(law: Law) -> None:
    certificate = {"CF_XDR_ZJLX": "护照号", "CF_XDR_ZJHM": "E12345678"}
    person = {"CF_XDR_LB": "自然人", **certificate}
    assert law.faults({**person, "CF_XDR_SHXYM": CODE}) == ["person_with_uscc"]
    assert law.faults({**person, "CF_XDR_SHXYM": ""}) == []


@pytest.mark.parametrize(
    ("kinds", "amount", "faults"),
    [
        ("罚款", "", ["amount_required"]),
        ("罚款", "0", ["amount_form"]),
        ("罚款", "-1", ["amount_form"]),
        ("罚款", "一万元", ["amount_form"]),
        ("罚款", "0.000001", []),
        ("警告;罚款", "", ["amount_required"]),
    ],
)
def test_rule_04_a_fine_has_an_amount_above_zero(
    law: Law, kinds: str, amount: str, faults: list[str]
) -> None:
    assert law.faults({"CF_CFLB": kinds, "CF_NR_FK": amount}) == faults


def test_rule_04_an_amount_without_a_fine_only_warns(law: Law) -> None:
    row = {"CF_CFLB": "警告", "CF_NR_FK": "1"}
    assert (law.faults(row), law.warnings(row)) == ([], ["amount_without_fine"])


@pytest.mark.parametrize(
    ("kinds", "certificate", "faults"),
    [
        ("吊销许可证件", "", ["certificate_required"]),
        ("暂扣许可证件", "", ["certificate_required"]),
        ("暂扣或者吊销许可证", "", ["certificate_required"]),
        ("吊销许可证件", "食品经营许可证JY12111000012345", []),
        ("警告", "", []),
    ],
)
def test_rule_05_withholding_names_the_certificate(
    law: Law, kinds: str, certificate: str, faults: list[str]
) -> None:
    row = {"CF_CFLB": kinds, "CF_NR_FK": "", "CF_NR_ZKDX": certificate}
    assert law.faults(row) == faults


@pytest.mark.parametrize(
    ("decided", "faults"), [("2026-11-23", []), ("2026-11-24", ["future_date"])]
)
def test_rule_06_no_decision_lies_in_the_future(law: Law, decided: str, faults: list[str]) -> None:
    assert law.faults({"CF_JDRQ": decided}) == faults


@pytest.mark.parametrize(("until", "faults"), [("2026-05-10", []), ("2026-05-09", ["date_order"])])
def test_rule_06_a_licence_does_not_end_before_it_begins(
    law: Law, until: str, faults: list[str]
) -> None:
    assert law.faults({"XK_YXQZI": until}, item="administrative-licence") == faults
