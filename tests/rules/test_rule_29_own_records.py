"""Rule 29: a person's records without own session or valid consent are refused and logged."""

from datetime import UTC, datetime, timedelta

import pytest

from gongxin.audit.models import Row
from gongxin.personal import actions, consent, sealing
from gongxin.personal.consent import Agreed, Asked, NotAllowed, Terms
from gongxin.personal.keys import Keys
from gongxin.personal.sessions import NOBODY

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OWN = Keys("one", b"k" * 32, b"b" * 32)
ANNA = sealing.proven("990199207706140010", "安娜", OWN)
ITEM = frozenset({"administrative-licence"})
ASKED = Asked("client:bank", "loan", ITEM)


def decided(action: str = "consent.use") -> list[tuple[str, str]]:
    rows = Row.objects.filter(action=action).order_by("id")
    return [
        (row.actor, "deny" if b'"decision":"deny"' in bytes(row.content) else "allow")
        for row in rows
    ]


def test_rule_29_without_consent_is_refused_and_logged():
    with pytest.raises(NotAllowed):
        actions.use("no token", ASKED, at=NOW, keys=OWN)

    assert decided() == [("client:bank", "deny")]


def test_rule_29_without_a_session_there_is_no_person():
    with pytest.raises(NotAllowed):
        actions.own_records(NOBODY, at=NOW, keys=OWN)

    assert decided("person.own") == [("", "deny")]


def test_rule_29_after_a_withdrawal_the_next_call_is_refused_and_logged():
    terms = Terms("client:bank", "loan", ITEM, NOW + timedelta(days=1), 5)
    agreed = Agreed(consent.TEXT_VERSION, consent.NOTICES, ITEM)
    given = actions.grant(ANNA, terms, agreed, at=NOW, keys=OWN)
    assert actions.use(given.token, ASKED, at=NOW, keys=OWN) == ()

    actions.withdraw(ANNA, given.id, at=NOW)
    with pytest.raises(NotAllowed):
        actions.use(given.token, ASKED, at=NOW, keys=OWN)

    assert decided() == [("client:bank", "allow"), ("client:bank", "deny")]
