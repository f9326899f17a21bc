"""A town that exchanges with a real gateway on this machine."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest

from gongxin import law
from gongxin.core.audit import By
from gongxin.core.destinations import Allowed
from gongxin.exchange import actions
from gongxin.exchange.models import Peer
from gongxin.exchange.sending import Exchanger
from gongxin.law import Release
from gongxin.push.sender import Sender
from tests.derive import town as t
from tests.derive.fixtures import settled, town
from tests.exchange.gateway import Gateway, listening
from tests.push.receiver import HOST, Authority

__all__ = ["settled", "town"]

ONE = By("operator:first", t.RECEIVED)
TWO = By("operator:second", t.RECEIVED)
OUT, OLD, IN = "internet-regulation", "provincial-gateway-2017", "big-data-platform"
SECRET = "whsec_" + base64.b64encode(b"a secret of the town alone, long").decode()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def gateway(authority: Authority) -> Iterator[Gateway]:
    with listening(authority.server(HOST)) as found:
        yield found


@dataclass
class Office:
    """A platform that exchanges, with a clock that is set by hand."""

    town: t.Town
    gateway: Gateway
    sender: Sender
    release: Release
    at: datetime = t.RECEIVED
    day: date = t.TODAY
    said: list[str] = field(default_factory=list)

    @property
    def exchanger(self) -> Exchanger:
        return Exchanger(
            sender=lambda: self.sender,
            home=self.town.home,
            release=lambda: self.release,
            now=lambda: self.at,
            today=lambda: self.day,
            say=self.said.append,
        )

    def put_secret(self, name: str, text: str = SECRET, mode: int = 0o400) -> None:
        folder = self.town.home / "keys/exchange"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def agree(self, name: str = OUT) -> None:
        """Two people agree, before anything was in the ledger."""
        legacy = name == OLD
        actions.propose(name, by=ONE, release=self.release, legacy_md5=legacy)
        actions.approve(name, by=TWO, release=self.release)
        Peer.objects.filter(adapter=name).update(cursor=0)
        self.put_secret(name)

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


def pointed_at(release: Release, address: str) -> Release:
    """The demo's release whose adapters lead to the gateway of the test."""
    adapters = tuple(
        replace(one, address=address if one.style != "checks" else "")
        for one in release.content.adapters
    )
    return Release(replace(release.content, adapters=adapters))


@pytest.fixture
def office(town: t.Town, gateway: Gateway, authority: Authority) -> Office:
    release = pointed_at(town.release, gateway.address)
    law.store(town.home, release)
    sender = Sender(
        allowed=Allowed(ports=(gateway.port,), loopback=True),
        trust=authority.trust,
        resolve=lambda *_: ["127.0.0.1"],
        seconds=2.0,
    )
    return Office(t.Town(town.home, release), gateway, sender, release)
