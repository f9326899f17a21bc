"""The keeper and the reusers: each day its snapshot, and copies that do not outlive a record."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from gongxin.opendata import actions, queries
from gongxin.opendata.keeping import KEEPING_LOCK
from gongxin.opendata.models import Snapshot
from gongxin.opendata.removals import Cursor
from tests.derive import town as t
from tests.fixtures.audit import deeds
from tests.opendata.conftest import Shop, by, lines

pytestmark = pytest.mark.django_db
EVENING = timedelta(hours=12)  # from ten in the morning to ten in the evening
LAST_DAY = (t.date(2027, 5, 10) - t.TODAY).days


def test_a_day_without_a_snapshot_gets_one_and_is_left_alone(shop):
    assert shop.keeper.once() == 1
    assert shop.keeper.once() == 0
    assert queries.served(shop.day, home=shop.town.home) is not None


def test_in_the_evening_the_next_day_is_prepared_and_served_from_midnight_on(shop):
    shop.keeper.once()
    shop.seal()
    shop.at += EVENING

    assert shop.keeper.once() == 1
    assert shop.keeper.once() == 0
    today = queries.served(shop.day, home=shop.town.home)
    tomorrow = queries.served(shop.day + timedelta(days=1), home=shop.town.home)
    assert today.folder.is_dir()
    assert tomorrow.folder.is_dir()
    assert tomorrow.document["as_of"] == "2026-06-02"


def test_after_the_last_day_of_a_record_no_snapshot_has_it(shop):
    shop.keeper.once()
    record = shop.town.record(t.FINED[0]).record_id
    shop.next_day(LAST_DAY)
    shop.keeper.once()
    last = queries.served(shop.day, home=shop.town.home)
    assert record in _ids(last)
    shop.next_day()

    assert queries.served(shop.day, home=shop.town.home) is None  # and nobody waits for a worker
    shop.keeper.once()
    after = queries.served(shop.day, home=shop.town.home)
    assert record not in _ids(after)


def _ids(served: queries.Served) -> set[str]:
    return {one["record_id"] for one in lines(served.folder / "records.jsonl.gz")}


def test_one_keeper_works_at_a_time(shop):
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [KEEPING_LOCK])
        assert shop.keeper.once() == 0
    assert Snapshot.objects.count() == 0


def test_a_keeper_says_what_it_made(shop):
    shop.keeper.once()

    (made,) = Snapshot.objects.all()
    assert shop.said == [f"open data of 2026-06-01: {made.id}"]


def behind(shop: Shop) -> list[str]:
    rows = queries.unacknowledged(now=shop.at, as_of=shop.day, release=shop.town.release)
    return [row.client for row in rows]


def test_a_reuser_that_does_not_acknowledge_for_a_day_is_named(shop):
    shop.keeper.once()
    cursor = queries.served(shop.day, home=shop.town.home).removals
    actions.acknowledge("client-1", t.MARKET, cursor, by=by())
    assert behind(shop) == []

    shop.next_day(LAST_DAY + 1)  # ten in the morning after the last day of the fine
    assert behind(shop) == []
    shop.next_day()
    assert behind(shop) == ["client-1"]

    actions.acknowledge("client-1", t.MARKET, Cursor(cursor.revision, shop.day), by=by(shop.at))
    assert behind(shop) == []


def test_an_acknowledgement_never_goes_back_and_is_logged(shop):
    far = Cursor(10, t.TODAY, "01KT")
    actions.acknowledge("client-1", t.MARKET, far, by=by())

    assert actions.acknowledge("client-1", t.MARKET, Cursor(3, t.DECIDED), by=by()) == far
    assert [one["details"]["cursor"] for one in deeds("acknowledge-removals")] == [far.text()] * 2
