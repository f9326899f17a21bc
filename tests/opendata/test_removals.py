"""What copies are to drop: told at once, with every worker dead, by ids and kinds alone (P7)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxin.audit.models import Row
from gongxin.opendata.removals import BadCursor, Cursor, Removal, removals
from tests.derive import town as t
from tests.opendata.conftest import Shop

pytestmark = pytest.mark.django_db
LAST_DAY = date(2027, 5, 10)  # of a fine of 2026-05-10: twelve months


def told(shop: Shop, cursor: Cursor, limit: int = 200) -> tuple[Removal, ...]:
    return removals(cursor, limit=limit, as_of=shop.day, release=shop.town.release).items


def test_what_reached_its_last_day_is_told_from_midnight_on_without_a_job(settled, db):
    shop = Shop(settled)
    cursor = Cursor(settled.record(t.QUIET[0], t.LICENCE).revision + 99, t.TODAY)
    shop.day = LAST_DAY
    assert told(shop, cursor) == ()

    shop.day = LAST_DAY + timedelta(days=1)
    fined = settled.record(t.FINED[0]).record_id
    ended = {one.record_id: one for one in told(shop, cursor)}

    midnight = datetime(2027, 5, 10, 16, tzinfo=UTC)
    assert ended[fined] == Removal(fined, "expired", midnight)
    closed = {settled.record(who[0]).record_id for who in (t.TRADER, t.OWNED, t.UNNAMED)}
    assert closed.isdisjoint(ended)


def test_the_parts_follow_each_other_without_loss_and_end(settled, db):
    shop = Shop(settled, day=date(2031, 1, 1))
    whole = {one.record_id for one in told(shop, Cursor(0, t.TODAY))}
    cursor, found, more = Cursor(0, t.TODAY), [], True
    while more:
        part = removals(cursor, limit=1, as_of=shop.day, release=settled.release)
        found += [one.record_id for one in part.items]
        cursor, more = part.next, part.more

    assert len(whole) > 3
    assert set(found) == whole
    assert told(shop, cursor) == ()


def test_a_removal_says_nothing_of_whom_it_is_about():
    assert set(Removal.__dataclass_fields__) == {"record_id", "why", "since"}


@pytest.mark.parametrize(
    "text", ["", "1", "1.2026-06-01", "x.2026-06-01.", "1.2026-02-30.", "1.2026-06-01.a"]
)
def test_a_place_that_is_none_is_refused(text):
    with pytest.raises(BadCursor):
        Cursor.read(text)


def test_a_place_is_read_as_it_was_written():
    place = Cursor(7, date(2026, 6, 1), "01KT0EHJ80")
    assert (place.text(), Cursor.read(place.text())) == ("7.2026-06-01.01KT0EHJ80", place)


def test_nothing_is_written_to_tell_a_removal(settled, db):
    before = Row.objects.count()
    with CaptureQueriesContext(connection) as run:
        told(Shop(settled), Cursor(0, t.TODAY))
    assert [q["sql"] for q in run if not q["sql"].lstrip().startswith(("SELECT", "WITH"))] == []
    assert Row.objects.count() == before
