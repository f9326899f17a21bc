from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core import dates
from gongxin.core.catalog import Item, Nature, PublicRange
from gongxin.core.clauses import ClassRow, Clock, Never, PublicityRule, Term, TermVersion
from gongxin.core.visibility import (
    Days,
    Publicity,
    Standing,
    failing_class,
    is_adverse,
    publicity_of,
)
from tests.core.records import CITE, NAME, ROLES, item

# Old law until the end of 2023: a fine is public for 6 to 36 months. New law: 3 to 12 months.
OLD = TermVersion(
    date(2020, 1, 1),
    date(2023, 12, 31),
    CITE,
    (
        Term("轻微", public=True, max_months=12),
        Term("一般", public=True, min_months=12, max_months=36, when="contains(MC, '消防')"),
        Term("一般", public=True, min_months=6, max_months=36),
        Term("严重", public=True, min_months=12, max_months=36),
    ),
)
NEW = TermVersion(
    date(2024, 1, 1),
    None,
    CITE,
    (
        Term("轻微", public=False, max_months=3),
        Term("一般", public=True, min_months=3, max_months=12),
        Term("严重", public=True, min_months=12, max_months=36),
    ),
)
SPECIAL = TermVersion(
    date(2025, 1, 1),
    None,
    CITE,
    (
        Term("轻微", public=False, max_months=3),
        Term("一般", public=True, min_months=6, max_months=24),
        Term("严重", public=True, min_months=12, max_months=36),
    ),
)
RULE = PublicityRule(
    rule="terms",
    name=NAME,
    items=("penalty",),
    severity=("轻微", "一般", "严重"),
    classes=(
        ClassRow("严重", "contains(CFLB, '吊销')", CITE),
        ClassRow("一般", "contains(CFLB, '罚款')", CITE),
        ClassRow("轻微", "contains(CFLB, '警告')", CITE),
    ),
    clocks=(
        Clock("special", "contains(JG, '专门')", (SPECIAL,)),
        Clock("general", "", (OLD, NEW)),
    ),
    never=(Never("unit", "GS == '否'", CITE),),
)
ITEM = item(roles=replace(ROLES, public_type=""), adverse_when="")
DECIDED = date(2026, 5, 10)


def public(
    row: dict[str, str],
    *,
    of: Item = ITEM,
    decided_on: date = DECIDED,
    as_of: date | None = None,
    standing: Standing | None = None,
) -> Publicity:
    days = Days(decided_on, decided_on, as_of or decided_on)
    return publicity_of(of, RULE, row, days, standing or Standing())


def test_a_fine_is_public_for_its_term_and_the_last_day_is_inside() -> None:
    found = public({"CFLB": "罚款"})
    assert found == Publicity(
        failing_class="一般",
        adverse=True,
        hidden="",
        public_from=DECIDED,
        public_until=date(2027, 5, 10),
        repairable_from=date(2026, 8, 10),
        clause="terms/general",
    )
    assert [found.is_public(day) for day in (date(2026, 5, 9), DECIDED)] == [False, True]
    assert found.is_public(date(2027, 5, 10))
    assert not found.is_public(date(2027, 5, 11))


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("警告", "轻微"),
        ("警告;罚款", "一般"),
        ("罚款;吊销执照;警告", "严重"),
        ("责令改正", ""),
    ],
)
def test_the_severest_class_counts(kinds: str, expected: str) -> None:
    assert failing_class(RULE, ITEM, {"CFLB": kinds}) == expected


@pytest.mark.parametrize(("stated", "expected"), [("轻微", "轻微"), ("特别严重", "一般")])
def test_the_units_own_class_counts_if_it_is_one(stated: str, expected: str) -> None:
    assert failing_class(RULE, ITEM, {"CFLB": "罚款", "CD": stated}) == expected


@pytest.mark.parametrize(
    ("row", "standing", "hidden"),
    [
        ({"CFLB": "责令改正"}, {}, "class_unknown"),
        ({"CFLB": "警告"}, {}, "class_not_public"),
        ({"CFLB": "罚款", "GS": "否"}, {}, "unit"),
        ({"CFLB": "责令改正", "GS": "否"}, {}, "unit"),
        ({"CFLB": "罚款"}, {"body": True}, "body_not_public"),
        ({"CFLB": "罚款"}, {"body": True, "archive_only": True}, "archive_only"),
        ({"CFLB": "罚款"}, {"body": True, "unconfirmed": True}, "unconfirmed"),
        ({"CFLB": "罚款"}, {"unconfirmed": True, "unattached": True}, "unattached"),
        ({"CFLB": "罚款"}, {"unattached": True, "incomplete": True}, "incomplete"),
        ({"CFLB": "罚款"}, {"incomplete": True, "held": True}, "held"),
    ],
)
def test_a_record_is_hidden_for_a_named_reason(
    row: dict[str, str], standing: dict[str, bool], hidden: str
) -> None:
    found = public(row, standing=Standing(**standing))
    assert found.hidden == hidden
    assert not found.is_public(DECIDED)


