"""Rule 37: no public page holds an ID number, phone, bank card or home address.

A small generated world is seeded with such data in every text field and free option of every item;
then the ledger, everything that is published, and every page about everybody, is read. The eye that
reads is the test's own: it knows nothing of the patterns that mask.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from tools.make_world import make_world

from gongxin.core import validation
from gongxin.core.catalog import DataType, Field, Item
from gongxin.core.privacy import MARK
from gongxin.derive.archive import SECTIONS, archive
from gongxin.ledger.models import Current, Subject
from tests.derive import town as t
from tests.invariants import corpus

pytestmark = pytest.mark.django_db
CARD = "6222020000000000000"
LANDLINE = "0427-2800000"
EMAIL = "nobody@example.cn"
SEEDED = (t.RESIDENT_ID, t.OLD_RESIDENT_ID, t.MOBILE, CARD, LANDLINE, EMAIL)
TOLD = (
    f"当事人身份证{t.RESIDENT_ID}（旧号{t.OLD_RESIDENT_ID}），手机{t.MOBILE}，"
    f"电话{LANDLINE}，卡号{CARD}，邮箱{EMAIL}"
)
TEXTS = ("CF_WFXW", "CF_SY", "CF_NR")
TAGS = re.compile(r"<[^>]*>")
# What no number of a licence looks like; it is found in every column, also when it stands twice.
CERTAIN = (t.RESIDENT_ID, t.RESIDENT_ID, t.MOBILE, t.MOBILE, LANDLINE, EMAIL)
# What the texts of an item need beside them to be no fault.
BESIDE = {
    "commitment-performance": {"fulfillmentStatus": "部分履行"},
    "contract": {"wywslx": "生效判决"},
}


# The eye: a resident number has a day and a check character (GB 11643), a mobile number 11 digits.

RESIDENT = re.compile(r"(?<!\d)(\d{6})[\s-]{0,2}(\d{8})[\s-]{0,2}(\d{3}[\dXx])(?!\d)")
OLD_RESIDENT = re.compile(r"(?<![\dA-Za-z])\d{6}(\d{6})\d{3}(?![\dA-Za-z])")
MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")


def is_day(digits: str) -> bool:
    with suppress(ValueError):
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return True
    return False


def checks(number: str) -> bool:
    """ISO 7064, MOD 11-2, written as the standard says it: 2 to the power of the place."""
    values = [10 if c in "Xx" else int(c) for c in number]
    return sum(v * 2 ** (17 - place) for place, v in enumerate(values)) % 11 == 1


def seen(text: str, spared: frozenset[str] = frozenset()) -> list[str]:
    """Numbers of persons in a text, but for exactly the codes that are spared."""
    text = unicodedata.normalize("NFKC", text)
    for code in spared:
        text = text.replace(code, " ")
    residents = ["".join(groups) for groups in RESIDENT.findall(text)]
    found = [number for number in residents if is_day(number[6:14]) and checks(number)]
    found += [day for day in OLD_RESIDENT.findall(text) if is_day(f"19{day}")]
    return [*found, *MOBILE.findall(text)]


def put_in(published: t.Town) -> frozenset[str]:
    """Codes and names of things that the test or the platform itself made."""
    records = Current.objects.values_list("record_id", "content_hash")
    hashes = [published.release.hash, *(code for record in records for code in record)]
    units = [unit.uscc for unit in published.release.content.units]
    return frozenset([*hashes, *units, *Subject.objects.values_list("uscc", flat=True)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"身份证{t.RESIDENT_ID}号", [t.RESIDENT_ID]),
        ("990101-19000101 0018", [t.RESIDENT_ID]),
        (f"A{t.RESIDENT_ID}B", [t.RESIDENT_ID]),
        (t.OLD_RESIDENT_ID, [t.OLD_RESIDENT_ID[6:12]]),
        ("电话138-0000-0000。", ["138-0000-0000"]),
        ("１３８００００００００", [t.MOBILE]),
        ("990101190001010019", []),  # another check character
        ("990101190013010018", []),  # no day
        ("91211100MA0000010X 2026-05-10", []),
    ],
)
def test_rule_37_the_eye_sees(text: str, found: list[str]) -> None:
    assert seen(text) == found
    assert seen(text, frozenset([t.RESIDENT_ID, t.OLD_RESIDENT_ID, t.MOBILE])) in ([], found)


# The seeds.


def seed(item: Item, field: Field) -> str:
    """As many seeds as the field has room for; none in codes, document numbers and short fields."""
    roles = item.roles
    codes = {roles.subject_code, roles.authority_code, roles.source_code, roles.document_no}
    if field.data_type is not DataType.TEXT or field.identify in codes:
        return ""
    return fitting(SEEDED if field.identify in item.screened else CERTAIN, field.data_length)


def fitting(seeds: tuple[str, ...], length: int) -> str:
    told = ""
    for one in seeds:
        longer = f"{told} {one}".strip()
        told = longer if len(longer) <= (length or len(TOLD)) else told
    return told


def seeded_rows(item: Item, number: int) -> list[t.Row]:
    """A row with seeds in all texts, and one for each free option."""
    texts = {field.identify: seed(item, field) for field in item.fields}
    row = corpus.valid_row(item, t.company(number), number) | BESIDE.get(item.item, {})
    full = row | {name: told for name, told in texts.items() if told and name not in formed(item)}
    free = [
        {field.identify: option[:-1] + fitting(SEEDED, field.data_length - len(option))}
        for field in item.fields
        for option in field.optional_range
        if option.endswith("*")
    ]
    others = range(number + 1, number + 1 + len(free))
    return [
        full,
        *(corpus.valid_row(item, t.company(n), n) | e for n, e in zip(others, free, strict=True)),
    ]


def formed(item: Item) -> set[str]:
    """Fields whose text has a form that no seed has: the item's own checks refuse it."""
    known = frozenset({t.MARKET, t.TRANSPORT})
    row = dict.fromkeys(item.columns, "") | corpus.valid_row(item, t.company(1), 1)
    row |= BESIDE.get(item.item, {})
    row |= {field.identify: seed(item, field) or row[field.identify] for field in item.fields}
    faults = validation.faults_of(validation.checks_of(item), row, today=t.TODAY, units=known)
    return {fault.column for fault in faults if fault.level == validation.ERROR}


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[t.Town]:
    """A world of ten undertakings, and one whose every text names a person's data."""
    world = make_world(10, seed=3, as_of=t.TODAY)
    with django_db_blocker.unblock(), transaction.atomic(), transaction.atomic("personal"):
        town = t.Town.found(tmp_path_factory.mktemp("town"), t.release())
        for item in sorted({batch.item for batch in world.batches}):
            town.hand_in(item, *world.rows(item))
        town.hand_in(t.PENALTY, t.penalty(t.FINED, **dict.fromkeys(TEXTS, TOLD)))
        for place, item in enumerate(town.release.content.items, start=1):
            rows = seeded_rows(item, 1000 * place)
            outcome = town.hand_in(item.item, *rows)
            told = [finding for finding in outcome.findings if finding.level == "error"]
            assert (item.item, told, outcome.accepted) == (item.item, [], len(rows))
        yield town
        transaction.set_rollback(True, using="personal")
        transaction.set_rollback(True)


