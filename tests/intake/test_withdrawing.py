"""A unit takes back one record: hidden at once, and no file brings it back."""

from datetime import date, timedelta

import pytest

from gongxin.core.audit import By
from gongxin.derive.archive import archive
from gongxin.intake.batches import NoReason
from gongxin.intake.models import Withdrawal
from gongxin.intake.withdrawing import NotYours, Wanted, withdraw
from gongxin.ledger.models import Current
from gongxin.ledger.queries import head
from tests.fixtures.audit import deeds
from tests.fixtures.penalties import code, penalty, write_csv
from tests.fixtures.platform import ECOLOGY, MARKET, RECEIVED, Platform, contents

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
BY = By("operator:test", RECEIVED + timedelta(minutes=1))
TRANSPORT = "112111000091390921"


@pytest.fixture
def record(platform: Platform, tmp_path) -> Current:
    """Reported by the market bureau, decided by ecology."""
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1), penalty(2)]))
    return Current.objects.get(subject=code(1))


def take_back(platform: Platform, record: Current, **changes: str) -> int:
    given = {"unit": ECOLOGY, "ground": "annulled", "reason": "复议撤销"} | changes
    wanted = Wanted(subject=record.subject, record_id=record.record_id, **given)
    return withdraw(wanted, by=BY, home=platform.home)


def hidden(number: int = 1) -> list[str]:
    return [one.hidden for one in Current.objects.filter(subject=code(number))]


@pytest.mark.parametrize("unit", [MARKET, ECOLOGY])
def test_it_is_hidden_at_once_and_why_is_kept(platform: Platform, record, unit):
    revision = take_back(platform, record, unit=unit)

    assert archive(code(1), as_of=TODAY, release=platform.release).records == ()
    assert hidden(2) == [""]
    kept = Withdrawal.objects.get()
    assert (kept.record_id, kept.unit, kept.ground, kept.reason, kept.revision) == (
        record.record_id,
        unit,
        "annulled",
        "复议撤销",
        revision,
    )
    assert head() == revision
    (deed,) = deeds("record.withdraw")
    assert (deed["object"], deed["details"]["ground"]) == (record.record_id, "annulled")


def test_no_file_brings_it_back(platform: Platform, record, tmp_path):
    take_back(platform, record)

    same = platform.take(write_csv(tmp_path / "b.csv", [penalty(1), penalty(2)]))
    changed = platform.take(write_csv(tmp_path / "c.csv", [penalty(1, BZ="改")]), unit=ECOLOGY)

    assert (same.accepted, same.duplicates, same.rejected) == (0, 2, 0)
    assert [finding.code for finding in changed.findings] == ["ended_before"]
    assert hidden() == ["withdrawn"]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"unit": TRANSPORT}, NotYours),
        ({"unit": ""}, NotYours),
        ({"ground": "unwanted"}, NoReason),
        ({"reason": " "}, NoReason),
    ],
)
def test_a_refusal_changes_nothing(platform: Platform, record, changes, refused):
    before = contents()

    with pytest.raises(refused):
        take_back(platform, record, **changes)

    assert contents() == before


def test_what_is_not_there_is_answered_like_what_is_of_others(platform: Platform, record):
    with pytest.raises(NotYours) as of_others:
        take_back(platform, record, unit=TRANSPORT)
    record.record_id = "0" * 26
    with pytest.raises(NotYours) as not_there:
        take_back(platform, record)

    assert of_others.value.message == not_there.value.message


def test_it_is_withdrawn_once(platform: Platform, record):
    take_back(platform, record)
    before = contents()

    with pytest.raises(NotYours):
        take_back(platform, record)

    assert contents() == before
