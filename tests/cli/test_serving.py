"""Serving a platform that stands, in this process."""

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
