"""What caches may keep of the public pages, and for how long (3-10, P7)."""

from datetime import datetime

import pytest

from gongxin.core.dates import CHINA
from gongxin.portal import access
from tests.portal import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]

FIRM = world.code(1)
KEPT = ["/", "/search?q=石化", f"/subjects/{FIRM}/", f"/subjects/{FIRM}/explanation", "/catalog"]
UNKEPT = ["/search?q=查无此单位", "/search", "/?x=1", f"/subjects/{world.code(9)}/"]


@pytest.fixture(autouse=True)
def fined(firm) -> str:
    return world.penalty(firm)


@pytest.mark.parametrize("address", KEPT)
def test_whoever_has_a_page_is_not_sent_it_again(client, address):
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"] == "public, max-age=300"


def test_what_was_withdrawn_is_another_page_at_once(client, fined):
    before = client.get(f"/subjects/{FIRM}/")
    world.Current.objects.filter(record_id=fined).update(hidden="revoked")

    after = client.get(f"/subjects/{FIRM}/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert "盘市监罚" in before.content.decode()
    assert "盘市监罚" not in after.content.decode()


@pytest.mark.parametrize("address", UNKEPT)
def test_what_nobody_may_keep_has_no_tag(client, address):
    response = client.get(address, headers={"If-None-Match": "*"})

    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    assert response.status_code in {200, 400, 404}


def test_the_way_to_an_exact_code_is_kept_and_has_no_body(client):
    response = client.get("/search", {"q": FIRM})

    assert (response.status_code, response["Cache-Control"]) == (302, "public, max-age=300")
    assert "ETag" not in response


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        ("12:00:00", 300),
        ("23:54:59", 300),
        ("23:55:01", 299),
        ("23:59:30", 30),
        ("23:59:59", 1),
        ("00:00:00", 300),
    ],
)
def test_nothing_is_kept_past_midnight_in_china(client, monkeypatch, time, kept):
    """A term ends with its day: what was public until midnight is in no cache a second later."""
    at = datetime.fromisoformat(f"2026-11-23T{time}").replace(tzinfo=CHINA)
    monkeypatch.setattr(access.clock, "now", lambda: at)

    assert client.get(f"/subjects/{FIRM}/")["Cache-Control"] == f"public, max-age={kept}"


def test_head_says_what_get_says(client):
    got, head = client.get(f"/subjects/{FIRM}/"), client.head(f"/subjects/{FIRM}/")

    assert head["ETag"] == got["ETag"]
    assert head.content == b""
