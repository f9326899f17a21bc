"""Deletion is deletion (P8): rows, keys, what a file or a copy would bring back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gongxin.audit.models import Row
from gongxin.core.audit import By
from gongxin.personal import actions, consent, ending, keys, sealing
from gongxin.personal.consent import Agreed, Terms
from gongxin.personal.ending import Decision, Ground, NoNumber
from gongxin.personal.keys import KeyDestroyed, Keys
from gongxin.personal.models import Grant, Sealed, Use
from gongxin.personal.sealing import ROW, Content, Envelope

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ANNA, BEI = "990199207706140010", "990199207706140029"
NOVEMBER, DECEMBER, LATE_DECEMBER = date(2029, 11, 23), date(2029, 12, 1), date(2029, 12, 31)


@pytest.fixture
def own(tmp_path: Path) -> Keys:
    keys.make(tmp_path)
    return keys.read(tmp_path)


def by(day: date) -> By:
    """Noon of a day in China."""
    return By("operator:test", datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def decided(ground: Ground) -> Decision:
    return Decision(ground, "案1", by(NOW.date()))


def seal(own: Keys, number: str, end: date, act: str = "act") -> int:
    envelope = Envelope("administrative-penalty", "batch", ROW, NOW, end)
    new = sealing.seal([Content((act, number), {"act": act}, number=number)], envelope, own)
    sealing.confirm(["batch"])
    return new


def months(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("2*"))


def test_what_ends_in_other_months_has_other_keys(own):
    for number, end in ((ANNA, NOVEMBER), (BEI, NOVEMBER), (BEI, DECEMBER)):
        seal(own, number, end, act=f"{end}")

    names = Sealed.objects.order_by("retain_until", "person").values_list("key_id", flat=True)
    assert list(names) == ["personal-2029-11"] * 2 + ["personal-2029-12"]
    assert months(own.months) == ["2029-11", "2029-12"]
    assert own.named("personal-2029-11") != own.named("personal-2029-12") != own.sealing
    assert {(own.months / name).stat().st_mode & 0o777 for name in months(own.months)} == {0o400}


def test_a_row_goes_on_the_day_after_its_last(own):
    seal(own, ANNA, NOVEMBER)

    assert ending.expire(own, by=by(NOVEMBER)).rows == 0
    assert ending.expire(own, by=by(NOVEMBER + timedelta(days=1))).rows == 1
    assert not Sealed.objects.exists()


def test_a_months_key_goes_when_the_month_is_over(own):
    seal(own, ANNA, NOVEMBER)
    copied = Sealed.objects.get()  # as it stands in a copy of the database

    assert ending.expire(own, by=by(date(2029, 11, 30))).months == ()
    assert sealing.opened(copied, own) == {"act": "act"}

    assert ending.expire(own, by=by(DECEMBER)).months == ("2029-11",)
    with pytest.raises(KeyDestroyed):
        sealing.opened(copied, own)


def test_no_key_goes_under_which_something_is_kept(own):
    seal(own, ANNA, DECEMBER)
    seal(own, BEI, LATE_DECEMBER)

    ended = ending.expire(own, by=by(LATE_DECEMBER))

    assert (ended.rows, ended.months) == (1, ())
    assert sealing.opened(Sealed.objects.get(), own) == {"act": "act"}


def test_the_key_goes_from_copies_too_also_later(own, tmp_path):
    seal(own, ANNA, NOVEMBER)
    near, far = tmp_path / "near", tmp_path / "far"
    for copy in (near, far):
        (copy / keys.MONTHS).mkdir(parents=True)
        (copy / keys.MONTHS / "2029-11").write_bytes((own.months / "2029-11").read_bytes())

    ending.expire(own, [near], by=by(DECEMBER))
    assert [months(own.months), months(near / keys.MONTHS)] == [[], []]
    assert months(far / keys.MONTHS) == ["2029-11"]

    ending.expire(own, [far], by=by(DECEMBER))
    assert months(far / keys.MONTHS) == []


def granted(own: Keys, number: str) -> None:
    terms = Terms("client:bank", "loan", frozenset({"administrative-penalty"}), by_end(), 2)
    agreed = Agreed(consent.TEXT_VERSION, consent.NOTICES, terms.items)
    token = actions.grant(sealing.proven(number, "", own), terms, agreed, at=NOW, keys=own).token
    asked = consent.Asked("client:bank", "loan", terms.items)
    actions.use(token, asked, at=NOW, keys=own)


def by_end() -> datetime:
    return NOW + timedelta(days=30)


def test_erasing_takes_records_and_consents_of_one_person_alone(own):
    for number in (ANNA, BEI):
        seal(own, number, NOVEMBER)
        granted(own, number)

    gone = ending.erase(ANNA, decided(Ground.UNLAWFUL), own)

    assert gone == 1
    person = sealing.person_key(BEI, own)
    left = (Sealed, Grant)
    assert [list(s.objects.values_list("person", flat=True)) for s in left] == [[person]] * 2
    assert Use.objects.get().grant.person == person
    deed = bytes(Row.objects.get(action="personal.erase").content).decode()
    assert ANNA not in deed
    assert sealing.person_key(ANNA, own) not in deed
    assert '"ground":"unlawful"' in deed
    assert '"case_no":"案1"' in deed


def test_what_was_erased_comes_back_by_no_file_and_no_copy(own):
    seal(own, ANNA, NOVEMBER)
    copied = Sealed.objects.get()
    ending.erase(ANNA, decided(Ground.TERM_OVER), own)

    assert seal(own, ANNA, NOVEMBER) == 0
    assert seal(own, BEI, NOVEMBER) == 1
    copied.save(force_insert=True)  # a copy is restored
    assert ending.erase_again(own) == 1
    assert Sealed.objects.get().person == sealing.person_key(BEI, own)


@pytest.mark.parametrize("number", ["", "  "])
def test_nobody_is_erased_by_no_number(own, number):
    seal(own, ANNA, NOVEMBER)

    with pytest.raises(NoNumber):
        ending.erase(number, decided(Ground.OTHER_LAW), own)

    assert Sealed.objects.count() == 1
    assert not (own.months / sealing.ERASED).exists()


def test_consents_stay_three_years_after_their_end(own):
    granted(own, ANNA)
    three_years = by_end() + ending.CONSENT_KEPT

    assert ending.expire(own, by=By("operator:test", three_years)).consents == 0
    later = By("operator:test", three_years + timedelta(seconds=1))
    assert ending.expire(own, by=later).consents == 1
    assert not Use.objects.exists()
