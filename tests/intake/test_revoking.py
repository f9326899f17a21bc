"""A batch is taken back whole: hidden at once, and what it had corrected stands as before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxin import law
from gongxin.core.audit import By
from gongxin.derive.archive import archive
from gongxin.derive.changes import ChangeKind, changes
from gongxin.derive.search import search
from gongxin.intake import persons
from gongxin.intake.batches import NoReason, UnknownBatch, standing
from gongxin.intake.models import Reject
from gongxin.intake.receive import ReleaseChanged
from gongxin.intake.restating import put_in_force
from gongxin.intake.revoking import AlreadyRevoked, Revoked, revoke
from gongxin.law import Release
from gongxin.ledger import writer
from gongxin.ledger.models import Current, Entry, OtherName, Subject
from gongxin.ledger.queries import head
from gongxin.personal.models import Sealed
from tests.fixtures.audit import deeds
from tests.fixtures.penalties import code, penalty, person, write_csv
from tests.fixtures.platform import RECEIVED, Platform, contents, posted

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
BY = By("operator:test", RECEIVED + timedelta(minutes=1))
WHY = "误将测试数据报送"
BAD_DAY = {"CF_JDRQ": "2026-02-30"}


@pytest.fixture(autouse=True)
def in_force(platform: Platform) -> None:
    law.store(platform.home, platform.release)


def take_back(platform: Platform, batch: str, reason: str = WHY) -> Revoked:
    return revoke(batch, reason=reason, by=BY, release=platform.release, home=platform.home)


def hand_in(platform: Platform, folder, *rows) -> str:
    return platform.take(write_csv(folder / f"{platform.taken}.csv", rows)).batch


def shown(platform: Platform, number: int = 1) -> list[str]:
    """Remarks of the records in the public archive of an organisation."""
    found = archive(code(number), as_of=TODAY, release=platform.release)
    ids = [] if found is None else [one.record_id for one in found.records]
    return [one.payload.get("BZ", "") for one in Current.objects.filter(record_id__in=ids)]


def test_its_records_are_hidden_and_none_is_gone(platform: Platform, tmp_path):
    batch = hand_in(platform, tmp_path, penalty(1), penalty(2), penalty(3, **BAD_DAY))
    entries = set(posted()["ledger_entry"])

    done = take_back(platform, batch)

    assert done == Revoked(withdrawn=2, restored=0, kept=0, closed=1)
    assert {one.hidden for one in Current.objects.all()} == {"batch_revoked"}
    assert entries < set(posted()["ledger_entry"])
    assert standing(batch).rejects == {"cancelled": 1}
    assert Reject.objects.get().cells == []
    assert (standing(batch).revoked_at, standing(batch).revoked_why) == (BY.at, WHY)
    (deed,) = deeds("batch.revoke")
    told = (deed["object"], deed["details"]["withdrawn"], deed["details"]["reason"])
    assert told == (batch, "2", WHY)


def test_nobody_finds_what_it_alone_named_and_followers_are_told(platform: Platform, tmp_path):
    batch = hand_in(platform, tmp_path, penalty(1))
    followed = head()
    assert [hit.uscc for hit in search(code(1))] == [code(1)]

    take_back(platform, batch)

    assert search(code(1)) == ()
    assert archive(code(1), as_of=TODAY, release=platform.release) is None
    told = changes(since=followed, limit=10, as_of=TODAY, release=platform.release)
    assert [(one.uscc, one.change) for one in told.items] == [(code(1), ChangeKind.REMOVED)]


def test_what_it_corrected_stands_as_before(platform: Platform, tmp_path):
    hand_in(platform, tmp_path, penalty(1, BZ="原"))
    second = hand_in(platform, tmp_path, penalty(1, BZ="改"), penalty(2))
    assert shown(platform) == ["改"]

    done = take_back(platform, second)

    assert (done.withdrawn, done.restored) == (1, 1)
    assert shown(platform) == ["原"]
    assert shown(platform, 2) == []


def test_what_a_later_batch_corrected_stays(platform: Platform, tmp_path):
    first = hand_in(platform, tmp_path, penalty(1, BZ="原"))
    hand_in(platform, tmp_path, penalty(1, BZ="改"))

    done = take_back(platform, first)

    assert (done.withdrawn, done.restored, done.kept) == (0, 0, 1)
    assert shown(platform) == ["改"]


def test_what_stood_by_a_revoked_batch_does_not_stand_again(platform: Platform, tmp_path):
    first = hand_in(platform, tmp_path, penalty(1, BZ="原"))
    second = hand_in(platform, tmp_path, penalty(1, BZ="改"))
    take_back(platform, first)

    done = take_back(platform, second)

    assert (done.withdrawn, done.restored) == (1, 0)
    assert shown(platform) == []


def test_what_an_authority_ended_stays_ended(platform: Platform, tmp_path):
    first = hand_in(platform, tmp_path, penalty(1))
    hand_in(platform, tmp_path, penalty(1, CF_CXBG="撤销"))

    assert take_back(platform, first).kept == 1

    assert [one.hidden for one in Current.objects.all()] == ["revoked"]


def test_it_may_be_handed_in_anew_also_by_another_unit(platform: Platform, tmp_path):
    file = write_csv(tmp_path / "a.csv", [penalty(1, BZ="原")])
    first = platform.take(file)
    take_back(platform, first.batch)

    again = platform.take(file, unit="112111000091390921")

    assert (again.accepted, again.duplicates, again.revisions, again.findings) == (1, 0, 0, ())
    assert shown(platform) == ["原"]
    assert [(one.record_id, one.unit) for one in Current.objects.all()] == [
        (Entry.objects.filter(batch=first.batch)[0].record_id, "112111000091390921")
    ]


def test_a_wrong_name_goes_with_it(platform: Platform, tmp_path):
    wrong = hand_in(platform, tmp_path, penalty(1, CF_XDR_MC="盘锦误名贸易有限公司"))
    hand_in(platform, tmp_path, penalty(1, CF_WSH="盘环罚〔2026〕9号"))
    assert Subject.objects.get(uscc=code(1)).name == "盘锦误名贸易有限公司"

    take_back(platform, wrong)

    assert Subject.objects.get(uscc=code(1)).name == "示例1号有限公司"
    assert not OtherName.objects.exists()


def test_a_further_name_goes_with_it(platform: Platform, tmp_path):
    hand_in(platform, tmp_path, penalty(1))
    wrong = hand_in(
        platform,
        tmp_path,
        penalty(1, CF_XDR_MC="盘锦误名贸易有限公司", CF_WSH="盘环罚〔2026〕9号"),
    )

    take_back(platform, wrong)

    assert Subject.objects.get(uscc=code(1)).name == "示例1号有限公司"
    assert not OtherName.objects.exists()


def test_rows_about_persons_that_it_brought_are_deleted(platform: Platform, tmp_path):
    stays = hand_in(platform, tmp_path, person(1))
    batch = hand_in(platform, tmp_path, person(2), penalty(3))
    assert Sealed.objects.filter(batch=batch, stands=True).exists()

    take_back(platform, batch)

    assert set(Sealed.objects.values_list("batch", "stands")) == {(stays, True)}


def test_what_stands_again_does_so_under_the_release_that_holds_now(platform: Platform, tmp_path):
    """The later release hides fines of the class 一般; the correction was posted before it."""
    hand_in(platform, tmp_path, penalty(1, BZ="原"))
    second = hand_in(platform, tmp_path, penalty(1, BZ="改"))
    stricter = without_public_fines(platform.release)
    put_in_force(stricter, platform.home, by=BY)
    platform.release = stricter
    assert shown(platform) == []

    assert take_back(platform, second).restored == 1

    assert [one.payload["BZ"] for one in Current.objects.all()] == ["原"]
    assert shown(platform) == []


def without_public_fines(release: Release) -> Release:
    def hidden(version):
        terms = tuple(replace(term, public=False) for term in version.terms)
        return replace(version, terms=terms)

    def in_clock(clock):
        return replace(clock, versions=tuple(hidden(version) for version in clock.versions))

    rules = tuple(
        replace(rule, clocks=tuple(in_clock(clock) for clock in rule.clocks))
        for rule in release.content.publicity
    )
    return Release(replace(release.content, publicity=rules))


@pytest.mark.parametrize(
    ("wanted", "reason", "refused"),
    [("", "", NoReason), ("", "  ", NoReason), ("01JUNKNOWN", WHY, UnknownBatch)],
)
def test_a_refusal_changes_nothing(platform: Platform, tmp_path, wanted, reason, refused):
    batch = hand_in(platform, tmp_path, penalty(1))
    before = contents()

    with pytest.raises(refused):
        take_back(platform, wanted or batch, reason)

    assert contents() == before


def test_it_is_revoked_once(platform: Platform, tmp_path):
    batch = hand_in(platform, tmp_path, penalty(1))
    take_back(platform, batch)
    before = contents()

    with pytest.raises(AlreadyRevoked):
        take_back(platform, batch)

    assert contents() == before


def test_nothing_stands_again_under_a_release_of_yesterday(platform: Platform, tmp_path):
    hand_in(platform, tmp_path, penalty(1, BZ="原"))
    second = hand_in(platform, tmp_path, penalty(1, BZ="改"))
    law.store(platform.home, without_public_fines(platform.release))
    before = contents()

    with pytest.raises(ReleaseChanged):
        take_back(platform, second)

    assert contents() == before


@pytest.mark.parametrize(
    ("room", "step"), [(writer, "append"), (writer, "set_current"), (writer, "forget_batch")]
)
def test_a_crash_in_the_middle_takes_nothing_back(
    platform: Platform, tmp_path, monkeypatch, room, step
):
    batch = hand_in(platform, tmp_path, penalty(1), person(2))
    before = contents()

    def crash(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(room, step, crash)
        with pytest.raises(RuntimeError):
            take_back(platform, batch)

    assert contents() == before
    assert take_back(platform, batch).withdrawn == 1


def test_a_crash_between_the_two_databases_is_settled_later(
    platform: Platform, tmp_path, monkeypatch
):
    batch = hand_in(platform, tmp_path, person(1), penalty(2))

    def crash() -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(persons, "settle", crash)
        with pytest.raises(RuntimeError):
            take_back(platform, batch)
    assert [one.stands for one in Sealed.objects.all()] == [False]

    hand_in(platform, tmp_path, person(3))

    assert not Sealed.objects.filter(batch=batch).exists()
    assert Sealed.objects.count() == 1
