"""Rules 13 to 17: how long a penalty is public, and from when it may be repaired."""

from datetime import date

import pytest

from tests.rules.conftest import Law

DECIDED = date(2026, 5, 10)


def test_rule_13_a_general_penalty_may_be_repaired_after_three_months(law: Law) -> None:
    found = law.publicity({})
    assert found.failing_class == "一般"
    assert found.repairable_from == date(2026, 8, 10)  # refused on 9 August


@pytest.mark.parametrize(
    ("day", "public"),
    [(DECIDED, True), (date(2027, 5, 10), True), (date(2027, 5, 11), False)],
)
def test_rule_13_a_general_penalty_is_public_for_one_year(
    law: Law, day: date, *, public: bool
) -> None:
    assert law.publicity({}, as_of=day).is_public(day) is public


SEVERE = {"CF_CFLB": "责令停产停业", "CF_NR_FK": ""}


@pytest.mark.parametrize(("day", "public"), [(date(2029, 5, 10), True), (date(2029, 5, 11), False)])
def test_rule_14_a_severe_penalty_is_public_for_three_years(
    law: Law, day: date, *, public: bool
) -> None:
    found = law.publicity(SEVERE, as_of=day)
    assert found.is_public(day) is public
    assert (found.failing_class, found.repairable_from) == ("严重", date(2027, 5, 10))


def test_rule_15_a_slight_penalty_ends_within_three_months_and_is_repaired_at_once(
    law: Law,
) -> None:
    found = law.publicity({"CF_CFLB": "警告", "CF_NR_FK": ""})
    assert found.public_until == date(2026, 8, 10)
    assert found.repairable_from == DECIDED


FIRE = {"CF_YJ": "《消防法》第六十条", "CF_JDRQ": "2025-06-01"}


@pytest.mark.parametrize(
    ("as_of", "repairable_from", "until"),
    [
        # Order 58 says 12 to 36 months; Order 36 says 3 to 12, which counts from its first day on.
        (date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 1)),
        (date(2026, 4, 1), date(2025, 9, 1), date(2026, 6, 1)),
    ],
)
def test_rule_16_of_old_and_new_terms_the_lower_applies(
    law: Law, as_of: date, repairable_from: date, until: date
) -> None:
    found = law.publicity(FIRE, decided_on=date(2025, 6, 1), as_of=as_of)
    assert (found.repairable_from, found.public_until) == (repairable_from, until)


@pytest.mark.parametrize(
    ("kinds", "until"),
    [
        ("警告;罚款", date(2027, 5, 10)),
        ("罚款;警告;责令关闭", date(2029, 5, 10)),
    ],
)
def test_rule_17_of_several_kinds_the_longest_term_counts(
    law: Law, kinds: str, until: date
) -> None:
    assert law.publicity({"CF_CFLB": kinds}).public_until == until
