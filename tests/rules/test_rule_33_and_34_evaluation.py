"""Rules 33 and 34: an evaluation can be made again, and what has ended has no weight."""

from datetime import date

import pytest

from tests.rules.conftest import TODAY, Law

DECIDED = date(2026, 5, 10)


def test_rule_33_twice_gives_the_same_and_every_point_its_source(law: Law) -> None:
    records = [
        law.record("r2", {"CF_NR_FK": "12"}, decided_on=DECIDED, as_of=TODAY),
        law.record("r1", {}, decided_on=date(2026, 6, 1), as_of=TODAY),
    ]
    first, second = law.grade(*records), law.grade(*reversed(records))
    assert first == second
    # M01 takes 20 for each; M03 takes 10 for 12 万元 and 5 for 1 万元.
    assert [(line.item, line.record_id, line.points) for line in first.lines] == [
        ("M01", "r2", -20_000),
        ("M01", "r1", -20_000),
        ("M03", "r2", -10_000),
        ("M03", "r1", -5000),
    ]
    assert all(len(line.cite) > 0 for line in first.lines)


@pytest.mark.parametrize(
    ("as_of", "score"),
    [(date(2027, 5, 10), 975_000), (date(2027, 5, 11), 1_000_000)],
)
def test_rule_34_an_expired_record_has_no_weight_the_next_day(
    law: Law, as_of: date, score: int
) -> None:
    record = law.record("r1", {}, decided_on=DECIDED, as_of=as_of)
    assert law.grade(record, as_of=as_of).score == score


def test_rule_34_a_revoked_record_has_no_weight_at_once(law: Law) -> None:
    record = law.record("r1", {"CF_CXBG": "撤销"}, decided_on=DECIDED, as_of=TODAY)
    assert law.grade(record).score == 1_000_000
