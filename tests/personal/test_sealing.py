"""Sealed rows open with the key alone, and say nothing without it."""

import json
import stat
from datetime import UTC, date, datetime

import pytest
from cryptography.exceptions import InvalidTag

from gongxin.personal import keys, sealing
from gongxin.personal.keys import Keys
from gongxin.personal.models import Sealed
from gongxin.personal.sealing import ROW, Content, Envelope

pytestmark = pytest.mark.django_db
ENVELOPE = Envelope("item", "batch", ROW, datetime(2026, 11, 23, tzinfo=UTC), date(2029, 11, 23))
OWN = Keys("one", b"k" * 32, b"b" * 32)
OTHER = Keys("two", b"o" * 32, b"p" * 32)
FIELDS = {"name": "示某某", "number": "990199207706140010"}


def content(*identity: str, **fields: str) -> Content:
    return Content(identity or ("act", "person"), fields or FIELDS)


def test_the_key_opens_the_row():
    assert sealing.seal([content()], ENVELOPE, OWN) == 1

    assert sealing.opened(Sealed.objects.get(), OWN) == FIELDS


def test_another_key_opens_nothing():
    sealing.seal([content()], ENVELOPE, OWN)

    with pytest.raises(InvalidTag):
        sealing.opened(Sealed.objects.get(), OTHER)


def test_a_row_moved_to_another_place_does_not_open():
    """The blind key is bound to the ciphertext."""
    sealing.seal([content("a"), content("b")], ENVELOPE, OWN)
    first, second = Sealed.objects.order_by("blind_key")
    first.ciphertext = second.ciphertext

    with pytest.raises(InvalidTag):
        sealing.opened(first, OWN)


def test_the_same_row_is_sealed_once():
    sealing.seal([content(), content()], ENVELOPE, OWN)
    before = Sealed.objects.values().get()

    assert sealing.seal([content(), content("act", "other")], ENVELOPE, OWN) == 1
    assert Sealed.objects.values().get(blind_key=before["blind_key"]) == before
    assert Sealed.objects.count() == 2


def test_equal_rows_have_unlike_ciphertexts():
    sealing.seal([content("a"), content("b")], ENVELOPE, OWN)

    first, second = (bytes(row.ciphertext) for row in Sealed.objects.all())
    assert first != second
    assert first[:12] != second[:12]


def test_what_is_stored_says_nothing():
    sealing.seal([content()], ENVELOPE, OWN)

    stored = str(
        [{**row, "ciphertext": bytes(row["ciphertext"])} for row in Sealed.objects.values()]
    )
    assert [text for text in FIELDS.values() if text in stored] == []
    assert json.dumps(FIELDS["name"])[1:-1] not in stored
    assert str(Sealed.objects.get()).startswith("hmac-sha256:")


def test_blind_keys_depend_on_key_purpose_item_and_identity():
    other = Envelope("other", "batch", ROW, ENVELOPE.sealed_at, ENVELOPE.retain_until)
    part = Envelope("item", "batch", "particulars", ENVELOPE.sealed_at, ENVELOPE.retain_until)

    found = {
        sealing.blind_key(("a", "b"), ENVELOPE, OWN),
        sealing.blind_key(("ab",), ENVELOPE, OWN),
        sealing.blind_key(("a", "b"), ENVELOPE, OTHER),
        sealing.blind_key(("a", "b"), other, OWN),
        sealing.blind_key(("a", "b"), part, OWN),
    }
    assert len(found) == 5


def test_keys_are_made_once_and_readable_by_the_operator_alone(tmp_path):
    keys.make(tmp_path)
    first = keys.read(tmp_path)

    keys.make(tmp_path)

    path = tmp_path / "keys" / "personal"
    assert keys.read(tmp_path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (len(first.sealing), len(first.blind)) == (32, 32)
    assert first.sealing != first.blind


def test_another_platform_has_other_keys(tmp_path):
    keys.make(tmp_path / "one")
    keys.make(tmp_path / "two")

    assert keys.read(tmp_path / "one") != keys.read(tmp_path / "two")


def test_a_platform_without_keys_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        keys.read(tmp_path)
