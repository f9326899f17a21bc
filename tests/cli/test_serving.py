"""Serving a platform that stands, in this process."""

from dataclasses import replace

import granian
import pytest

pytestmark = pytest.mark.django_db


class Server:
    """Stands for the server: remembers where it was to listen."""

    asked: tuple[str, int] = ("", 0)

    def __init__(self, application: str, *, address: str, port: int, **_: object) -> None:
        Server.asked = (address, port)
        assert application == "gongxin.site.wsgi:application"

    def serve(self) -> None:
        """Serve nobody."""


def test_serve_listens_where_it_is_told(gongxin, inhabited, monkeypatch):
    monkeypatch.setattr(granian, "Granian", Server)

    said = gongxin("serve", "--port", "8123")

    assert said.out == "serving on http://127.0.0.1:8123/ (Ctrl-C to stop)\n"
    assert Server.asked == ("127.0.0.1", 8123)


@pytest.fixture
def production(settings):
    """The settings of a test are fit for nothing."""
    settings.GONGXIN = replace(settings.GONGXIN, mode="production")


def test_serving_the_public_with_unsafe_settings_is_refused(
    gongxin, inhabited, production, monkeypatch
):
    monkeypatch.setattr(Server, "asked", ("", 0))
    monkeypatch.setattr(granian, "Granian", Server)

    said = gongxin("serve", "--port", "8123")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error platform.unsafe: nothing was started")
    assert "gongxin.cookies: Cookies travel unencrypted." in said.err
    assert Server.asked == ("", 0)


def test_doctor_lists_what_is_not_fit_for_production(gongxin, inhabited):
    said = gongxin("doctor", "--production")
    found = gongxin("doctor", "--production", "--json").document["unsafe"]

    assert said.code == 1
    assert "gongxin.witnesses_none: Nobody outside witnesses the audit log." in said.out
    assert [set(one) for one in found] == [{"id", "what", "where", "todo"}] * len(found)
    assert gongxin("doctor").code == 0
