"""Pushes under row security alone: a unit's own, and no approval from the web process (T10)."""

import pytest
from django.db import ProgrammingError

from gongxin.cli import rights
from gongxin.core.audit import By
from gongxin.core.destinations import Allowed
from gongxin.push import actions, queries
from gongxin.push.models import Subscription
from tests.access.test_rights import DENIED, rows, served
from tests.derive import town as t

pytestmark = pytest.mark.django_db
CLIENT, CENTRE = By("client:x", t.RECEIVED), By("operator:second", t.RECEIVED)


@pytest.fixture
def number(settled) -> str:
    assert rights.apply()
    wanted = actions.Wanted("x", t.MARKET, "https://receiver.example.cn/")
    made = actions.propose(wanted, by=CLIENT, allowed=Allowed())
    actions.approve(made, by=CENTRE, allowed=Allowed())
    return made


def test_a_unit_manages_its_own(number):
    with served(unit=t.MARKET):
        actions.rotate(number, unit=t.MARKET, generation=1, by=CLIENT)
        actions.disable(number, unit=t.MARKET, by=CLIENT)
        wanted = actions.Wanted("x", t.MARKET, "https://other.example.cn/")
        assert actions.propose(wanted, by=CLIENT, allowed=Allowed()) != number
        states = {row.state for row in queries.subscriptions(client="x", unit=t.MARKET)}
        assert states == {"disabled", "proposed"}


def test_another_unit_sees_none(number):
    with served(unit=t.TRANSPORT):
        assert queries.subscriptions() == []
        assert rows("SELECT count(*) FROM push_delivery") == [(0,)]
        with pytest.raises(actions.BadSubscription):
            actions.disable(number, unit=t.MARKET, by=CLIENT)


def test_the_web_process_approves_nothing(number):
    change = {"decision": "approved", "decided_by": "operator:x", "decided_at": t.RECEIVED}
    with served(unit=t.MARKET), pytest.raises(ProgrammingError, match=DENIED):
        Subscription.objects.filter(id=number).update(**change)
