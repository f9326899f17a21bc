"""Who may be told where: two people, a closed set of kinds, secrets that are stored nowhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongxin.core.audit import By
from gongxin.core.clauses import Push
from gongxin.core.destinations import Allowed, BadDestination
from gongxin.law import Release
from gongxin.push import actions, queries
from gongxin.push.models import Subscription
from gongxin.push.signing import NoKey, platform_key, secret, secrets_in_force, sign
from tests.derive import town as t
from tests.fixtures.audit import deeds
from tests.push.conftest import CENTRE, CLIENT, OTHER, Office

pytestmark = pytest.mark.django_db
TWENTY = 20


def refusal(work, *arguments: object, **named: object) -> object:
    before = list(Subscription.objects.order_by("id").values())
    with pytest.raises(actions.BadSubscription) as refused, transaction.atomic():
        work(*arguments, **named)
    assert list(Subscription.objects.order_by("id").values()) == before
    return refused.value.facts["reason"]


def test_a_proposal_waits_for_another_person(busy):
    number = busy.propose()
    (row,) = queries.subscriptions()
    assert (row.id, row.state, row.proposed_by) == (number, "proposed", "client:example")

    actions.approve(number, by=CENTRE, allowed=busy.sender.allowed)
    (row,) = queries.subscriptions()
    assert (row.state, row.decided_by) == ("approved", "operator:second")
    assert [d["actor"] for d in deeds("approve-push")] == ["operator:second"]


def test_the_database_holds_that_they_are_two(busy):
    number = busy.propose()
    with pytest.raises(IntegrityError, match="push_subscription_two_people"), transaction.atomic():
        Subscription.objects.filter(id=number).update(
            decision="approved", decided_by="client:example", decided_at=t.RECEIVED
        )


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "approved"},
        {"decided_by": "operator:second"},
        {"decision": "maybe", "decided_by": "operator:second", "decided_at": t.RECEIVED},
        {"address": "http://receiver.example.cn/"},
    ],
)
def test_the_database_refuses_half_a_decision_and_an_open_line(busy, change):
    number = busy.propose()
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.filter(id=number).update(**change)


def test_who_proposed_neither_approves_nor_refuses(busy):
    number = busy.propose()

    assert refusal(actions.approve, number, by=CLIENT, allowed=busy.sender.allowed) == "own"
    assert refusal(actions.refuse, number, by=CLIENT, reason="不需要") == "own"


def test_what_was_decided_is_not_decided_again(busy):
    number = busy.propose()
    actions.refuse(number, by=CENTRE, reason="地址不属于该单位")

    assert refusal(actions.approve, number, by=OTHER, allowed=busy.sender.allowed) == "decided"
    assert refusal(actions.rotate, number, unit=t.MARKET, generation=1, by=OTHER) == "not_open"
    assert refusal(actions.disable, number, unit=t.MARKET, by=OTHER) == "not_open"
    assert deeds("refuse-push")[0]["details"]["reason"] == "地址不属于该单位"


def test_the_same_proposal_again_is_the_same(busy):
    assert busy.propose() == busy.propose()
    assert len(deeds("propose-push")) == 1


def test_a_client_has_so_many_and_no_more(busy):
    for n in range(TWENTY):
        busy.propose(address=f"{busy.receiver.address}/{n}")

    assert refusal(busy.propose) == "too_many"


@pytest.mark.parametrize("kinds", [(), ("public",), ("removed", "secret")])
def test_whoever_is_told_what_is_public_is_told_what_ceased(busy, kinds):
    assert refusal(busy.propose, kinds=kinds) == "kinds"


def test_an_address_that_leads_inside_is_not_even_proposed(busy):
    with pytest.raises(BadDestination):
        busy.propose(address="https://169.254.169.254/")
    assert queries.subscriptions() == []


def test_an_address_whose_port_was_closed_meanwhile_is_not_approved(busy):
    number = busy.propose()
    with pytest.raises(BadDestination):
        actions.approve(number, by=CENTRE, allowed=Allowed())
    assert queries.subscriptions()[0].state == "proposed"


def test_another_unit_finds_nothing(busy):
    number = busy.subscribe()

    assert refusal(actions.disable, number, unit=t.TRANSPORT, by=OTHER) == "unknown"
    assert refusal(actions.rotate, number, unit=t.TRANSPORT, generation=1, by=OTHER) == "unknown"
    assert refusal(actions.replay_since, number, 0, unit=t.TRANSPORT, by=OTHER) == "unknown"
    assert queries.subscription(number, client=busy.client, unit=t.TRANSPORT) is None


def test_disabling_twice_is_disabling_once(busy):
    number = busy.subscribe()
    for _ in range(2):
        actions.disable(number, unit=t.MARKET, by=OTHER)

    assert len(deeds("disable-push")) == 1
    assert refusal(actions.replay_since, number, 0, unit=t.MARKET, by=OTHER) == "not_open"
    assert busy.propose() != number  # the address may be proposed anew


def test_an_unknown_message_is_not_sent_again(busy):
    number = busy.subscribe()
    assert refusal(actions.replay_delivery, number, "msg_0", unit=t.MARKET, by=OTHER) == "unknown"


def test_a_rotation_signs_with_both_secrets_for_a_day(busy):
    number = busy.subscribe()
    day = timedelta(hours=24)

    assert actions.rotate(number, unit=t.MARKET, generation=1, by=By("client:x", t.RECEIVED)) == 2
    found = Subscription.objects.get(id=number)
    key = platform_key(busy.town.home)
    first, second = secret(key, number, 1), secret(key, number, 2)
    of = {"generation": 2, "rotated_at": found.rotated_at}
    assert secrets_in_force(key, number, **of, at=t.RECEIVED) == (second, first)
    assert secrets_in_force(key, number, **of, at=t.RECEIVED + day) == (second,)
    assert len(sign((second, first), "msg_1", 1, b"{}").split(" ")) == 2


def test_a_rotation_that_is_sent_twice_rotates_once(busy):
    number = busy.subscribe()
    for _ in range(2):
        assert actions.rotate(number, unit=t.MARKET, generation=1, by=CLIENT) == 2

    assert len(deeds("rotate-push")) == 1
    assert refusal(actions.rotate, number, unit=t.MARKET, generation=7, by=CLIENT) == "generation"


def test_both_signatures_travel_after_a_rotation(busy):
    number = busy.follow_from_the_beginning()
    actions.rotate(number, unit=t.MARKET, generation=1, by=CLIENT)
    busy.pusher.once()

    ((headers, _),) = busy.receiver.came
    assert len(headers["webhook-signature"].split(" ")) == 2


def test_the_signature_is_that_of_standard_webhooks():
    """The vector of the specification's reference libraries."""
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = sign((key,), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_differ_by_platform_subscription_and_count():
    made = {secret(b"a", "1", 1), secret(b"b", "1", 1), secret(b"a", "2", 1), secret(b"a", "1", 2)}

    assert len(made) == 4
    assert all(one.startswith("whsec_") for one in made)


def test_a_platform_without_the_key_says_so(tmp_path):
    with pytest.raises(NoKey):
        platform_key(tmp_path)


def test_networks_are_opened_by_the_pack_alone(busy: Office):
    release = busy.town.release
    assert queries.allowed_by(release) == Allowed()

    push = Push(("10.8.0.0/16",), (443, 8443))
    site = replace(release.content.site[-1], push=push)
    opened = queries.allowed_by(Release(replace(release.content, site=(site,))))
    assert [str(network) for network in opened.networks] == ["10.8.0.0/16"]
    assert (opened.ports, opened.loopback) == ((443, 8443), False)
