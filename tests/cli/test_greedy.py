"""One greedy client keeps nobody else from the site: load on a served platform (SAFETY T30).

The greedy one comes from 127.0.0.1, the polite ones from addresses beside it. No duration is
asserted: what the polite ones ask ends by itself, or its time-out fails the test.
"""

import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from gongxin.cluster import stop
from gongxin.site.parts import PARTS, THREADS
from tests.cli.test_restarting import Server

GONGXIN = Path(sys.executable).with_name("gongxin")
GREEDY = "127.0.0.1"
POLITE = (f"127.0.0.{n}" for n in count(2))  # each time another, below its own limit
PAGES = ("/guide/repair", "/api/v1/catalog", "/desk/login", "/healthz")
ROUNDS = 8
ENDS_WITHIN = 60
pytestmark = [pytest.mark.scale, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("flooded") / "home"
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("GONGXIN", "DJANGO"))}
    environment = {**bare, "GONGXIN_HOME": str(home)}
    subprocess.run([GONGXIN, "init", "--pack", "demo"], env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([GONGXIN, "serve", "--port", str(port)], env=environment)
    served = Server(home, port, process, environment)
    try:
        served.await_answer()
        yield served
    finally:
        process.terminate()
        process.wait(60)
        stop(home)


def ask(server: Server, path: str, *, source: str) -> int:
    """Ask once from an address; the status."""
    connection = HTTPConnection(
        "127.0.0.1", server.port, timeout=ENDS_WITHIN, source_address=(source, 0)
    )
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def polite(server: Server) -> Counter[tuple[str, int]]:
    source = next(POLITE)
    return Counter(
        (path, ask(server, path, source=source)) for _ in range(ROUNDS) for path in PAGES
    )


ALL_GOOD = dict.fromkeys(((path, 200) for path in PAGES), ROUNDS)


def test_a_flood_of_one_address_leaves_the_others_their_answers(server):
    over, answers = Event(), Counter()

    def flood(path: str) -> None:
        while not over.is_set():
            answers[ask(server, path, source=GREEDY)] += 1

    floods = [Thread(target=flood, args=(PAGES[n % 3],), daemon=True) for n in range(48)]
    for one in floods:
        one.start()
    try:
        got = polite(server)
    finally:
        over.set()
        for one in floods:
            one.join(ENDS_WITHIN)

    assert got == ALL_GOOD
    assert set(answers) <= {200, 429, 503}
    assert answers[429] + answers[503] > answers[200]  # he has his share and no more


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/token", "application/x-www-form-urlencoded"),
        ("/desk/login", "application/x-www-form-urlencoded"),
    ],
)
def test_bodies_that_never_come_hold_no_more_than_his_places(server, path, kind):
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: 1000\r\n\r\ngrant"
    )
    with ExitStack() as open_now:
        for _ in range(THREADS + sum(part.waiting for part in PARTS)):
            slow = open_now.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            slow.sendall(head.encode())

        assert polite(server) == ALL_GOOD


def test_heads_that_never_end_hold_no_place(server):
    with ExitStack() as open_now:
        for _ in range(200):
            slow = open_now.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")

        assert polite(server) == ALL_GOOD
