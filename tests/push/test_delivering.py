"""Entered once, delivered to everybody who is entitled, and to nobody else (多头报送, 订阅分发)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client as Browser

from gongxin.accounts.client_actions import Credentials, NewClient, add_client, disable_client
from gongxin.accounts.models import Unit
from tests.api.conftest import Api, serve, token_of
from tests.derive import town as t
from tests.push.conftest import CENTRE, CLIENT, Office

pytestmark = pytest.mark.django_db
LATER = t.RECEIVED + timedelta(hours=1)
DISSOLVED = "11211100066131863E"  # a unit of the demo that is dissolved on the way
ENTITLED = (None, (t.PENALTY,), (t.LICENCE, t.PENALTY))
OTHERS = ((t.HONOUR,), (t.LICENCE,), ())
Told = list[tuple[str, str]]


@dataclass
class Subscriber:
    """A system of a unit that follows the feed or is pushed to."""

    who: Credentials
    hear: Callable[[], Told]


@pytest.fixture
def follow(office: Office, settings) -> Callable[..., Subscriber]:
    """Registers a client that follows the feed from the beginning, with a cursor of its own."""
    serve(office.town, settings)
    browser = Browser(raise_request_exception=False)

    def made(items: tuple[str, ...] | None, unit: str = t.MARKET) -> Subscriber:
        who = add_client(NewClient("审批系统", unit, ("checker",), items=items), by=CLIENT)
        api, place = Api(browser, token_of(browser, who, scope="changes")), ["0"]

        def hear() -> Told:
            answer = api.get(f"/changes?since={place[0]}")
            if answer.status_code != 200:
                return [("refused", str(answer.status_code))]
            place[0] = answer.json()["next"]
            return [(one["change"], one["uscc"]) for one in answer.json()["items"]]

        return Subscriber(who, hear)

    return made


@pytest.fixture
def subscribe(office: Office) -> Callable[..., Subscriber]:
    """Registers a client that is pushed to at a path of its own."""
    paths: list[str] = []

    def made(items: tuple[str, ...] | None, unit: str = t.MARKET) -> Subscriber:
        who = add_client(NewClient("监管系统", unit, ("checker",), items=items), by=CLIENT)
        path = f"/hooks/gongxin/{len(paths)}"
        paths.append(path)
        address = office.receiver.address.replace("/hooks/gongxin", path)
        office.subscribe(client=who.client_id, unit=unit, address=address)
        heard = [0]

        def hear() -> Told:
            bodies = [
                json.loads(body)["data"]["items"]
                for (_, body), came_to in zip(
                    office.receiver.came, office.receiver.paths, strict=True
                )
                if came_to == path
            ]
            told = [(one["change"], one["uscc"]) for items in bodies for one in items]
            heard[0], new = len(told), told[heard[0] :]
            return new

        return Subscriber(who, hear)

    return made


def test_one_file_reaches_all_who_are_entitled_once_and_nobody_else(office, follow, subscribe):
    """One feed of penalties: 34 systems are entitled, 8 never were and 4 are no longer."""
    entitled = [follow(ENTITLED[n % 3]) for n in range(22)]
    entitled += [subscribe(ENTITLED[n % 3]) for n in range(12)]
    others = [follow(OTHERS[n % 3]) for n in range(4)] + [
        subscribe(OTHERS[n % 3]) for n in range(4)
    ]
    revoked = [follow(None), subscribe(None)]
    ended = [follow(None, DISSOLVED), subscribe(None, DISSOLVED)]
    for one in revoked:
        disable_client(one.who.client_id, by=CENTRE)
    Unit.objects.filter(uscc=DISSOLVED).update(valid_until=date(2026, 5, 31))
    people = [t.company(n) for n in range(1, 4)]

    office.town.hand_in(t.PENALTY, *(t.penalty(one, n) for n, one in enumerate(people)))
    office.pusher.once()

    public = sorted(("public", code) for code, _ in people)
    assert [sorted(one.hear()) for one in entitled] == [public] * 34
    assert [one.hear() for one in others] == [[]] * 8
    assert [one.hear() for one in (*revoked, *ended)] == [[("refused", "401")], []] * 2
    assert [one.hear() for one in entitled] == [[]] * 34  # each record once

    withdrawn = t.penalty(people[0], 0, CF_CXBG="撤销")
    office.town.hand_in(t.PENALTY, withdrawn, received_at=LATER)
    office.pusher.once()

    assert [one.hear() for one in entitled] == [[("removed", people[0][0])]] * 34
    assert [one.hear() for one in others] == [[]] * 8
    assert [one.hear() for one in (*revoked, *ended)] == [[("refused", "401")], []] * 2
    assert office.pusher.once() == 0


def test_who_is_not_entitled_cannot_tell_what_passed(office, follow):
    """Its answer is the one of a feed in which as many revisions concerned nobody."""
    other, everything = follow((t.HONOUR,)), follow(None)
    office.town.hand_in(t.PENALTY, t.penalty(t.FINED), t.penalty(t.HIDDEN, 2, CF_CXLB="01"))

    assert (other.hear(), everything.hear()) == ([], [("public", t.FINED[0])])
    office.town.hand_in(t.HONOUR, t.honour(t.QUIET), received_at=LATER)
    assert other.hear() == [("public", t.QUIET[0])]


def test_bills_of_water_and_power_are_entered_once_and_pushed_to_nobody(office, follow, subscribe):
    """Law gives them to a bank under the organisation's authority alone (legal.md L5)."""
    everybody = [follow(None) for _ in range(3)] + [subscribe(None) for _ in range(3)]
    taken = office.town.hand_in("utility-bill", bill(t.FINED))
    office.pusher.once()

    assert taken.accepted == 1
    assert [one.hear() for one in everybody] == [[]] * 6


def bill(who: tuple[str, str]) -> dict[str, str]:
    return {
        "TJNY": "202605",
        "USCC": who[0],
        "YHH": "100200",
        "FRJGMC": who[1],
        "ZDLSH": "SF20260500001",
        "CBRQ": t.DECIDED.isoformat(),
        "SJLY": "盘锦示例供水公司",
    }
