"""Recording and sealing: a deed and its row stand or fall together, and nothing is lost."""

import json
import stat

import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.audit import actions, signing
from gongxin.audit.actions import NotInItsTransaction
from gongxin.audit.models import Leaf, Pending, Row, SignedHead
from gongxin.core import audit, merkle
from gongxin.core.audit import BadCheckpoint, Checkpoint
from gongxin.core.merkle import Head
from tests.audit.conftest import AT, Log, deed

pytestmark = pytest.mark.django_db
INSTANT = "at 2026-11-23T02:00:00.000000+00:00"


def test_a_deed_is_recorded_as_canonical_json(log: Log):
    log.record(deed(3))

    row = Row.objects.get()
    content = bytes(row.content)
    assert (
        content
        == (
            '{"action":"check","actor":"示例局/3","at":"2026-11-23T02:00:03.000000+00:00",'
            '"case_no":"案〔2026〕3号","decision":"allow","details":{},"matter":"",'
            '"object":"91211100MA000003XX","on_behalf":"","purpose":"tendering","reason":""}'
        ).encode()
    )
    assert (row.actor, row.action, row.object, row.purpose) == (
        "示例局/3",
        "check",
        "91211100MA000003XX",
        "tendering",
    )


def test_a_time_without_a_zone_is_no_time(log: Log):
    with pytest.raises(ValueError, match="has a zone"):
        log.record(deed(at=AT.replace(tzinfo=None)))


def test_a_deed_that_is_undone_leaves_no_row(log: Log):
    with transaction.atomic():
        actions.record(deed())
        transaction.set_rollback(True)

    assert (Row.objects.count(), Pending.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_deed_outside_a_transaction_is_refused():
    with pytest.raises(NotInItsTransaction):
        actions.record(deed())

    assert Row.objects.count() == 0


def test_the_receipt_is_the_leaf(log: Log):
    (receipt,) = log.record(deed())
    log.seal()

    assert receipt == f"sha256:{bytes(Leaf.objects.get().hash).hex()}"


def test_deeds_of_a_batch_are_recorded_in_their_order(log: Log):
    with transaction.atomic():
        receipts = actions.record_all([deed(n) for n in (3, 1, 2)])
    log.seal()

    objects = [f"91211100MA{n:06}XX" for n in (3, 1, 2)]
    leaves = [f"sha256:{bytes(one.hash).hex()}" for one in Leaf.objects.order_by("index")]
    assert list(Row.objects.order_by("id").values_list("object", flat=True)) == objects
    assert list(receipts) == leaves
    assert log.check().faults == ()


def test_a_batch_of_none_records_nothing(log: Log):
    with transaction.atomic():
        assert actions.record_all([]) == ()
    assert Pending.objects.count() == 0


def test_equal_deeds_have_different_leaves(log: Log):
    first, second = log.record(deed(), deed())

    assert first != second


def test_sealing_gives_each_row_its_place_and_signs_the_head(log: Log):
    log.record(*(deed(n) for n in range(5)))
    sealed = log.seal()

    leaves = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]
    assert sealed is not None
    assert (sealed.first, sealed.leaves) == (0, tuple(leaves))
    signed = log.signer.verifier.opened(sealed.note)
    root = merkle.root_of(leaves, merkle.hasher())
    assert signed == Checkpoint("credit.example.cn/audit", "sha256", Head(5, root), AT)
    assert Pending.objects.count() == 0


def test_sealing_goes_on_from_the_last_head(sealed: Log):
    leaves = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]
    heads = [
        sealed.signer.verifier.opened(h.note).head for h in SignedHead.objects.order_by("size")
    ]

    assert heads == [Head(n, merkle.root_of(leaves[:n], merkle.hasher())) for n in (7, 20, 30)]


def test_a_row_that_commits_late_is_sealed_later(log: Log):
    """A smaller number that becomes visible after a larger one was sealed gets the next place."""
    log.record(deed(1), deed(2))
    early, late = Row.objects.order_by("id").values_list("id", flat=True)
    Pending.objects.filter(row_id=early).delete()
    log.seal()
    Pending.objects.create(row_id=early, at=AT)
    log.seal()

    assert list(Leaf.objects.order_by("index").values_list("row_id", flat=True)) == [late, early]
    assert log.check().faults == ()


