"""Rule 8: the same act sent twice is ignored; with other content it is a new version."""

import pytest

from gongxin.ledger.models import Entry
from tests.fixtures.penalties import code, penalty, write_csv
from tests.fixtures.platform import (
    ECOLOGY,
    MARKET,
    MARKET_NAME,
    Platform,
    current,
    make_platform,
    posted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(db: None, tmp_path) -> Platform:
    return make_platform(tmp_path / "home")


def send(platform: Platform, tmp_path, *rows, unit=MARKET):
    return platform.take(write_csv(tmp_path / f"{platform.taken}.csv", rows), unit=unit)


def test_rule_08_the_same_content_is_ignored(platform: Platform, tmp_path):
    send(platform, tmp_path, penalty(1))
    before = posted()

    outcome = send(platform, tmp_path, penalty(1), penalty(1))

    assert (outcome.accepted, outcome.duplicates, outcome.revisions) == (0, 2, 0)
    assert posted() == before


def test_rule_08_the_same_content_twice_in_one_file_is_ignored(platform: Platform, tmp_path):
    outcome = send(platform, tmp_path, penalty(1), penalty(2), penalty(1))

    assert (outcome.accepted, outcome.duplicates) == (2, 1)
    assert [record.row for record in current()] == [1, 2]


def test_rule_08_an_ignored_row_is_named_to_its_sender(platform: Platform, tmp_path):
    outcome = send(platform, tmp_path, penalty(1), penalty(1))

    named = [(f.row, f.code, f.level) for f in outcome.findings]
    assert named == [(2, "duplicate", "warning")]


def test_rule_08_other_content_is_a_new_version_and_the_old_one_stays(platform: Platform, tmp_path):
    send(platform, tmp_path, penalty(1))

    outcome = send(platform, tmp_path, penalty(1, CF_NR_FK="9"))

    amounts = [entry.payload["CF_NR_FK"] for entry in Entry.objects.order_by("revision")]
    (record,) = current()
    assert (outcome.accepted, outcome.revisions) == (1, 1)
    assert amounts == ["2.350000", "9.000000"]
    assert record.payload["CF_NR_FK"] == "9.000000"


def test_rule_08_whoever_hands_it_in_it_is_the_same_act(platform: Platform, tmp_path):
    send(platform, tmp_path, penalty(1), unit=MARKET)

    assert send(platform, tmp_path, penalty(1), unit=ECOLOGY).duplicates == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"CF_WSH": "盘环罚〔2026〕0002号"},
        {"CF_CFJG": MARKET_NAME, "CF_CFJGDM": MARKET},
        {"CF_XDR_SHXYM": code(2)},
    ],
)
def test_rule_08_another_number_authority_or_subject_is_another_act(
    platform: Platform, tmp_path, changes
):
    send(platform, tmp_path, penalty(1))

    outcome = send(platform, tmp_path, penalty(1, **changes))

    assert (outcome.accepted, outcome.revisions, outcome.duplicates) == (1, 0, 0)
    assert len(current()) == 2
