"""What a message says: ids and kinds of change, true when it is sent (thin bodies)."""

import base64
import hmac
import json
from datetime import timedelta

import pytest

from gongxin.push.signing import platform_key, secret
from tests.derive import town as t

pytestmark = pytest.mark.django_db
LATER = t.RECEIVED + timedelta(hours=1)


def test_a_change_is_told_once_thin_and_signed(office):
    number = office.subscribe()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))

    assert office.pusher.once() == 1
    assert office.pusher.once() == 0

    ((headers, body),) = office.receiver.came
    record = office.town.record(t.FINED[0])
    assert json.loads(body) == {
        "type": "changes",
        "timestamp": "2026-06-01T02:00:00+00:00",
        "data": {
            "since": 0,
            "upto": record.revision,
            "head": record.revision,
            "as_of": "2026-06-01",
            "items": [
                {
                    "revision": record.revision,
                    "change": "public",
                    "uscc": t.FINED[0],
                    "record_id": record.record_id,
                    "public_until": "2027-05-10",
                }
            ],
        },
    }
    key = base64.b64decode(secret(platform_key(office.town.home), number, 1)[6:])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{made}"
    assert headers["webhook-timestamp"] == str(int(t.RECEIVED.timestamp()))


def test_a_message_that_waited_says_what_is_true_when_it_is_sent(office):
    """What ended while the receiver was away is not told as public any more (P7)."""
    office.subscribe()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.receiver.behaves = lambda *_: 503
    office.pusher.once()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)
    office.receiver.behaves = lambda *_: 204
    office.later(hours=1)
    office.pusher.once()

    assert office.told == [
        ("public", t.FINED[0]),
        ("removed", t.FINED[0]),
        ("removed", t.FINED[0]),
    ]


def test_what_changed_before_the_approval_is_not_told(office):
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.subscribe()
    office.town.hand_in(t.PENALTY, t.penalty(t.LISTED, 2))
    office.pusher.once()

    assert office.told == [("public", t.LISTED[0])]


def test_whoever_wants_removals_alone_gets_those(office):
    office.subscribe(kinds=("removed",))
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    assert office.pusher.once() == 0
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)
    office.pusher.once()

    assert office.told == [("removed", t.FINED[0])]


def test_an_organisation_that_turns_out_to_be_one_persons_is_told_as_removed(office):
    office.subscribe(kinds=("removed",))
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.pusher.once()
    owned = (t.FINED[0], "盘锦示例一号个人独资企业")
    office.town.hand_in(t.LICENCE, t.licence(owned, 2), received_at=LATER)
    office.pusher.once()

    assert office.told == [("removed", t.FINED[0])]
