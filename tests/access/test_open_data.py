"""Open data under row security alone: removals tell why, never what; a receipt is its unit's."""

import pytest
from django.db import ProgrammingError

from gongxin.cli import rights
from gongxin.core.audit import By
from gongxin.ledger.models import Current, Entry
from gongxin.opendata import actions, queries
from gongxin.opendata.removals import Cursor, Removal, removals
from tests.access.test_rights import rows, served
from tests.derive import town as t

pytestmark = pytest.mark.django_db
BY = By("client:x", t.RECEIVED)


@pytest.fixture(autouse=True)
def granted(settled) -> None:
    assert rights.apply()


def withdrawn() -> str:
    """The fine of a firm, as it would be after its withdrawal: hidden, by an entry of its own."""
    found = Current.objects.get(subject=t.FINED[0], item=t.PENALTY)
    values = {f.attname: getattr(found, f.attname) for f in Entry._meta.concrete_fields}
    values |= {"revision": found.revision + 100, "kind": "withdraw", "hidden": "withdrawn"}
    Entry.objects.bulk_create([Entry(**values)])
    Current.objects.filter(subject=t.FINED[0], record_id=found.record_id).update(
        hidden="withdrawn", kind="withdraw", revision=values["revision"]
    )
    rows(f"UPDATE ledger_head SET revision = {values['revision']}")
    return str(found.record_id)


def test_who_serves_tells_a_removal_that_it_cannot_read(settled):
    record = withdrawn()
    with served():
        assert rows(f"SELECT count(*) FROM ledger_current WHERE record_id = '{record}'") == [(0,)]
        part = removals(Cursor(0, t.TODAY), limit=200, as_of=t.TODAY, release=settled.release)

    assert part.items == (Removal(record, "withdrawn", t.RECEIVED),)


def test_a_receipt_is_seen_by_its_unit_alone(settled):
    with served(unit=t.MARKET):
        actions.acknowledge("x", t.MARKET, Cursor(1, t.TODAY), by=BY)
        actions.acknowledge("x", t.MARKET, Cursor(2, t.TODAY), by=BY)
        assert rows("SELECT cursor FROM opendata_acknowledged") == [("2.2026-06-01.",)]
    with served(unit=t.TRANSPORT):
        assert rows("SELECT count(*) FROM opendata_acknowledged") == [(0,)]


def test_who_serves_reads_the_snapshot_of_the_day_and_makes_none(settled, tmp_path):

    made = actions.publish(as_of=t.TODAY, home=settled.home, release=settled.release, by=BY)
    with served():
        assert queries.served(t.TODAY, home=settled.home).id == made.id
    with served(), pytest.raises(ProgrammingError, match="permission denied"):
        rows("DELETE FROM opendata_snapshot")
