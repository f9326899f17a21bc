"""Rule 37: no public page holds an ID number, phone, bank card or home address.

A small generated world is seeded with such data in its texts; then everything that is published,
and every page about everybody, is read.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from tools.make_world import make_world

from gongxin.core import privacy
from gongxin.core.privacy import MARK
from gongxin.derive.archive import SECTIONS, archive
from gongxin.ledger.models import Subject
from tests.derive import town as t

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
IDS = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9A-Z]{18}|[0-9a-f]{64}")


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[t.Town]:
    """A world of ten undertakings, and one whose every text names a person's data."""
    world = make_world(10, seed=3, as_of=t.TODAY)
    with django_db_blocker.unblock(), transaction.atomic():
        town = t.Town.found(tmp_path_factory.mktemp("town"), t.release())
        for item in sorted({batch.item for batch in world.batches}):
            town.hand_in(item, *world.rows(item))
        town.hand_in(t.PENALTY, t.penalty(t.FINED, **dict.fromkeys(TEXTS, TOLD)))
        yield town
        transaction.set_rollback(True)


def found_in(text: str) -> tuple[str, ...]:
    """Kinds of personal data in a text, besides codes, record numbers and hashes."""
    return privacy.found(IDS.sub("", text))


def test_rule_37_the_world_is_worth_reading(published: t.Town) -> None:
    shown = [
        archive(subject.uscc, as_of=t.TODAY, release=published.release)
        for subject in Subject.objects.all()
    ]

    assert len(shown) >= 10
    assert sum(len(found.records) for found in shown if found is not None) >= 30


def test_rule_37_what_is_published_holds_no_personal_data(published: t.Town) -> None:
    for subject in Subject.objects.all():
        found = archive(subject.uscc, as_of=t.TODAY, release=published.release)
        assert found is not None
        for record in found.records:
            for field in record.fields:
                named = (record.item, field.identify, field.value)
                assert (named, found_in(field.value)) == (named, ())


def test_rule_37_seeded_data_are_masked_not_lost(published: t.Town) -> None:
    found = archive(t.FINED[0], as_of=t.TODAY, release=published.release)
    assert found is not None
    (record,) = found.records
    values = {field.identify: field.value for field in record.fields}

    assert [values[name].count(MARK) for name in TEXTS] == [len(SEEDED)] * len(TEXTS)
    assert [seed for seed in SEEDED if seed in repr(found)] == []


@pytest.mark.parametrize("language", ["", "/en"])
def test_rule_37_no_page_holds_personal_data(
    published: t.Town, settings, client: Client, language: str
) -> None:
    settings.GONGXIN = replace(settings.GONGXIN, home=published.home)
    settings.PORTAL_TODAY = t.TODAY
    cache.clear()
    seen = 0
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
            assert (page, found_in(text)) == (page, ())
            assert [seed for seed in SEEDED if seed in text] == []
            seen += 1
    assert seen >= 80
