import pytest

from gongxin.law import CaseCount, load, run_cases
from tests.law.conftest import World

CASES = "base/cases/all.yaml"


def run(world: World) -> CaseCount:
    return run_cases(load(world.root / "town"), world.compile())


def test_the_cases_of_all_packs_run(world: World) -> None:
    assert run(world) == CaseCount(run=6, faults=())


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "failing_class: 一般, public: yes, hidden",
            "failing_class: 轻微, public: yes, hidden",
            "base/cases/all.yaml:3: case 一般处罚公示一年:"
            " failing_class should be 轻微, found 一般",
        ),
        (
            "public: yes, hidden",
            "public: no, hidden",
            "base/cases/all.yaml:3: case 一般处罚公示一年: public should be False, found True",
        ),
        (
            "hidden: ''",
            "hidden: held",
            "base/cases/all.yaml:3: case 一般处罚公示一年: hidden should be held, found ",
        ),
        (
            "repairable_from: 2026-08-10",
            "repairable_from: 2026-08-09",
            "base/cases/all.yaml:3: case 一般处罚公示一年:"
            " repairable_from should be 2026-08-09, found 2026-08-10",
        ),
        (
            "public_until: 2027-05-10",
            "public_until: none",
            "base/cases/all.yaml:3: case 一般处罚公示一年:"
            " public_until should be None, found 2027-05-10",
        ),
        (
            "{public_until: none}",
            "{public_until: 2027-05-10}",
            "base/cases/all.yaml:11: case 荣誉没有期限:"
            " public_until should be 2027-05-10, found None",
        ),
        (
            "expect: [amount_required]",
            "expect: []",
            "base/cases/all.yaml:19: case 罚款没有金额:"
            " findings should be [], found ['amount_required']",
        ),
        (
            "score: 80000",
            "score: 80001",
            "base/cases/all.yaml:25: case 一次罚款: score should be 80001, found 80000",
        ),
        (
            "{r1: -20000}",
            "{r1: -20000, r2: 0}",
            "base/cases/all.yaml:25: case 一次罚款:"
            " lines should be {'r1': -20000, 'r2': 0}, found {'r1': -20000}",
        ),
        (
            "'not graded: one_person'",
            "A",
            "base/cases/all.yaml:36: case 个体工商户不评价:"
            " level should be A, found not graded: one_person",
        ),
        (
            "expect: 2026-01-04, provisional: yes",
            "expect: 2026-01-04",
            "base/cases/all.yaml:43: case 元旦后补班: provisional should be False, found True",
        ),
        (
            "rule: terms\n    item: penalty",
            "rule: terms\n    item: lost",
            "base/cases/all.yaml:3: case 一般处罚公示一年: there is no 'lost'",
        ),
        (
            "today: 2026-06-01",
            "today: 六月",
            "base/cases/all.yaml:21: '六月' is not a day YYYY-MM-DD",
        ),
    ],
)
def test_a_case_that_fails_says_what_was_found(
    world: World, old: str, new: str, fault: str
) -> None:
    world.change(CASES, old, new)
    assert [str(f) for f in run(world).faults] == [fault]


def test_what_a_case_does_not_expect_is_not_compared(world: World) -> None:
    world.change(CASES, "expect: {public_until: none}", "expect: {}")
    assert run(world).faults == ()


def test_a_religious_body_is_not_graded_in_a_case_either(world: World) -> None:
    world.change("base/models/points.yaml", "forms: [company]", "forms: [company, cooperative]")
    world.change(CASES, "uscc: 92320100748204660P", "uscc: 71320100748204660X")
    world.change(CASES, "one_person'}", "archive_only'}")
    assert run(world).faults == ()


def test_known_units_may_be_named(world: World) -> None:
    world.change(
        CASES,
        "    expect: [amount_required]",
        "    known_units: [X]\n    expect: [amount_required]",
    )
    assert run(world).faults == ()


@pytest.mark.parametrize("section", ["wishes:\n  - {name: a}\n", "calendar: none\n"])
def test_an_unknown_kind_of_case_is_a_fault(world: World, section: str) -> None:
    world.write("town/cases/more.yaml", f"kind: cases\n{section}")
    (fault,) = run(world).faults
    assert fault.message == f"unknown kind of case {section.partition(':')[0]}"


def test_a_case_that_is_no_mapping_is_a_fault(world: World) -> None:
    world.write("town/cases/more.yaml", "kind: cases\ncalendar: [x]\n")
    (fault,) = run(world).faults
    assert fault.message == "a mapping (CalendarCase) is wanted here"


def test_a_case_without_expected_lines_compares_the_score_only(world: World) -> None:
    world.change(CASES, ", lines: {r1: -20000}", "")
    assert run(world).faults == ()
