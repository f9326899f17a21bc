"""MD5 is for old gateways alone: file, proposer and a second person say so."""

import hashlib

import pytest

from gongxin.exchange import actions
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.models import Peer
from gongxin.exchange.queries import legacy
from tests.derive import town as t
from tests.exchange.conftest import OLD, ONE, OUT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "said"), [(OLD, False), (OUT, True)])
def test_md5_is_said_where_it_is_and_nowhere_else(office, name, said):
    with pytest.raises(BadPeer) as caught:
        actions.propose(name, by=ONE, release=office.release, legacy_md5=said)

    assert caught.value.facts["reason"] == "legacy_md5"
    assert not Peer.objects.exists()


def test_an_old_gateway_gets_key_time_and_sign(office):
    office.agree(OLD)
    office.put_secret(OLD, "an-old-secret-of-many-signs")
    office.town.hand_in(t.LICENCE, t.licence(t.FINED))

    assert office.exchanger.once() == 1
    (headers,) = office.gateway.headers
    text = f"panjin-examplean-old-secret-of-many-signs{int(t.RECEIVED.timestamp())}"
    assert (headers["appkey"], headers["time"]) == ("panjin-example", "1780279200")
    assert headers["sign"] == hashlib.md5(text.encode()).hexdigest()
    assert "webhook-signature" not in headers


def test_only_an_old_gateway_in_use_is_named(office):
    assert legacy(office.release) == ()
    actions.propose(OLD, by=ONE, release=office.release, legacy_md5=True)
    office.agree(OUT)
    assert legacy(office.release) == ()

    Peer.objects.filter(adapter=OLD).delete()
    office.agree(OLD)

    assert legacy(office.release) == (OLD,)
