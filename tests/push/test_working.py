"""From an entry in the ledger to one effect at the receiver, whatever dies between (R2)."""

from datetime import timedelta
from itertools import pairwise

import pytest

from gongxin.accounts.client_actions import disable_client
from gongxin.audit.models import Row
from gongxin.core.audit import By
from gongxin.ledger.queries import head
from gongxin.push import actions, queries
from gongxin.push.actions import KEPT
from gongxin.push.models import Delivery, Subscription
from gongxin.push.working import DISABLED_AFTER, LEASE, WAITS
from tests.derive import town as t
from tests.fixtures.audit import deeds
from tests.push.conftest import CENTRE, CLIENT, Office

pytestmark = pytest.mark.django_db


def fails(status: int, *, times: int = 1):
    """A receiver that answers so at first and is well afterwards."""
    return lambda _, __, n: status if n <= times else 204


def send_all(busy: Office) -> int:
    """Push until nothing waits; the clock goes on a day at a time."""
    sent = 0
    for _ in range(20):
        sent += busy.pusher.once()
        busy.later(days=1.2)
    return sent


def test_of_one_persons_undertakings_nothing_is_told(busy):
    busy.follow_from_the_beginning()
    busy.pusher.once()

    codes = {code for _, code in busy.told}
    assert {t.FINED[0], t.LISTED[0], t.QUIET[0], t.RENAMED[0]} <= codes
    assert codes.isdisjoint({who[0] for who in (t.TRADER, t.OWNED, t.UNNAMED, t.HIDDEN)})


def test_what_concerns_nobody_makes_no_message(busy):
    """The fines of the sole trader and of the two others are looked at and passed over."""
    number = busy.follow_from_the_beginning()
    trader, unnamed = (busy.town.record(who[0]).revision for who in (t.TRADER, t.UNNAMED))
    Subscription.objects.filter(id=number).update(cursor=trader - 1)
    busy.size = unnamed - trader + 1

    assert busy.pusher.make()
    assert Subscription.objects.get(id=number).cursor == unnamed
    assert Delivery.objects.count() == 0


def test_nothing_is_sent_before_another_person_approved(busy):
    number = busy.propose()
    assert busy.pusher.once() == 0

    with pytest.raises(actions.BadSubscription) as refused:
        actions.approve(number, by=CLIENT, allowed=busy.sender.allowed)
    assert refused.value.facts["reason"] == "own"
    assert (busy.pusher.once(), busy.receiver.came) == (0, [])


@pytest.mark.parametrize("status", [500, 503, 429, 302, 400])
def test_a_failure_is_tried_again_with_the_same_number_and_has_one_effect(busy, status):
    busy.follow_from_the_beginning()
    busy.receiver.behaves = fails(status)

    assert (busy.pusher.once(), busy.pusher.once()) == (1, 0)  # it rests
    busy.later(seconds=WAITS[0] * 1.2)
    assert busy.pusher.once() == 1
    assert len(busy.numbers) == 2
    assert set(busy.numbers) == set(busy.receiver.effects) == {busy.numbers[0]}
    assert Delivery.objects.get().state == "delivered"


def test_a_receiver_that_is_away_gets_its_messages_in_order(busy):
    busy.follow_from_the_beginning()
    busy.size = 4
    busy.receiver.behaves = fails(503, times=3)

    assert busy.pusher.once() == 1  # the others wait with it
    send_all(busy)

    assert len(busy.receiver.effects) > 2
    since = [data["since"] for data in busy.bodies[3:]]
    assert since == sorted(set(since))
    assert Delivery.objects.exclude(state="delivered").count() == 0


def test_a_message_that_is_refused_holds_up_no_other(busy):
    busy.follow_from_the_beginning()
    busy.size = 4
    busy.receiver.behaves = fails(400)
    busy.pusher.once()

    first, *others = Delivery.objects.order_by("since")
    assert first.state == "waiting"
    assert {one.state for one in others} == {"delivered"}
    assert queries.standing(now=busy.at).failing == 0  # it answers


