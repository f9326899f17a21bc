"""Public pages for everybody: an address has its share of them and no more (SAFETY T03)."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from django.test import Client as Browser

from gongxin.api.models import Used
from gongxin.site import clock, limits
from tests.portal.fixtures import home, platform, release

__all__ = ["home", "platform", "release"]

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 3, 0, 30, tzinfo=UTC)


@pytest.fixture
def few(platform, settings, monkeypatch) -> None:
    """Three pages a second, on a clock that stands still."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    settings.API_LIMITS = {
        "anonymous": {"second": 3, "minute": 5, "day": 8},
        "client": {"second": 2, "minute": 9},
    }


def read(path: str = "/guide/repair", address: str = "192.0.2.1"):
    return Browser(REMOTE_ADDR=address).get(path)


def test_the_fourth_page_of_a_second_waits(few):
    answers = [read() for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["Retry-After"] == "1"
    assert answers[3].headers["Cache-Control"] == "no-store"
    assert "访问过于频繁" in answers[3].content.decode()


def test_a_thousand_requests_of_one_address_keep_nobody_else_out(few):
    statuses = [read().status_code for _ in range(1_000)]

    assert statuses.count(200) == 3
    assert read(address="192.0.2.2").status_code == 200


def test_neighbours_behind_one_ipv6_prefix_count_as_one(few):
    for last in range(3):
        read(address=f"2001:db8::{last}")

    assert read(address="2001:db8:0:0:ffff::9").status_code == 429
    assert read(address="2001:db8:0:1::9").status_code == 200


def test_pages_and_interface_are_counted_together(few):
    Browser(REMOTE_ADDR="192.0.2.1").get("/en/")
    read()

    assert Used.objects.get().in_day == 2


def test_the_english_page_speaks_english(few):
    for _ in range(3):
        read()

    assert "Too many pages at once" in read("/en/guide/repair").content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/desk/login/", "/static/portal/nothing.css"])
def test_probes_desk_and_static_files_are_not_counted(few, path):
    for _ in range(5):
        assert read(path).status_code != 429


def test_a_page_is_read_though_nothing_can_be_counted(few, monkeypatch):
    def away(*_, **__):
        raise OperationalError

    monkeypatch.setattr(limits, "count_request", away)

    assert read().status_code == 200


def test_no_address_is_kept(few):
    read()

    assert "192.0.2" not in Used.objects.get().caller


def test_letters_have_a_share_of_their_own_that_is_smaller(few, settings):
    """SAFETY 4.7: who floods the form may still read, and the form is left to others."""
    settings.API_LIMITS = {"anonymous": {"second": 9, "minute": 9, "day": 9}}
    settings.LETTER_LIMITS = {"second": 1, "minute": 1, "day": 1}

    def send(address: str = "192.0.2.1"):
        return Browser(REMOTE_ADDR=address).post("/feedback/answer", {})

    assert [send().status_code, send().status_code] == [404, 429]
    assert read("/feedback").status_code == 200
    assert send("192.0.2.2").status_code == 404
