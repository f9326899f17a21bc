"""A town whose changes are pushed to a real receiver on this machine."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.core.audit import By
from gongxin.core.destinations import Allowed
from gongxin.push import actions
from gongxin.push.models import Subscription
from gongxin.push.sender import Sender
from gongxin.push.signing import platform_key
from gongxin.push.working import Pusher
from tests.derive import town as t
from tests.derive.fixtures import settled, town
from tests.push.receiver import HOST, Authority, Receiver, serving

__all__ = ["settled", "town"]

CLIENT = By("client:example", t.RECEIVED)
CENTRE = By("operator:second", t.RECEIVED)
OTHER = By("operator:third", t.RECEIVED)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def receiver(authority: Authority) -> Iterator[Receiver]:
    with serving(authority.server(HOST)) as found:
        yield found


def sender_to(receiver: Receiver, authority: Authority, **changes: object) -> Sender:
    """A sender for rehearsals: this machine is open to it, and the name is this machine's."""
    given = {
        "allowed": Allowed(ports=(receiver.port,), loopback=True),
        "trust": authority.trust,
        "resolve": lambda *_: ["127.0.0.1"],
        "seconds": 5.0,
    }
    return Sender(**(given | changes))


@dataclass
class Office:
    """A platform that pushes, with a clock that is set by hand."""

    town: t.Town
    receiver: Receiver
    sender: Sender
    client: str
    at: datetime = t.RECEIVED
    said: list[str] = field(default_factory=list)
    size: int = 100

    @property
    def pusher(self) -> Pusher:
        return Pusher(
            sender=lambda: self.sender,
            key=platform_key(self.town.home),
            release=lambda: self.town.release,
            now=lambda: self.at,
            today=lambda: t.TODAY,
            say=self.said.append,
            chance=Random(1),
            size=self.size,
        )

    def propose(self, **changes: object) -> str:
        given = {"client": self.client, "unit": t.MARKET, "address": self.receiver.address}
        wanted = actions.Wanted(**(given | changes))
        return actions.propose(wanted, by=CLIENT, allowed=self.sender.allowed)

    def subscribe(self, **changes: object) -> str:
        number = self.propose(**changes)
        actions.approve(number, by=CENTRE, allowed=self.sender.allowed)
        return number

    def follow_from_the_beginning(self) -> str:
        """A subscription that was approved before anything was in the ledger."""
        number = self.subscribe()
        Subscription.objects.filter(id=number).update(began_at_revision=0, cursor=0)
        return number

    @property
    def numbers(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.receiver.came]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body)["data"] for _, body in self.receiver.came]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(i["change"], i["uscc"]) for data in self.bodies for i in data["items"]]

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


def register() -> str:
    new = NewClient(name="行政审批系统", unit=t.MARKET, roles=("checker",))
    return add_client(new, by=CLIENT).client_id


@pytest.fixture
def office(town: t.Town, receiver: Receiver, authority: Authority, settings) -> Office:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return _office(town, receiver, authority)


@pytest.fixture
def busy(settled: t.Town, db: None, receiver: Receiver, authority: Authority, settings) -> Office:
    """The same in the settled town, where much has been posted already."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return _office(settled, receiver, authority)


def _office(place: t.Town, receiver: Receiver, authority: Authority) -> Office:
    return Office(place, receiver, sender_to(receiver, authority), register())
