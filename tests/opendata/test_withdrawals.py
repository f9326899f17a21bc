"""A record that is withdrawn leaves the copies: at once in the removals, soon in the files (P7)."""

from datetime import date, timedelta

import pytest

from gongxin.opendata import queries
from gongxin.opendata.removals import Cursor, Removal, removals
from tests.derive import town as t
from tests.opendata.conftest import Shop, lines

pytestmark = pytest.mark.django_db
LATER = t.RECEIVED + timedelta(hours=1)
LAST_DAY = date(2027, 5, 10)  # of a fine of 2026-05-10: twelve months


def told(shop: Shop, cursor: Cursor, limit: int = 200) -> tuple[Removal, ...]:
    return removals(cursor, limit=limit, as_of=shop.day, release=shop.town.release).items


def test_a_withdrawal_is_told_at_once_and_the_next_snapshot_has_it_not(new_shop):
    shop, place = new_shop, new_shop.town
    place.hand_in(t.PENALTY, t.penalty(t.FINED), t.penalty(t.LISTED, 2))
    first = shop.publish()
    cursor = queries.served(shop.day, home=place.home).removals
    record = place.record(t.FINED[0]).record_id
    assert told(shop, cursor) == ()

    place.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)

    assert told(shop, cursor) == (Removal(record, "withdrawn", LATER),)
    shop.at = LATER
    assert (shop.keeper.due(), shop.keeper.once()) == (shop.day, 1)
    second = queries.served(shop.day, home=place.home)
    assert second.id != first.id
    kept = lines(second.folder / "records.jsonl.gz")
    assert [one["uscc"] for one in kept] == [t.LISTED[0]]
    changed = lines(second.folder / "changes.jsonl.gz")
    assert changed == [{"change": "removed", "record_id": record, "why": "withdrawn"}]
    assert second.document["changes_since"] == first.id
    assert told(shop, second.removals) == ()
    assert shop.keeper.due() is None


def test_what_was_never_public_is_in_no_removal(new_shop):
    place = new_shop.town
    place.hand_in(t.PENALTY, t.penalty(t.HIDDEN, CF_CXLB="01"), t.penalty(t.TRADER, 2))
    place.hand_in(t.PENALTY, t.penalty(t.TRADER, 2, CF_CXBG="撤销"), received_at=LATER)

    assert told(new_shop, Cursor(0, t.TODAY)) == ()
    new_shop.day = LAST_DAY + timedelta(days=1)
    assert told(new_shop, Cursor(0, t.TODAY)) == ()


def test_what_turns_out_to_be_one_persons_leaves_the_copies(new_shop):
    """A later file names it 个人独资企业: it is in no copy any more (legal.md L3)."""
    shop, place = new_shop, new_shop.town
    place.hand_in(t.PENALTY, t.penalty(t.FINED), t.penalty(t.LISTED, 2))
    shop.publish()
    cursor = queries.served(shop.day, home=place.home).removals
    fined = place.record(t.FINED[0]).record_id
    owned = (t.FINED[0], "盘锦示例一号个人独资企业")
    place.hand_in(t.LICENCE, t.licence(owned, 3), received_at=LATER)

    assert told(shop, cursor) == (Removal(fined, "withdrawn", LATER),)
    after = removals(cursor, limit=200, as_of=shop.day, release=place.release).next
    shop.at, shop.day = LATER, LAST_DAY + timedelta(days=1)
    assert fined not in {one.record_id for one in told(shop, after)}
    shop.day = t.TODAY
    assert shop.keeper.once() == 1
    kept = lines(queries.served(shop.day, home=place.home).folder / "records.jsonl.gz")
    assert [one["uscc"] for one in kept] == [t.LISTED[0]]
