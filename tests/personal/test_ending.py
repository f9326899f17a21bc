"""Deletion is deletion (P8): rows, keys, what a file or a copy would bring back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gongxin.audit.models import Row
from gongxin.cli.backups import growing_keys
from gongxin.cli.kept_files import follow_keys
from gongxin.core.audit import By
from gongxin.personal import actions, consent, ending, keys, sealing
from gongxin.personal.consent import Agreed, Terms
from gongxin.personal.ending import Decision, Ground, NoNumber
from gongxin.personal.keys import KeyDestroyed, Keys
from gongxin.personal.models import Grant, Sealed, Use
from gongxin.personal.sealing import PARTICULARS, ROW, Content, Envelope

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


def test_a_destroyed_key_does_not_come_back_from_a_copy_that_nobody_named(own, tmp_path):
    seal(own, ANNA, NOVEMBER)
    seal(own, BEI, LATE_DECEMBER)
    here, archived = tmp_path / "keys", tmp_path / "archived"
    follow_keys(here, archived, growing=growing_keys())
    assert months(archived / keys.MONTHS) == ["2029-11", "2029-12"]

    ending.expire(own, by=by(DECEMBER))
    follow_keys(here, archived, growing=growing_keys())
    keys.destroy_again(archived / keys.MONTHS)

    assert months(archived / keys.MONTHS) == months(own.months) == ["2029-12"]
    keys.destroy_again(tmp_path / "of none")  # a copy without a list stays as it is


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


def particulars(own: Keys, record: str, number: str, *, phone: str = "13800000000") -> int:
    """Seal what a row of an organisation says of its representative."""
    envelope = Envelope("administrative-licence", "batch", PARTICULARS, NOW, NOVEMBER)
    fields = {"XK_FR_ZJLX": "身份证", "XK_FR_ZJHM": number, "XK_FR_DH": phone}
    content = Content((record, *fields.values()), fields, record)
    new = sealing.seal([content], envelope, own)
    sealing.confirm(["batch"])
    return new


def test_erasing_reaches_a_person_who_is_named_in_records_of_organisations(own):
    particulars(own, "R1", ANNA)
    particulars(own, "R2", f" {ANNA[:6]} {ANNA[6:].replace('1', '１')}")
    particulars(own, "R3", BEI)
    copied = list(Sealed.objects.filter(record_id__in=["R1", "R2"]))

    assert ending.erase(ANNA, decided(Ground.UNLAWFUL), own) == 2

    assert list(Sealed.objects.values_list("record_id", flat=True)) == ["R3"]
    assert particulars(own, "R1", ANNA) == 0
    assert particulars(own, "R1", ANNA, phone="13800000001") == 0  # the same record, another row
    assert particulars(own, "R4", BEI) == 1
    Sealed.objects.bulk_create(copied)  # a copy is restored
    assert ending.erase_again(own) == 2
    remembered = (own.months / sealing.ERASED).read_text("ascii")
    assert (ANNA in remembered, "R1" in remembered) == (False, False)


def test_erasing_reaches_a_row_that_was_sealed_without_a_number_of_its_person(own):
    """The number stands in another field of the row."""
    envelope = Envelope("administrative-penalty", "batch", ROW, NOW, NOVEMBER)
    sealing.seal([Content(("act", "安娜"), {"BZ": f"证件 {ANNA}"})], envelope, own)
    sealing.confirm(["batch"])

    assert ending.erase(BEI, decided(Ground.UNLAWFUL), own) == 0
    assert ending.erase(ANNA, decided(Ground.UNLAWFUL), own) == 1
    assert not Sealed.objects.exists()


def test_a_short_number_is_not_looked_for_within_others(own):
    particulars(own, "R1", "E12345678")
    particulars(own, "R2", "XE123456789")

    assert ending.erase("E12345678", decided(Ground.UNLAWFUL), own) == 1
    assert Sealed.objects.get().record_id == "R2"


def test_what_nobody_can_read_any_more_stands_in_no_ones_way(own):
    particulars(own, "R1", ANNA)
    keys.destroy(own.months, "2029-11")

    assert ending.erase(ANNA, decided(Ground.UNLAWFUL), own) == 0


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


def asked(token: str, own: Keys) -> int:
    """How many records a client gets under a consent."""
    wanted = consent.Asked("client:bank", "loan", frozenset({"administrative-penalty"}))
    return len(actions.use(token, wanted, at=NOW, keys=own))


def consented(own: Keys, number: str) -> str:
    terms = Terms("client:bank", "loan", frozenset({"administrative-penalty"}), by_end(), 9)
    agreed = Agreed(consent.TEXT_VERSION, consent.NOTICES, terms.items)
    return actions.grant(sealing.proven(number, "", own), terms, agreed, at=NOW, keys=own).token


def test_what_is_only_stored_is_kept_shown_to_its_person_and_used_by_nobody(own):
    tokens = {}
    for number in (ANNA, BEI):
        seal(own, number, NOVEMBER)
        tokens[number] = consented(own, number)

    assert ending.block(ANNA, decided(Ground.OTHER_LAW), own) == 1

    with pytest.raises(consent.NotAllowed):
        asked(tokens[ANNA], own)
    assert asked(consented(own, ANNA), own) == 0  # a new consent opens nothing either
    assert asked(tokens[BEI], own) == 1
    (seen,) = actions.own_records(sealing.proven(ANNA, "", own), at=NOW, keys=own)
    assert (seen.only_stored, seen.fields) == (True, {"act": "act"})
    (seen,) = actions.own_records(sealing.proven(BEI, "", own), at=NOW, keys=own)
    assert seen.only_stored is False
    deed = bytes(Row.objects.get(action="personal.block").content).decode()
    assert (ANNA in deed, '"case_no":"案1"' in deed) == (False, True)


def test_what_is_only_stored_ends_with_its_term_and_what_comes_later_is_free(own):
    seal(own, ANNA, NOVEMBER)
    ending.block(ANNA, decided(Ground.OTHER_LAW), own)
    seal(own, ANNA, DECEMBER, act="another")

    assert ending.block(BEI, decided(Ground.OTHER_LAW), own) == 0
    assert asked(consented(own, ANNA), own) == 1
    assert ending.expire(own, by=by(NOVEMBER + timedelta(days=1))).rows == 1
    assert ending.block(ANNA, decided(Ground.OTHER_LAW), own) == 1


def test_the_keys_of_an_archive_block_what_a_restored_copy_would_free(own, tmp_path):
    for number in (ANNA, BEI):
        seal(own, number, NOVEMBER)
    ending.block(ANNA, decided(Ground.OTHER_LAW), own)
    restored = tmp_path / "restored"

    follow_keys(tmp_path / "keys", restored / "keys", growing=growing_keys())

    back = keys.read(restored)
    assert [asked(consented(back, number), back) for number in (ANNA, BEI)] == [0, 1]


def test_nobody_is_blocked_by_no_number(own):
    seal(own, ANNA, NOVEMBER)

    with pytest.raises(NoNumber):
        ending.block("", decided(Ground.OTHER_LAW), own)

    assert sealing.blocked(own) == frozenset()