def test_a_body_is_public_where_the_item_says_so() -> None:
    bodies = replace(ITEM, bodies_public=True)
    assert public({"CFLB": "罚款"}, of=bodies, standing=Standing(body=True)).hidden == ""


@pytest.mark.parametrize(
    ("changes", "row", "hidden"),
    [
        ({"public_type": PublicRange.SHARED}, {}, "item_not_public"),
        ({"roles": ROLES}, {"GKLX": "依申请公开"}, "unit_not_public"),
        ({"roles": ROLES}, {"GKLX": "可向社会公开"}, ""),
        ({"complete_when": "present(MC)"}, {}, "incomplete"),
        ({"complete_when": "present(MC)"}, {"MC": "甲"}, ""),
    ],
)
def test_the_item_has_its_say(changes: dict[str, object], row: dict[str, str], hidden: str) -> None:
    of = replace(ITEM, **changes)  # type: ignore[arg-type]
    assert public({"CFLB": "罚款"} | row, of=of).hidden == hidden


@pytest.mark.parametrize(
    ("stated", "until"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2030-01-01", date(2027, 5, 10)),
        ("1900-01-01", date(2027, 5, 10)),
        ("", date(2027, 5, 10)),
    ],
)
def test_the_units_own_end_only_shortens(stated: str, until: date) -> None:
    assert public({"CFLB": "罚款", "GSJZ": stated}).public_until == until


def test_a_source_that_fell_silent_ends_publicity() -> None:
    found = public({"CFLB": "罚款"}, of=replace(ITEM, confirm_days=7))
    assert found.public_until == date(2026, 5, 17)


OLD_DAY = date(2023, 6, 1)


@pytest.mark.parametrize(
    ("row", "as_of", "repairable_from", "until", "hidden"),
    [
        # On its last day the old law holds, and what the new one says from the next day on.
        ({"CFLB": "罚款"}, date(2023, 12, 31), date(2023, 12, 1), date(2024, 6, 1), ""),
        ({"CFLB": "罚款"}, date(2024, 1, 1), date(2023, 9, 1), date(2024, 6, 1), ""),
        (
            {"CFLB": "罚款", "MC": "消防"},
            date(2023, 12, 31),
            date(2024, 1, 1),
            date(2024, 6, 1),
            "",
        ),
        ({"CFLB": "警告"}, date(2023, 12, 31), date(2023, 6, 1), date(2023, 12, 31), ""),
        (
            {"CFLB": "警告"},
            date(2024, 1, 1),
            date(2023, 6, 1),
            date(2023, 9, 1),
            "class_not_public",
        ),
    ],
)
def test_of_old_and_new_law_the_milder_counts_from_its_first_day(
    row: dict[str, str], as_of: date, repairable_from: date, until: date, hidden: str
) -> None:
    found = public(row, decided_on=OLD_DAY, as_of=as_of)
    assert (found.repairable_from, found.public_until, found.hidden) == (
        repairable_from,
        until,
        hidden,
    )


def test_a_decision_older_than_every_version_falls_under_the_first() -> None:
    found = public({"CFLB": "罚款"}, decided_on=date(2019, 6, 1), as_of=date(2019, 6, 1))
    assert found.public_until == date(2022, 6, 1)


@pytest.mark.parametrize(
    ("decided_on", "clause", "until"),
    [
        (date(2024, 12, 31), "terms/general", date(2025, 12, 31)),  # not yet in force
        (date(2025, 1, 1), "terms/special", date(2027, 1, 1)),
    ],
)
def test_a_special_clock_counts_where_it_is_in_force(
    decided_on: date, clause: str, until: date
) -> None:
    found = public({"CFLB": "罚款", "JG": "专门局"}, decided_on=decided_on)
    assert (found.clause, found.public_until) == (clause, until)


def test_the_end_of_a_special_clock_is_a_day_of_change() -> None:
    """A special clock of 2025 and 2026 with 24 months; after it 12 months of the general one."""
    ended = replace(SPECIAL, valid_until=date(2026, 12, 31))
    rule = replace(RULE, clocks=(replace(RULE.clocks[0], versions=(ended,)), RULE.clocks[1]))
    row, decided = {"CFLB": "罚款", "JG": "专门局"}, date(2025, 6, 1)
    for day in (decided, date(2026, 12, 31), date(2027, 1, 1)):
        found = publicity_of(ITEM, rule, row, Days(decided, decided, day))
        shown = [found.is_public(date(2026, 12, 31)), found.is_public(date(2027, 1, 1))]
        assert shown == [day < date(2027, 1, 1), False]


