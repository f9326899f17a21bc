"""The process for persons in this one: its own addresses, middleware, templates and settings."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from gongxin.accounts import units
from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.citizen import settings as own_settings
from gongxin.citizen.realname import RealName
from gongxin.core.audit import By
from gongxin.personal import keys, sealing
from gongxin.personal.keys import Keys
from gongxin.personal.sealing import ROW, Content, Envelope
from tests.conftest import ROOT
from tests.desk import identity
from tests.desk.test_single_sign_on import visit
from tests.fixtures.penalties import person, resident_number
from tests.fixtures.platform import MARKET
from tests.portal.fixtures import home, release

__all__ = ["home", "release"]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ANNA, BEI = resident_number(1), resident_number(2)
PENALTY, LICENCE = "administrative-penalty", "administrative-licence"
# Not the databases, apps and logs: those are the tests' own.
TAKEN = (
    *("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "PERSON_COOKIE", "ENTRY_COOKIE"),
    *("CSRF_COOKIE_NAME", "CSRF_FAILURE_VIEW", "LOCALE_PATHS", "STATICFILES_DIRS"),
    *("STATICFILES_FINDERS", "STATIC_URL", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
)


@dataclass
class Place:
    """A platform that serves persons: what is kept of two of them, and one client."""

    settings: Any
    keys: Keys
    bank: str
    secret: str

    @property
    def now(self) -> datetime:
        return self.settings.CITIZEN_NOW

    def later(self, **span: float) -> None:
        self.settings.CITIZEN_NOW += timedelta(**span)

    def seal(self, number: str, act: int, item: str = PENALTY) -> None:
        fields = person(act, CF_XDR_ZJHM=number)
        envelope = Envelope(item, "batch", ROW, NOW, (NOW + timedelta(days=90)).date())
        sealing.seal([Content((item, str(act)), fields, number=number)], envelope, self.keys)
        sealing.confirm(["batch"])


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.desk.identity"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.terminate()
    process.wait()
    process.stdout.close()


def service(issuer: str) -> RealName:
    return RealName(
        issuer=issuer,
        client=identity.CLIENT,
        secret=identity.SECRET,
        number="id_number",
        name="real_name",
        level="acr",
        levels=frozenset({"real-name-3"}),
        scope="openid",
    )


@pytest.fixture
def place(db: None, settings: Any, home: Path, release: Any, issuer: str) -> Place:
    for name in TAKEN:
        setattr(settings, name, getattr(own_settings, name))
    given = replace(own_settings.CITIZEN, home=home, realname=service(issuer))
    settings.CITIZEN = given
    settings.CONTENT_SECURITY_POLICY = own_settings.policy(given.realname)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PERSON_LIMITS = dict.fromkeys(own_settings.PERSON_LIMITS, 10_000)
    settings.CITIZEN_NOW = NOW
    keys.make(home)
    units.register(release.content.units)
    bank = add_client(NewClient("授信系统", MARKET, ("bank",)), by=By("operator:示例", NOW))
    return Place(settings, keys.read(home), bank.client_id, bank.secret)


def come_back(browser: Client, number: str, *, at: str = "", **more: str) -> Any:
    """Log in by real name as a browser would, up to the answer to the way back."""
    asked = browser.post(f"{at}/entry")
    way_back = urlsplit(visit(asked.headers["Location"], as_=number, **more))
    return browser.get(f"{way_back.path}?{way_back.query}")


def logged_in(number: str = ANNA) -> Client:
    browser = Client()
    assert come_back(browser, number).headers["Location"] == "/records"
    return browser