def test_messages_follow_each_other_without_a_gap(busy):
    number = busy.follow_from_the_beginning()
    busy.size = 4
    busy.pusher.once()

    ends = [(data["since"], data["upto"]) for data in busy.bodies]
    assert len(ends) > 2
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    assert Subscription.objects.get(id=number).cursor == head()


def test_a_worker_that_dies_between_sending_and_settling_has_no_second_effect(busy):
    busy.follow_from_the_beginning()
    dies, other = busy.pusher, busy.pusher
    dies.make()
    lease = dies.take()
    assert dies.send(lease).good  # and here it is killed

    assert other.take() is None  # the lease holds
    busy.later(seconds=LEASE.total_seconds())
    assert other.once() == 1

    assert len(busy.numbers) == 2
    assert set(busy.numbers) == set(busy.receiver.effects) == {lease.delivery}
    assert Delivery.objects.get().attempts == 2


def test_a_worker_that_slept_through_its_lease_settles_nothing(busy):
    number = busy.follow_from_the_beginning()
    sleeps = busy.pusher
    sleeps.make()
    lease = sleeps.take()
    busy.later(seconds=LEASE.total_seconds())
    busy.receiver.behaves = lambda *_: 503
    busy.pusher.once()
    busy.receiver.behaves = lambda *_: 204

    assert sleeps.settle(lease, sleeps.send(lease)) is False
    (row,) = queries.deliveries(number, limit=10)
    assert (row.state, row.status) == ("waiting", 503)  # what the later worker found stands
    assert busy.said == [f"{lease.delivery}: another worker sends it by now"]


