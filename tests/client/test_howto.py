"""docs/howto/use-the-sdk.md, run as it stands."""

import base64
import hashlib
import hmac
import re

import pytest

from gongxin.client import clock
from tests.derive import town as t
from tests.derive.town import ROOT

pytestmark = pytest.mark.django_db
PAGE = (ROOT / "docs/howto/use-the-sdk.md").read_text("utf-8")
CHECK, FEED, WEBHOOK = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def environment(served, monkeypatch):
    monkeypatch.setenv("GONGXIN_URL", served.url)
    monkeypatch.setenv("GONGXIN_CLIENT", served.who.client_id)
    monkeypatch.setenv("GONGXIN_SECRET", served.who.secret)


def run(program: str, **names: object) -> dict[str, object]:
    exec(compile(program, "use-the-sdk.md", "exec"), names)
    return names


def test_the_check_of_the_page(environment, capsys):
    names = run(CHECK.replace("91211100MA000010X9", t.LISTED[0]))

    assert names["reply"].status == "facts"
    assert "严重违法失信" in capsys.readouterr().out


def test_the_check_of_the_page_when_the_platform_is_out(environment, monkeypatch, capsys):
    monkeypatch.setenv("GONGXIN_URL", "http://127.0.0.1:1")

    run(CHECK)

    assert capsys.readouterr().out == "unknown no_connection\n"


def test_the_feed_of_the_page(environment, capsys):
    names = run(CHECK)
    capsys.readouterr()

    run(FEED, **names)

    assert "public " in capsys.readouterr().out


def test_the_webhook_of_the_page():
    key, body, at = b"k" * 32, b'{"type": "x"}', str(clock.now())
    signed = hmac.digest(key, b"msg_1." + at.encode() + b"." + body, hashlib.sha256)
    secret = "whsec_" + base64.b64encode(key).decode()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }

    receive = run(WEBHOOK)["receive"]

    assert receive(headers, body, secret) == "msg_1"
    assert receive(headers, body + b" ", secret) is None
