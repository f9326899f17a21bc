"""What a platform holds is followed by the ledger's entries and by last days, not read through."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxin import law
from gongxin.exchange import actions
from gongxin.exchange.models import Held, Peer
from gongxin.law import Release
from tests.derive import town as t
from tests.exchange.conftest import ONE, OUT, TWO, Office

pytestmark = pytest.mark.django_db
LATER = t.RECEIVED + timedelta(hours=1)
LATEST = t.RECEIVED + timedelta(hours=2)
LAST_DAY = date(2027, 5, 10)


def ops(office: Office) -> list[list[str]]:
    return [[row["op"] for row in message["data"]] for message in office.gateway.came]


def test_a_record_that_gets_an_earlier_end_is_removed_on_that_day(office):
    """A grave penalty shows for three years; corrected to a fine it shows for one."""
    office.agree()
    office.town.hand_in(t.PENALTY, t.grave(t.FINED))
    office.exchanger.once()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_NR_ZKDX=""), received_at=LATER)
    office.exchanger.once()
    office.day = LAST_DAY + timedelta(days=1)
    office.exchanger.once()

    assert ops(office) == [["I"], ["I"], ["D"]]
    assert not Held.objects.exists()


def test_a_record_that_gets_a_later_end_stays_until_then(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.exchanger.once()
    grave = t.grave(t.FINED)
    office.town.hand_in(t.PENALTY, grave, received_at=LATER)
    office.day = LAST_DAY + timedelta(days=1)
    office.exchanger.once()

    assert ops(office) == [["I"], ["I"]]
    assert Held.objects.get().until == date(2029, 5, 10)


def test_what_did_not_change_is_neither_told_again_nor_removed(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED), t.penalty(t.LISTED, 2))
    office.exchanger.once()
    compared = Peer.objects.get().compared
    office.town.hand_in(t.PENALTY, t.penalty(t.QUIET, 3), received_at=LATER)
    office.exchanger.once()

    assert Peer.objects.get().compared > compared
    assert ops(office) == [["I", "I"], ["I"]]
    assert Held.objects.filter(ended=False).count() == 3


def test_what_turns_out_to_be_one_persons_is_removed(office):
    """A later file names it 个人独资企业: all that the platform has of it goes (legal.md L3)."""
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED), t.penalty(t.LISTED, 2))
    office.exchanger.once()
    owned = (t.FINED[0], "盘锦示例一号个人独资企业")
    office.town.hand_in(t.LICENCE, t.licence(owned, 3), received_at=LATER)
    office.exchanger.once()

    assert ops(office) == [["I", "I"], ["D"]]
    assert Held.objects.get().subject == t.LISTED[0]


def test_a_record_type_that_is_exchanged_no_more_is_removed(office):
    """Another adapter was agreed to: what came under the old one has to go there."""
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.exchanger.once()
    kept = office.gateway.copies
    office.release = _without_penalties(office.release)
    law.store(office.town.home, office.release)
    actions.propose(OUT, by=ONE, release=office.release)
    actions.approve(OUT, by=TWO, release=office.release)
    office.exchanger.once()

    assert (len(kept), office.gateway.copies) == (1, set())


def test_a_message_costs_as_much_however_much_is_held(office):
    office.agree()
    office.town.hand_in(t.PENALTY, *(t.penalty(t.company(n), n) for n in range(1, 60)))
    office.exchanger.once()
    assert Held.objects.count() == 59

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert office.exchanger.once() == 0

    held = [one["sql"] for one in asked if 'FROM "exchange_held"' in one["sql"]]
    assert len(held) == 1
    assert "ledger" not in held[0]


def _without_penalties(release: Release) -> Release:
    def changed(one):
        if one.adapter != OUT:
            return one
        (mapped,) = one.sends.items
        name = next(m for m in mapped.fields if m.ours == "CF_XDR_MC")
        licence = replace(mapped, item=t.LICENCE, fields=(replace(name, ours="XK_XDR_MC"),))
        return replace(one, sends=replace(one.sends, items=(licence,)))

    adapters = tuple(changed(one) for one in release.content.adapters)
    return Release(replace(release.content, adapters=adapters))