def test_a_worker_that_dies_while_it_makes_messages_loses_and_doubles_nothing(busy, monkeypatch):
    number = busy.follow_from_the_beginning()

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(Subscription, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            busy.pusher.make()
    assert (Delivery.objects.count(), Subscription.objects.get(id=number).cursor) == (0, 0)

    assert busy.pusher.once() == 1
    assert len(busy.receiver.effects) == 1


def test_what_is_never_taken_becomes_a_dead_letter(busy):
    busy.follow_from_the_beginning()
    busy.receiver.behaves = lambda *_: 400

    assert send_all(busy) == len(WAITS) + 1
    letter = Delivery.objects.get()
    assert (letter.state, letter.attempts, letter.status) == ("dead", len(WAITS) + 1, 400)
    assert [line for line in busy.said if "dead letter" in line] != []
    assert queries.standing(now=busy.at).dead == 1
    assert queries.subscriptions()[0].state == "approved"


def test_waits_grow_from_seconds_to_a_day():
    assert (WAITS[0], max(WAITS)) == (5, 86_400)
    assert list(WAITS) == sorted(WAITS)
    assert sum(WAITS) > DISABLED_AFTER.total_seconds()  # an address that is away loses no message


def test_long_failure_disables_and_tells_the_operator(busy):
    number = busy.follow_from_the_beginning()
    busy.receiver.behaves = lambda *_: 503
    busy.pusher.once()
    busy.later(seconds=DISABLED_AFTER.total_seconds())
    busy.pusher.once()

    (row,) = queries.subscriptions()
    assert (row.id, row.state, row.disabled_why) == (number, "disabled", "failing")
    assert any(f"subscription {number} is disabled (failing)" in line for line in busy.said)
    assert queries.standing(now=busy.at).disabled == 1
    assert deeds("disable-push")[0]["actor"] == "platform:push"


def test_an_address_that_is_gone_is_disabled_at_once(busy):
    busy.follow_from_the_beginning()
    busy.receiver.behaves = lambda *_: 410
    busy.pusher.once()

    (row,) = queries.subscriptions()
    assert (row.state, row.disabled_why) == ("disabled", "gone")
    busy.later(days=1)
    assert busy.pusher.once() == 0


def test_a_client_without_access_is_told_nothing_more(busy):
    busy.follow_from_the_beginning()
    disable_client(busy.client, by=CENTRE)

    assert (busy.pusher.once(), busy.receiver.came) == (0, [])


def test_one_message_is_sent_again_under_its_number(busy):
    number = busy.follow_from_the_beginning()
    busy.pusher.once()
    (row,) = queries.deliveries(number, limit=10)

    actions.replay_delivery(number, row.id, unit=t.MARKET, by=CENTRE)
    assert busy.pusher.once() == 1

    assert busy.numbers == [row.id, row.id]
    assert len(busy.receiver.effects) == 1


def test_a_receiver_that_lost_its_data_gets_all_since_a_revision_again(busy):
    number = busy.follow_from_the_beginning()
    busy.size = 4
    busy.pusher.once()
    first, *others = [row.id for row in reversed(queries.deliveries(number, limit=99))]
    busy.receiver.effects.clear()
    middle = Delivery.objects.get(id=first).upto

    assert actions.replay_since(number, middle, unit=t.MARKET, by=CENTRE) == len(others)
    assert busy.pusher.once() == len(others)
    assert list(busy.receiver.effects) == others


def forgotten(busy: Office, number: str) -> int:
    """Send three messages or more, and the first of them once more a day later, for 90 days."""
    busy.size = 4
    busy.pusher.once()
    first, *others = Delivery.objects.order_by("since")
    busy.later(days=1)
    actions.replay_delivery(number, first.id, unit=t.MARKET, by=By("client:example", busy.at))
    busy.pusher.once()
    busy.later(days=KEPT.days - 1)
    busy.pusher.once()
    assert Delivery.objects.count() == len(others) + 1  # the last day is kept
    busy.later(seconds=1)
    busy.pusher.once()
    assert list(Delivery.objects.values_list("id", flat=True)) == [first.id]
    return max(one.upto for one in others)


def test_a_message_is_kept_90_days_after_it_was_last_sent(busy):
    number = busy.follow_from_the_beginning()
    upto = forgotten(busy, number)
    sent = len(busy.numbers)

    assert Subscription.objects.get(id=number).forgotten_upto == upto
    busy.pusher.once()
    assert len(busy.numbers) == sent


def test_a_replay_of_what_is_not_kept_any_more_is_refused(busy):
    number = busy.follow_from_the_beginning()
    upto = forgotten(busy, number)
    row = Delivery.objects.values().get()

    with pytest.raises(actions.BadSubscription) as refused:
        actions.replay_since(number, upto - 1, unit=t.MARKET, by=CENTRE)
    assert refused.value.facts["reason"] == "forgotten"
    assert f"since {upto} or later" in refused.value.message
    assert Delivery.objects.values().get() == row


def test_what_waits_is_kept_until_its_subscription_has_long_been_disabled(busy):
    number = busy.follow_from_the_beginning()
    busy.pusher.make()
    client = By("client:example", t.RECEIVED + KEPT)
    assert actions.forget_deliveries(now=t.RECEIVED + 2 * KEPT) == 0
    actions.disable(number, unit=t.MARKET, by=client)

    assert actions.forget_deliveries(now=client.at + KEPT) == 0
    assert actions.forget_deliveries(now=client.at + KEPT + timedelta(seconds=1)) == 1


def test_how_far_behind_the_pushes_are_is_known(busy):
    busy.follow_from_the_beginning()
    before = queries.standing(now=busy.at)
    busy.receiver.behaves = lambda *_: 503
    busy.pusher.once()
    busy.later(minutes=7)
    waiting = queries.standing(now=busy.at)
    busy.receiver.behaves = lambda *_: 204
    busy.pusher.once()
    after = queries.standing(now=busy.at)

    assert (before.behind, before.waiting) == (head(), 0)
    assert (waiting.behind, waiting.waiting, waiting.lag_seconds, waiting.failing) == (0, 1, 420, 1)
    assert (after.waiting, after.lag_seconds, after.failing) == (0, 0, 0)


def test_nothing_of_a_record_is_in_the_tables_or_the_log(busy):
    """Tables and audit log name subscriptions and revisions, never whom a change is about."""
    busy.follow_from_the_beginning()
    busy.pusher.once()

    kept = str(list(Delivery.objects.values())) + str(list(Subscription.objects.values()))
    logged = b"".join(bytes(row.content) for row in Row.objects.filter(action__endswith="-push"))
    assert t.FINED[0] not in kept + logged.decode()
    assert t.FINED[1] not in kept + logged.decode()
