"""A gateway is told what is public and what ended, in its own words, until it acknowledged it."""

import json
import time
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from gongxin.audit.models import Row
from gongxin.exchange import actions, queries, signing
from gongxin.exchange.actions import BadPeer
from gongxin.exchange.models import Held, Parcel, Peer
from gongxin.push.replies import Reply
from tests.derive import town as t
from tests.exchange.conftest import OLD, ONE, OUT, SECRET, TWO, pointed_at
from tests.exchange.gateway import answer, takes

pytestmark = pytest.mark.django_db
LATER = t.RECEIVED + timedelta(hours=1)


def test_a_record_is_sent_in_their_words_and_signed(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))

    assert office.exchanger.once() == 1
    assert office.exchanger.once() == 0

    (told,) = office.gateway.came
    record = office.town.record(t.FINED[0])
    assert told == {
        "msg_id": told["msg_id"],
        "seq": 1,
        "send_time": "2026-06-01T02:00:00+00:00",
        "data": [
            {
                "record_no": record.record_id,
                "data_type": "XZCF",
                "op": "I",
                "public_end": "2027-05-10",
                "ent_name": t.FINED[1],
                "uniscid": t.FINED[0],
                "doc_no": "盘交罚〔2026〕1号",
                "penalty_type": "罚款",
                "penalty_text": "罚款人民币壹万贰仟元",
                "decide_date": "2026-05-10",
                "organ_name": t.TRANSPORT_NAME,
                "procedure": "P",
            }
        ],
    }
    headers, body = office.gateway.headers[0], office.gateway.bodies[0]
    assert signing.is_signed(SECRET, headers, office.at, body)
    assert not signing.is_signed(SECRET, headers, office.at, body + b" ")


def test_what_is_no_organisations_or_not_public_or_not_mapped_never_leaves(office):
    office.agree()
    office.town.hand_in(
        t.PENALTY,
        t.penalty(t.TRADER, 3),
        t.penalty(t.OWNED, 4),
        t.penalty(t.HIDDEN, 7, CF_CXLB="01"),
    )
    office.town.hand_in(t.HONOUR, t.honour(t.FINED))

    assert office.exchanger.once() == 0
    assert office.gateway.came == []
    assert not Held.objects.exists()