def test_nothing_to_seal_makes_no_head(sealed: Log):
    assert sealed.seal() is None
    assert SignedHead.objects.count() == 3


@pytest.mark.parametrize("table", ["row", "leaf", "head", "witnessed"])
@pytest.mark.parametrize(
    "change", ["UPDATE audit_{} SET {}", "DELETE FROM audit_{}", "TRUNCATE audit_{} CASCADE"]
)
def test_the_database_refuses_to_change_the_log(sealed: Log, table, change):
    column = {"row": "actor = ''", "leaf": "index = 9", "head": "note = ''"}.get(table, "at = at")
    before = list(Row.objects.values_list("id", "actor")), Leaf.objects.count()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(change.format(table, column))

    assert (list(Row.objects.values_list("id", "actor")), Leaf.objects.count()) == before


def test_the_key_is_read_by_its_owner_alone(tmp_path):
    signing.make(tmp_path, "example")
    first = (tmp_path / "keys/audit").read_text("utf-8")
    signing.make(tmp_path, "example")

    assert (tmp_path / "keys/audit").read_text("utf-8") == first
    assert stat.S_IMODE((tmp_path / "keys/audit").stat().st_mode) == 0o400
    public = (tmp_path / "keys/audit.pub").read_text("utf-8")
    assert signing.Verifier.read(public) == signing.read(tmp_path).verifier


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n30\n", "\n31\n"),
        lambda note: note.replace("example", "exemple"),
        lambda note: note.replace("algorithm sha256", "algorithm sm3"),
        lambda note: note.replace("at 2026-11-23", "at 2026-11-22"),
        lambda note: note[:-10] + "AAAA" + note[-6:],
        lambda note: note.partition("\n\n")[0],
        lambda _: "",
    ],
    ids=["size", "origin", "algorithm", "instant", "signature", "unsigned", "empty"],
)
def test_a_note_that_was_changed_is_none(sealed: Log, change):
    note = SignedHead.objects.get(size=30).note
    assert sealed.signer.verifier.opened(note).head.size == 30

    with pytest.raises(BadCheckpoint):
        sealed.signer.verifier.opened(change(note))


def test_a_checkpoint_is_read_as_it_is_written():
    """By hand, after C2SP tlog-checkpoint: origin, size, root, then lines of our own."""
    text = f"a\n1\nAA==\nalgorithm sha256\n{INSTANT}\n"

    found = audit.read_checkpoint(text)

    assert found == Checkpoint("a", "sha256", Head(1, b"\0"), AT)
    assert found.text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"a\n1\nAA==\nalgorithm sha256\n{INSTANT}",
        f"a\n01\nAA==\nalgorithm sha256\n{INSTANT}\n",
        f"a\n1\n!\nalgorithm sha256\n{INSTANT}\n",
        "a\n1\nAA==\nalgorithm sha256\n",
        "a\n1\nAA==\nalgorithm sha256\nat \n",
        "a\n1\nAA==\nalgorithm sha256\nat now\n",
        "a\n1\nAA==\nalgorithm sha256\nat 2026-11-23T02:00:00\n",
        "a\n1\nAA==\nalgorithm sha256\nat 2026-11-23T02:00:00.000000\n",
        "a\n1\nAA==\nalgorithm sha256\nat 2026-11-23T10:00:00.000000+08:00\n",
        "a\n1\nAA==\nalgorithm sha256\nat 0001-01-01T00:00:00.000000+14:00\n",
        f"a\n1\nAA==\nalgorithm sha256\n{INSTANT}\nmore\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadCheckpoint):
        audit.read_checkpoint(text)


@pytest.mark.parametrize("text", ["", "name", "name+00000000+AAAA", "+00+AQ=="])
def test_a_text_that_is_no_key_is_refused(text):
    with pytest.raises(BadCheckpoint):
        signing.Verifier.read(text)


def test_content_is_one_json_document(log: Log):
    log.record(deed(details={"引号": '"\n', "b": "2"}))

    assert json.loads(bytes(Row.objects.get().content))["details"] == {"引号": '"\n', "b": "2"}
