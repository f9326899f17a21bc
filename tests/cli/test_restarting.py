"""A restart of the server loses no request, a restart of the database passes (SAFETY R10)."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from gongxin.cluster import open_database, stop

GONGXIN = Path(sys.executable).with_name("gongxin")
STARTS_WITHIN = 120
WORKERS = 2
pytestmark = [pytest.mark.scale, pytest.mark.enable_socket]


@dataclass
class Server:
    """A served platform of its own."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"
    environment: dict[str, str]

    def get(self, path: str) -> tuple[int, str]:
        """Ask once, over a connection of its own; the status and Retry-After."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return answer.status, ""
        except HTTPError as error:
            return error.code, error.headers.get("Retry-After", "")

    def workers(self) -> set[int]:
        """The processes that answer: children of the server that run the same program."""
        found = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        rows = (line.split(maxsplit=1) for line in found.stdout.splitlines())
        others = ("from gongxin.cli", "resource_tracker", "ps -ww")
        return {int(pid) for pid, what in rows if not any(name in what for name in others)}

    def await_answer(self, path: str = "/healthz") -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            with socket.socket() as tried:
                open_now = tried.connect_ex(("127.0.0.1", self.port)) == 0
            if open_now and self.get(path)[0] == 200:
                return
            time.sleep(0.2)
        pytest.fail("the server did not answer")


@dataclass
class Reader(Thread):
    """Asks again and again until it is told to end."""

    server: Server
    answers: list[tuple[int, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.ended.wait(0.02):
            try:
                self.answers.append(self.server.get("/guide/repair"))
            except OSError as error:
                self.failures.append(repr(error))

    def end_after(self, answers: int) -> None:
        while len(self.answers) + len(self.failures) < answers:
            time.sleep(0.1)
        self.ended.set()
        self.join()


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("served") / "home"
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("GONGXIN", "DJANGO"))}
    environment = {**bare, "GONGXIN_HOME": str(home)}
    subprocess.run([GONGXIN, "init", "--pack", "demo"], env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [GONGXIN, "serve", "--workers", str(WORKERS), "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    served = Server(home, port, process, environment)
    try:
        served.await_answer()
        yield served
    finally:
        process.terminate()
        process.wait(60)
        stop(home)


def await_others(server: Server, before: set[int]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while server.workers() & before or len(server.workers()) < WORKERS:
        assert time.monotonic() < until
        time.sleep(0.2)


def test_new_workers_take_over_and_no_request_is_lost(server):
    before, reader = server.workers(), Reader(server)
    reader.start()

    server.process.send_signal(signal.SIGHUP)
    await_others(server, before)
    reader.end_after(20)

    assert len(before) == WORKERS
    assert reader.failures == []
    assert {status for status, _ in reader.answers} <= {200, 429}  # one address asks fast


def test_a_worker_that_dies_is_replaced(server):
    before = server.workers()

    os.kill(min(before), signal.SIGKILL)
    time.sleep(1)
    server.await_answer()

    assert server.process.poll() is None


def test_without_a_database_the_answer_is_503_and_it_comes_back(server):
    stop(server.home)
    pages = [server.get("/"), server.get("/api/v1/catalog")]

    open_database(server.home, env=server.environment)
    server.await_answer("/readyz")

    assert pages == [(503, "30"), (503, "30")]
    again = [server.get("/")[0] for _ in range(4 * WORKERS)]
    assert set(again) == {200}  # no page meets a connection that the restart has cut
