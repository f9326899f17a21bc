"""What law erases is gone, the rest can still be proved, and who did it stays: SAFETY 4.2."""

import json

import pytest
from django.db import DatabaseError, transaction

from gongxin.audit.erasure import EraseRefused, Erasure, erase
from gongxin.audit.models import Leaf, Row
from gongxin.audit.proving import NoProof, prove
from gongxin.core.audit import By
from tests.audit.conftest import AT, Log, deed, row_at

pytestmark = pytest.mark.django_db
FIRST = By("officer:1", AT)
BASIS = "个人信息保护法 第四十七条"


def state() -> list[tuple[int, bytes | None, bytes | None]]:
    return list(Row.objects.order_by("id").values_list("id", "content", "salt"))


def erased(index: int, *, basis: str = BASIS, second: str = "officer:2", by: By = FIRST) -> int:
    row = row_at(index)
    erase(Erasure(row, basis, second), by=by)
    return row


def test_content_and_salt_go_and_the_leaf_stays(sealed: Log):
    leaf = Leaf.objects.get(index=5)
    row = erased(5)

    kept = Row.objects.get(id=row)
    assert (kept.content, kept.salt) == (None, None)
    assert Leaf.objects.get(index=5) == leaf
    assert bytes(Leaf.objects.get(index=5).hash) == bytes(leaf.hash)


def test_the_log_stays_whole_and_says_by_whom_and_why(sealed: Log):
    row = erased(5)
    sealed.seal()

    assert sealed.check().faults == ()
    told = json.loads(bytes(Row.objects.get(action="audit.erase").content))
    assert (told["actor"], told["object"]) == ("officer:1", str(row))
    assert told["details"] == {"basis": BASIS, "second": "officer:2"}


def test_the_others_can_still_be_proved_and_the_erased_one_cannot(sealed: Log):
    row = erased(5)

    assert prove(row_at(6), sealed.signer.verifier).index == 6
    with pytest.raises(NoProof):
        prove(row, sealed.signer.verifier)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"basis": " "}, "name the law"),
        ({"second": ""}, "two different people"),
        ({"second": "officer:1"}, "two different people"),
        ({"by": By("", AT)}, "two different people"),
    ],
)
def test_without_a_basis_or_two_people_nothing_goes(sealed: Log, wrong, why):
    before = state()

    with pytest.raises(EraseRefused, match=why):
        erased(5, **wrong)

    assert state() == before


def test_a_row_goes_once(sealed: Log):
    erased(5)
    before = state()

    with pytest.raises(EraseRefused, match="erased already"):
        erased(5)
    assert state() == before


def test_what_is_not_sealed_stays(log: Log):
    log.record(deed(1))
    before = state()

    with pytest.raises(EraseRefused, match="not sealed yet"):
        erase(Erasure(Row.objects.get().id, BASIS, "officer:2"), by=FIRST)
    assert state() == before


def test_who_erased_what_is_never_erased(sealed: Log):
    erased(5)
    sealed.seal()
    before = state()

    with pytest.raises(EraseRefused, match="never erased"):
        erased(30)
    assert state() == before


@pytest.mark.parametrize("index", [5, 30], ids=["without a row that says so", "an erasure"])
def test_the_database_refuses_what_the_program_did_not_do(sealed: Log, index):
    erased(6)
    sealed.seal()
    before = state()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Row.objects.filter(id=row_at(index)).update(content=None, salt=None)
    assert state() == before


@pytest.mark.parametrize("change", [{"actor": "别人"}, {"purpose": ""}, {"object": "x"}])
def test_nothing_else_goes_with_an_erasure(sealed: Log, change):
    row = row_at(5)
    sealed.record(deed(40, action="audit.erase", object=str(row)))
    before = state()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Row.objects.filter(id=row).update(content=None, salt=None, **change)
    assert state() == before


def test_what_was_erased_does_not_come_back(sealed: Log):
    content = bytes(Row.objects.get(id=row_at(5)).content)
    row = erased(5)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Row.objects.filter(id=row).update(content=content, salt=b"0")
    assert Row.objects.get(id=row).content is None