def test_rule_37_the_world_is_worth_reading(published: t.Town) -> None:
    shown = [
        archive(subject.uscc, as_of=t.TODAY, release=published.release)
        for subject in Subject.objects.all()
    ]

    assert len(shown) >= 10
    assert sum(len(found.records) for found in shown if found is not None) >= 30


def test_rule_37_every_text_of_every_item_is_seeded(published: t.Town) -> None:
    """But codes and fields too short for a number; what an item's own checks refuse is listed."""
    spared = {
        (item.item, name) for item in published.release.content.items for name in formed(item)
    }
    seeded = [
        (item.item, field.identify)
        for item in published.release.content.items
        for field in item.fields
        if seed(item, field) and field.identify not in formed(item)
    ]

    assert spared == set()
    assert len(seeded) > 200


def test_rule_37_the_ledger_holds_no_personal_data(published: t.Town) -> None:
    """Also of records that nobody may see."""
    spared = put_in(published)
    for record in Current.objects.all():
        for name, value in record.payload.items():
            assert (record.item, name, seen(value, spared)) == (record.item, name, [])
            assert (record.item, name, [s for s in CERTAIN if s in value]) == (
                record.item,
                name,
                [],
            )


def test_rule_37_what_is_published_holds_no_personal_data(published: t.Town) -> None:
    spared = put_in(published)
    for subject in Subject.objects.all():
        found = archive(subject.uscc, as_of=t.TODAY, release=published.release)
        assert found is not None
        for record in found.records:
            for field in record.fields:
                named = (record.item, field.identify, field.value)
                assert (named, seen(field.value, spared)) == (named, [])


def test_rule_37_seeded_data_are_masked_not_lost(published: t.Town) -> None:
    found = archive(t.FINED[0], as_of=t.TODAY, release=published.release)
    assert found is not None
    (record,) = found.records
    values = {field.identify: field.value for field in record.fields}

    assert [values[name].count(MARK) for name in TEXTS] == [len(SEEDED)] * len(TEXTS)
    assert [told for told in SEEDED if told in repr(found)] == []


@pytest.mark.parametrize("language", ["", "/en"])
def test_rule_37_no_page_holds_personal_data(
    published: t.Town, settings, client: Client, language: str
) -> None:
    settings.GONGXIN = replace(settings.GONGXIN, home=published.home)
    settings.PORTAL_TODAY = t.TODAY
    cache.clear()
    spared = put_in(published)
    read = 0
    for uscc in Subject.objects.values_list("uscc", flat=True):
        found = archive(uscc, as_of=t.TODAY, release=published.release)
        assert found is not None
        about = f"{language}/subjects/{uscc}/"
        pages = [about, f"{about}explanation", *(f"{about}sections/{s}" for s in SECTIONS)]
        pages += [f"{about}timeline"]
        pages += [f"{about}records/{record.record_id}" for record in found.records]
        for page in pages:
            answer = client.get(page)
            text = TAGS.sub(" ", answer.content.decode())
            assert (page, answer.status_code) == (page, 200)
            assert (page, seen(text, spared)) == (page, [])
            assert [told for told in SEEDED if told in text] == []
            read += 1
    assert read >= 80
