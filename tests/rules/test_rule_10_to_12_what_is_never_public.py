"""Rules 10 to 12: what may not be published may not act."""

from datetime import date

import pytest

from tests.rules.conftest import TODAY, Law

DECIDED = date(2026, 5, 10)


@pytest.mark.parametrize(
    ("row", "hidden"),
    [
        ({"CF_CXLB": "01", "CF_NR_FK": "0.1"}, "simple_procedure"),
        ({"CF_CXLB": "01", "CF_SXCD": "严重"}, "simple_procedure"),
    ],
)
def test_rule_10_a_simple_procedure_is_stored_but_never_public(
    law: Law, row: dict[str, str], hidden: str
) -> None:
    assert law.faults(row) == []
    found = law.publicity(row)
    assert found.hidden == hidden
    assert not found.is_public(DECIDED)


def test_rule_10_a_simple_procedure_is_not_evaluated(law: Law) -> None:
    row = {"CF_CXLB": "01", "CF_NR_FK": "0.1"}
    assert law.record("r1", row, decided_on=DECIDED, as_of=TODAY) is None


@pytest.mark.parametrize("kinds", ["警告", "通报批评", "警告;通报批评"])
def test_rule_11_a_mere_warning_is_slight_and_not_public(law: Law, kinds: str) -> None:
    found = law.publicity({"CF_CFLB": kinds, "CF_NR_FK": ""})
    assert (found.failing_class, found.hidden) == ("轻微", "class_not_public")


@pytest.mark.parametrize("procedure", ["99", ""])
def test_rule_12_a_procedure_not_stated_is_neither_public_nor_scored(
    law: Law, procedure: str
) -> None:
    row = {"CF_CXLB": procedure}
    assert law.publicity(row).hidden == "procedure_not_stated"
    assert law.record("r1", row, decided_on=DECIDED, as_of=TODAY) is None
