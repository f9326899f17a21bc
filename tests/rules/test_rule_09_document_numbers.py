"""Rule 9: document numbers that differ only in brackets, blanks or width are one act."""

import pytest

from tests.fixtures.penalties import penalty, write_csv
from tests.fixtures.platform import Platform, current, make_platform

pytestmark = pytest.mark.django_db
NUMBER = "盘环罚〔2026〕0012号"


@pytest.fixture
def platform(db: None, tmp_path) -> Platform:
    return make_platform(tmp_path / "home")


def test_rule_09_other_brackets_blanks_and_width_are_the_same_act(platform: Platform, tmp_path):
    spellings = [
        NUMBER,
        "盘环罚(2026)0012号",
        "盘环罚（２０２６）００１２号",
        "盘环罚[2026]0012号",
        "盘环罚【2026】 0012 号",
        "盘环罚 ﹝2026﹞\u30000012号",
        "盘环罚〔2026〕\u200b0012号",
    ]
    rows = [penalty(1, CF_WSH=spelling) for spelling in spellings]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    (record,) = current()
    assert (outcome.accepted, outcome.duplicates, outcome.revisions) == (1, 6, 0)
    assert record.payload["CF_WSH"] == NUMBER


def test_rule_09_another_file_with_another_spelling_changes_nothing(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_WSH=NUMBER)]))

    outcome = platform.take(
        write_csv(tmp_path / "b.csv", [penalty(1, CF_WSH="盘环罚(2026)0012 号")])
    )

    assert (outcome.accepted, outcome.duplicates) == (0, 1)


def test_rule_09_a_changed_row_under_another_spelling_is_a_revision(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_WSH=NUMBER)]))
    changed = penalty(1, CF_WSH="盘环罚(2026)0012 号", CF_NR_FK="9")

    outcome = platform.take(write_csv(tmp_path / "b.csv", [changed]))

    assert (outcome.accepted, outcome.revisions) == (1, 1)
    assert [record.payload["CF_NR_FK"] for record in current()] == ["9.000000"]


@pytest.mark.parametrize(
    "other", ["盘环罚〔2026〕12号", "盘环罚〔2025〕0012号", "盘环罚2026-0012号"]
)
def test_rule_09_other_digits_are_another_act(platform: Platform, tmp_path, other):
    rows = [penalty(1, CF_WSH=NUMBER), penalty(1, CF_WSH=other)]

    outcome = platform.take(write_csv(tmp_path / "a.csv", rows))

    assert (outcome.accepted, outcome.duplicates) == (2, 0)
