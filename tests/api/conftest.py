"""Fixtures of this folder: a settled town behind the API, and clients that may ask it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from gongxin.accounts.client_actions import Credentials, NewClient, add_client
from gongxin.core.audit import By
from tests.derive import town as t
from tests.derive.fixtures import settled, town
from tests.derive.town import Town
from tests.fixtures.audit import deeds as audited

__all__ = ["settled", "town"]

BY = By("operator:test", t.RECEIVED)
FORM = "application/x-www-form-urlencoded"
ASKED = {"matter": "bidding", "purpose": "admission", "case_no": "盘审批〔2026〕1号"}
LIMITS = {
    "anonymous": {"second": 10_000, "minute": 10_000, "day": 10_000},
    "client": {"second": 10_000, "minute": 10_000},
}
Register = Callable[..., Credentials]


@dataclass(frozen=True)
class Api:
    """Speaks to the API as one caller."""

    browser: Browser
    token: str = ""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request; a body is sent as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return self.browser.generic(method, f"/api/v1{path}", headers=named, **_encoded(sent))

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def check(self, code: str, *, key: str = "", **changes: str) -> HttpResponse:
        """Ask about one organisation."""
        headers = {"Idempotency_Key": f'"{key}"'} if key else {}
        return self.post("/checks", ASKED | {"uscc": code} | changes, **headers)


def _encoded(sent: dict[str, Any]) -> dict[str, Any]:
    if sent and not isinstance(sent["data"], bytes):
        sent["data"] = json.dumps(sent["data"], ensure_ascii=False).encode()
    return sent


@pytest.fixture
def platform(settled: Town, settings, db: None) -> Town:
    """The settled town as the platform that is served."""
    return serve(settled, settings)


def serve(place: Town, settings: Any) -> Town:
    settings.GONGXIN = replace(settings.GONGXIN, home=place.home)
    settings.PORTAL_TODAY = t.TODAY
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.API_LIMITS = LIMITS
    return place


@pytest.fixture
def anybody() -> Api:
    """Somebody without a token."""
    return Api(Browser(raise_request_exception=False))


@pytest.fixture
def register() -> Register:
    """Registers a client: by default a checker's without limits."""

    def add(**changes: Any) -> Credentials:
        new = NewClient(name="行政审批系统", unit=t.MARKET, roles=("checker",))
        return add_client(replace(new, **changes), by=BY)

    return add


def deeds(action: str = "check") -> list[dict[str, Any]]:
    """What the audit log holds of an action, in order."""
    return audited(action)


def token_of(browser: Browser, who: Credentials, scope: str = "") -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": who.client_id,
        "client_secret": who.secret,
    }
    if scope:
        form["scope"] = scope
    answer = ask_token(browser, form)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])


def ask_token(browser: Browser, form: dict[str, str], **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post("/api/v1/token", urlencode(form), content_type=FORM, headers=named)


@pytest.fixture
def checker(platform: Town, anybody: Api, register: Register) -> Api:
    """A client of a unit that decides, with a token."""
    return Api(anybody.browser, token_of(anybody.browser, register()))
