"""An office at the desk: people with passwords and apps, and a browser for each."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client

from gongxin.accounts import actions, agents, logins
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.agents import Mandate
from gongxin.accounts.policy import Role
from gongxin.accounts.staff import Staff
from gongxin.core.audit import By
from gongxin.desk.adapters import FactorAdapter
from tests.fixtures.platform import MARKET
from tests.portal.fixtures import home, platform, release

__all__ = ["at_the_desk", "home", "platform", "quick_passwords", "release"]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PASSWORD = "一百零八将-梁山-2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SETUP = By("operator:示例", NOW)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """The real hash costs half a second a login by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def at_the_desk(db: None, platform: object, settings: Any) -> Any:
    """The desk of the demo on a day of its own; what earlier tests typed is forgotten."""
    cache.clear()
    settings.DESK_NOW = NOW
    settings.ALLOWED_HOSTS = ["testserver"]
    return settings


def person(login: str, *roles: Role, factor: bool = True, unit: str = MARKET) -> Staff:
    staff = actions.add_staff(Person(login, f"示例{login}", f"N-{login}", unit), by=SETUP)
    logins.set_password(staff, PASSWORD, at=NOW)
    for role in roles:
        if role is Role.SUBJECT:
            term = Term(NOW.date(), NOW.date() + timedelta(days=30))
            agents.appoint(Mandate(login, "授权委托书〔2026〕1号", term), by=SETUP)
        else:
            actions.grant_role(login, role, unit, Term(NOW.date()), by=SETUP)
    if factor:
        secret = FactorAdapter().encrypt(SECRET)
        Authenticator.objects.create(user=staff, type="totp", data={"secret": secret})
    return staff


def code(secret: str = SECRET) -> str:
    """The code that the app shows now; each is good once, so what was used is forgotten."""
    cache.clear()
    counter = list(auth.yield_hotp_counters_from_time())[1]
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def log_in(login: str, password: str = PASSWORD) -> Client:
    browser = Client()
    browser.post("/desk/login", {"login": login, "password": password})
    browser.post("/desk/login/code", {"code": code()})
    return browser


def fresh(login: str) -> Client:
    browser = log_in(login)
    browser.post("/desk/factors/fresh", {"code": code()})
    return browser


def later(settings: Any, span: timedelta) -> None:
    settings.DESK_NOW += span


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())
