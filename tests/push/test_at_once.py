"""Several pushers on one database, one of them killed in between: each message one effect (R2)."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from gongxin.push import actions
from gongxin.push.models import Delivery, Subscription
from gongxin.push.working import LEASE
from tests.derive import town as t
from tests.fixtures.platform import empty
from tests.push.conftest import CENTRE, CLIENT, Office, register, sender_to

ROUNDS = 40


@pytest.fixture
def office(transactional_db, tmp_path, receiver, authority, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    town = t.Town.found(tmp_path, t.release())
    yield Office(town, receiver, sender_to(receiver, authority), register())
    empty()


def wait_for(office: Office, *, subscriptions: int, messages: int) -> None:
    """Subscriptions with messages that wait; the ledger is empty, so each says nothing."""
    for n in range(subscriptions):
        wanted = actions.Wanted(office.client, t.MARKET, f"{office.receiver.address}/{n}")
        number = actions.propose(wanted, by=CLIENT, allowed=office.sender.allowed)
        actions.approve(number, by=CENTRE, allowed=office.sender.allowed)
        Delivery.objects.bulk_create(
            Delivery(
                id=f"msg_{n}_{m}",
                subscription_id=number,
                since=m,
                upto=m + 1,
                made_at=office.at,
                next_at=office.at,
            )
            for m in range(messages)
        )


def at_once(*works: Callable[[], None]) -> None:
    """Run in threads that have connections of their own."""
    began = Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        began.wait(timeout=30)
        work()
        connection.close()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_pushers_at_once_have_each_effect_once_though_one_is_killed(office):
    wait_for(office, subscriptions=4, messages=10)
    office.receiver.behaves = lambda _, __, n: 503 if n % 7 == 0 else 204
    killed: list[str] = []

    def dies() -> None:
        lease = office.pusher.take()
        office.pusher.send(lease)
        killed.append(lease.delivery)  # and settles nothing

    def works() -> None:
        pusher = office.pusher
        while (lease := pusher.take()) is not None:
            pusher.settle(lease, pusher.send(lease))

    at_once(dies, works, works, works)
    for _ in range(ROUNDS):  # what rests and what the dead one left is sent later, by another
        office.later(seconds=LEASE.total_seconds())
        office.pusher.once()

    assert Delivery.objects.exclude(state="delivered").count() == 0
    assert set(office.receiver.effects) == {f"msg_{n}_{m}" for n in range(4) for m in range(10)}
    assert office.numbers.count(killed[0]) >= 2  # once by the dead one, once by another
    assert len(office.numbers) > 40


def test_a_subscription_is_sent_to_by_one_worker_at_a_time(office):
    wait_for(office, subscriptions=1, messages=6)
    order: list[str] = []

    def works() -> None:
        pusher = office.pusher
        while (lease := pusher.take()) is not None:
            order.append("begin")
            answer = pusher.send(lease)
            order.append("end")
            pusher.settle(lease, answer)

    at_once(works, works, works)

    assert order == ["begin", "end"] * 6
    assert Subscription.objects.get().leased_until is None