def test_the_representative_and_remarks_never_leave(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.exchanger.once()

    text = office.gateway.bodies[0].decode()
    assert "示例法定代表人" not in text
    assert "内部备注" not in text


def test_what_is_withdrawn_is_removed_there(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.exchanger.once()
    kept = office.gateway.copies
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)
    office.exchanger.once()

    assert (len(kept), office.gateway.copies) == (1, set())
    assert office.gateway.came[-1]["data"] == [{"record_no": kept.pop(), "op": "D"}]
    assert not Held.objects.exists()


def test_what_reaches_its_last_day_is_removed_there(office):
    """No entry says so: the day alone does."""
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.exchanger.once()
    office.day = date(2027, 5, 10)
    assert office.exchanger.once() == 0
    office.day = date(2027, 5, 11)

    assert office.exchanger.once() == 1
    assert office.gateway.copies == set()


def test_a_removal_that_was_not_acknowledged_is_told_again(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.exchanger.once()
    office.day = date(2027, 5, 11)
    office.gateway.behaves = lambda _, handler, __: answer(handler, 500, b"")
    office.exchanger.once()
    assert Held.objects.count() == 1

    office.gateway.behaves = takes
    office.later(hours=1)
    office.exchanger.once()
    first, second = office.gateway.came[1:]
    assert (first["msg_id"], first["seq"]) == (second["msg_id"], second["seq"])
    assert not Held.objects.exists()


def test_what_ended_while_its_message_waited_is_never_told_as_public(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.gateway.behaves = lambda _, handler, __: answer(handler, 503, b"")
    office.exchanger.once()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_CXBG="撤销"), received_at=LATER)
    office.gateway.behaves = takes
    office.later(hours=1)
    office.exchanger.once()

    assert [row["op"] for row in office.gateway.came[-1]["data"]] == ["D"]


def drops(_, handler, __):
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"code": "0"')
    handler.close_connection = True


def sleeps(_, handler, __):
    time.sleep(2.5)


def says(status, told):
    return lambda _, handler, __: answer(handler, status, told)


def moves(_, handler, __):
    answer(handler, 302, b"", Location="https://169.254.169.254/")


@pytest.mark.parametrize(
    ("behaves", "fault"),
    [
        (says(500, b"{}"), "status"),
        (says(200, b"<html><body>OK 0</body></html>"), "no_object"),
        (says(200, b'{"code": "0"}'), "refused"),
        (says(200, b'{"code": "0", "msg_id": "msg_of_another"}'), "refused"),
        (says(200, '{"code": "401", "msg": "签名错误"}'.encode()), "refused"),
        (says(200, b"[" * 100_000), "no_object"),
        (says(200, b"\xff\xfe"), "no_object"),
        (drops, "cut_off"),
        (sleeps, "timeout"),
        (moves, "redirect"),
    ],
)
def test_no_answer_but_the_agreed_one_is_believed(office, behaves, fault):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.gateway.behaves = behaves

    assert office.exchanger.once() == 0
    peer = Peer.objects.get()
    assert (peer.fault, peer.cursor, len(office.gateway.came)) == (fault, 0, 1)
    assert Parcel.objects.get().acknowledged_at is None
    office.exchanger.once()
    assert len(office.gateway.came) == 1  # it rests


def test_a_worker_that_slept_settles_nothing(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    adapter = office.release.adapters[OUT]
    slept = office.exchanger.take(adapter)
    assert office.exchanger.take(adapter) is None
    office.later(minutes=2)
    other = office.exchanger.take(adapter)
    good = json.dumps({"code": "0", "msg_id": slept.parcel}).encode()
    assert not office.exchanger.settle(slept, Reply(200, body=good))
    assert Parcel.objects.get().acknowledged_at is None
    assert office.exchanger.settle(other, Reply(200, body=good))
    assert (slept.parcel, slept.sequence) == (other.parcel, other.sequence)


def test_every_message_and_refusal_is_in_the_audit_log(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.gateway.behaves = says(500, b"{}")
    office.exchanger.once()
    office.gateway.behaves = takes
    office.later(hours=1)
    office.exchanger.once()

    logged = [json.loads(bytes(row.content)) for row in Row.objects.order_by("id")]
    sent = [(one["action"], one["reason"]) for one in logged if "exchange" in one["object"]]
    assert sent == [
        ("propose-exchange", ""),
        ("approve-exchange", ""),
        ("exchange-send", "status"),
        ("exchange-send", ""),
    ]


def test_one_person_alone_opens_nothing(office):
    actions.propose(OUT, by=ONE, release=office.release)
    office.put_secret(OUT)
    with pytest.raises(BadPeer) as caught:
        actions.approve(OUT, by=ONE, release=office.release)
    assert caught.value.facts["reason"] == "own"
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    assert office.exchanger.once() == 0
    assert office.gateway.came == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Peer.objects.update(decision="approved", decided_by=ONE.actor, decided_at=ONE.at)


def test_an_adapter_that_was_changed_does_nothing_until_two_agree_anew(office):
    office.agree()
    office.release = pointed_at(office.release, office.gateway.address + "/elsewhere")
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))

    assert office.exchanger.once() == 0
    assert office.gateway.came == []


def test_what_ended_is_sent_to_no_more(office):
    office.agree()
    actions.end(OUT, by=TWO, reason="示例")
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))

    assert office.exchanger.once() == 0


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [(SECRET, 0o440, "open"), ("whsec_AAAA", 0o400, "short"), ("a" * 40, 0o400, "form")],
)
def test_a_secret_that_is_open_or_weak_signs_nothing(office, text, mode, reason):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    office.put_secret(OUT, text, mode)
    with pytest.raises(signing.NoSecret) as caught:
        office.exchanger.once()

    assert caught.value.facts["reason"] == reason
    assert office.gateway.came == []


def test_one_platform_without_its_secret_keeps_nothing_from_another(office):
    office.agree(OLD)
    office.agree()
    (office.town.home / "keys/exchange" / OLD).unlink()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    with pytest.raises(signing.NoSecret):
        office.exchanger.once()

    assert [message["data"][0]["uniscid"] for message in office.gateway.came] == [t.FINED[0]]


def test_a_gateway_that_did_not_take_its_message_is_named_until_it_does(office):
    office.agree()
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED))
    assert queries.failing(office.release) == ()
    office.gateway.behaves = says(500, b"{}")
    office.exchanger.once()
    assert queries.failing(office.release) == (OUT,)

    office.gateway.behaves = takes
    office.later(hours=1)
    office.exchanger.once()
    assert queries.failing(office.release) == ()