def test_a_class_without_term_is_unknown() -> None:
    bare = TermVersion(date(2020, 1, 1), None, CITE, (Term("轻微", public=True, max_months=3),))
    rule = replace(RULE, clocks=(Clock("general", "", (bare,)),))
    found = publicity_of(ITEM, rule, {"CFLB": "罚款"}, Days(DECIDED, DECIDED, DECIDED))
    assert (found.hidden, found.failing_class) == ("class_unknown", "一般")


def test_an_adverse_record_without_a_rule_is_never_public() -> None:
    found = publicity_of(ITEM, None, {}, Days(DECIDED, DECIDED, DECIDED))
    assert (found.hidden, found.adverse, found.clause) == ("no_term", True, "item/penalty")


PROMISE = replace(ITEM, nature=Nature.NEUTRAL, adverse_when="ZT == '失约'")


@pytest.mark.parametrize(("state", "adverse"), [("失约", True), ("履行", False)])
def test_a_record_is_adverse_by_its_content(state: str, *, adverse: bool) -> None:
    assert is_adverse(PROMISE, {"ZT": state}) is adverse


@pytest.mark.parametrize(("nature", "adverse"), [(Nature.ADVERSE, True), (Nature.NEUTRAL, False)])
def test_a_record_is_adverse_by_its_item(nature: Nature, *, adverse: bool) -> None:
    assert is_adverse(replace(ITEM, nature=nature), {}) is adverse


@pytest.mark.parametrize(
    ("months", "valid_until", "until"),
    [
        (0, "", None),
        (0, "2030-01-01", date(2030, 1, 1)),
        (0, "1900-01-01", None),
        (36, "", date(2029, 5, 10)),
        (36, "2030-01-01", date(2029, 5, 10)),
        (36, "2027-01-01", date(2027, 1, 1)),
    ],
)
def test_a_good_record_ends_with_its_own_term(
    months: int, valid_until: str, until: date | None
) -> None:
    of = replace(ITEM, nature=Nature.FAVOURABLE, public_months=months)
    found = public({"YXQ": valid_until}, of=of, standing=Standing(unattached=True))
    assert found == Publicity("", False, "", DECIDED, until, None, "item/penalty")
    assert found.is_public(date(2026, 12, 31)) == (until is None or until >= date(2026, 12, 31))


DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
KINDS = st.sampled_from(["警告", "罚款", "吊销", "警告;罚款", "责令改正"])
NAMES = st.sampled_from(["甲", "消防"])
OFFICES = st.sampled_from(["局", "专门局"])


ROWS = st.fixed_dictionaries({"CFLB": KINDS, "MC": NAMES, "JG": OFFICES})


@given(row=ROWS, decided=DAYS, first=DAYS, second=DAYS)
def test_time_never_lengthens_a_term_nor_delays_a_repair(
    row: dict[str, str], decided: date, first: date, second: date
) -> None:
    earlier = public(row, decided_on=decided, as_of=min(first, second))
    later = public(row, decided_on=decided, as_of=max(first, second))
    ends = [found.public_until or date.max for found in (earlier, later)]
    assert later.hidden != "" or ends[1] <= ends[0]
    assert (later.repairable_from or date.max) <= (earlier.repairable_from or date.max)
    assert earlier.hidden == "" or later.hidden != ""


@given(row=ROWS, decided=DAYS, first=DAYS, second=DAYS)
def test_what_law_says_of_a_day_does_not_wait_for_a_later_reckoning(
    row: dict[str, str], decided: date, first: date, second: date
) -> None:
    """Reckoned once, also before a new version is in force, a record is public no day longer."""
    day, reckoned = max(decided, first, second), max(decided, min(first, second))
    at_once = public(row, decided_on=decided, as_of=reckoned)
    on_the_day = public(row, decided_on=decided, as_of=day)
    assert at_once.is_public(day) == on_the_day.is_public(day)
    may = [(found.repairable_from or date.max) <= day for found in (at_once, on_the_day)]
    assert may[0] == may[1]


@given(kinds=KINDS, decided=DAYS, as_of=DAYS)
def test_every_adverse_record_ends_within_three_years(
    kinds: str, decided: date, as_of: date
) -> None:
    found = public({"CFLB": kinds}, decided_on=decided, as_of=as_of)
    assert found.public_until is not None
    assert found.public_until <= dates.add_months(decided, 36)
    assert decided <= (found.repairable_from or date.max) <= dates.add_months(decided, 12)
