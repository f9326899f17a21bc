"""Whoever alters the log is found, and the row is named: R7, T16."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gongxin.audit import actions, signing
from gongxin.audit.models import Pending, Row, SignedHead
from gongxin.audit.witness import WitnessRefuses
from gongxin.core import merkle
from gongxin.core.audit import Checkpoint
from gongxin.core.merkle import Head
from tests.audit.conftest import AT, Log, deed, row_at
from tests.audit.mutations import attacked
from tests.audit.ruler import as_ruler, reseal

pytestmark = pytest.mark.django_db


def test_a_log_that_nobody_touched_has_no_fault(sealed: Log):
    report = sealed.check()

    assert (report.rows, report.heads, report.witnesses, report.unsealed) == (30, 3, 1, 0)
    assert report.faults == ()


def test_an_empty_log_has_no_fault(log: Log):
    assert log.check().faults == ()


@pytest.mark.parametrize("index", [0, 6, 7, 29])
@pytest.mark.parametrize(
    "change",
    [
        "content = decode('7b7d', 'hex')",
        "content = overlay(content placing '\\x32' from 60 for 1)",
        "salt = decode(repeat('00', 16), 'hex')",
        "at = at - interval '1 day'",
        "actor = '别人'",
        "object = '91211100MA999999XX'",
        "content = NULL, salt = NULL",
    ],
)
def test_a_changed_row_is_named(sealed: Log, index, change):
    row = row_at(index)
    as_ruler(f"UPDATE audit_row SET {change} WHERE id = {row}")

    assert sealed.named() == {row}


def test_a_deleted_row_is_named(sealed: Log):
    row = row_at(11)
    as_ruler(f"DELETE FROM audit_row WHERE id = {row}")

    assert sealed.named() == {row}


def test_two_rows_that_changed_places_are_named(sealed: Log):
    first, second = row_at(3), row_at(4)
    as_ruler(
        "UPDATE audit_leaf SET row_id = 0 WHERE index = 3",
        f"UPDATE audit_leaf SET row_id = {first} WHERE index = 4",
        f"UPDATE audit_leaf SET row_id = {second} WHERE index = 3",
    )

    assert sealed.named() == {first, second}


def test_a_row_beside_the_log_is_named(sealed: Log):
    as_ruler(
        "INSERT INTO audit_row (at, actor, action, object, purpose, content, salt)"
        " VALUES (now(), '', '', '', '', '\\x7b7d', '\\x00')"
    )

    assert sealed.named() == {Row.objects.latest("id").id}


def test_a_head_that_was_back_dated_is_found(sealed: Log):
    as_ruler("UPDATE audit_head SET at = at - interval '1 hour' WHERE size = 20")

    assert [fault.what for fault in sealed.check().faults] == [
        "the head of 20 leaves was signed at another instant",
        "archive saw the head of 20 leaves at another instant",
    ]


def test_a_head_that_was_back_dated_and_signed_anew_is_found_by_the_witness(sealed: Log):
    """Who has the key and the database is held by what stands outside."""
    head = SignedHead.objects.get(size=30)
    before = AT - timedelta(hours=1)
    signed = replace(sealed.signer.verifier.opened(head.note), at=before)
    note = sealed.signer.note(signed)
    as_ruler(f"UPDATE audit_head SET at = '{before}', note = '{note}' WHERE size = 30")

    assert [fault.what for fault in sealed.check().faults] == [
        "archive saw the head of 30 leaves at another instant"
    ]


def test_a_tail_that_was_cut_off_is_found_leaf_by_leaf(sealed: Log):
    as_ruler(
        "DELETE FROM audit_row WHERE id IN (SELECT row_id FROM audit_leaf WHERE index >= 20)",
        "DELETE FROM audit_leaf WHERE index >= 20",
        "DELETE FROM audit_head WHERE size = 30",
    )

    what = [fault.what for fault in sealed.check().faults]
    assert what == [f"archive saw a leaf at place {n}, and it is gone" for n in range(20, 30)]


@pytest.mark.parametrize("own_key", [True, False], ids=["own key", "another key"])
def test_a_log_made_anew_is_found_by_the_witness(sealed: Log, tmp_path, own_key):
    """Row, leaf and every signed head were changed so that all of them fit."""
    row = row_at(9)
    as_ruler(f"UPDATE audit_row SET content = '\\x7b7d' WHERE id = {row}")
    signing.make(tmp_path / "other", sealed.signer.name)
    reseal(sealed, signer=None if own_key else signing.read(tmp_path / "other"))

    assert row in sealed.named()


def test_a_lawful_erasure_is_no_fault_and_says_by_whom(sealed: Log):
    row = row_at(5)
    as_ruler(f"UPDATE audit_row SET content = NULL, salt = NULL WHERE id = {row}")
    assert sealed.named() == {row}

    sealed.record(deed(40, action="audit.erase", object=str(row)))
    sealed.seal()

    assert sealed.check().faults == ()


def test_what_is_not_sealed_in_time_is_named(sealed: Log):
    sealed.record(deed(0))
    row = Row.objects.latest("id").id

    assert sealed.check(now=AT + timedelta(seconds=60)).faults == ()
    late = sealed.check(now=AT + timedelta(seconds=61))
    assert (late.unsealed, [fault.row for fault in late.faults]) == (1, [row])


def test_a_row_taken_out_of_the_waiting_line_is_named(sealed: Log):
    sealed.record(deed(0))
    Pending.objects.all().delete()

    assert sealed.named() == {Row.objects.latest("id").id}


def test_the_witness_takes_no_note_that_does_not_continue(sealed: Log):
    """A fork: the same size with other leaves."""
    before = sealed.witness.seen()
    hash_ = merkle.hasher()
    forged = merkle.leaf_hash(b"forged", hash_)
    root = merkle.root_of([*before.leaves[:-1], forged, forged], hash_)
    note = sealed.signer.note(Checkpoint(sealed.signer.name, "sha256", Head(31, root), AT))

    with pytest.raises(WitnessRefuses, match="does not continue the 30 that were seen"):
        sealed.witness.take(note, (forged,))

    assert sealed.witness.seen() == before


def test_a_note_that_was_killed_half_way_is_none_and_does_not_spoil_the_next(sealed: Log):
    for name in ("leaves", "notes"):
        with (sealed.witness.path / name).open("ab") as kept:
            kept.write(b"half of one")
    assert sealed.witness.seen().size == 30

    sealed.record(deed(31), deed(32))
    sealed.seal()

    assert sealed.witness.seen().size == 32
    assert sealed.check().faults == ()


def test_every_alteration_is_found_and_its_rows_are_named(sealed: Log, tmp_path):
    """The short form of tests/long/test_audit_mutations.py."""
    signing.make(tmp_path / "stranger", sealed.signer.name)

    missed, done = attacked(sealed, signing.read(tmp_path / "stranger"), number=221, seed=20261123)

    assert missed == []
    assert set(done.values()) == {13}
    assert sealed.check().faults == ()


def test_sealing_while_another_seals_does_nothing(log: Log, monkeypatch):
    log.record(deed())
    monkeypatch.setattr(actions, "_locked", lambda: False)

    assert log.seal() is None
    assert Pending.objects.count() == 1
