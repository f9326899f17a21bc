"""docs/howto/embed-a-check.md, run as it stands against a server process."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.api.conftest import deeds
from tests.derive import town as t
from tests.derive.town import ROOT, Town, release
from tests.fixtures.platform import empty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scale]
PAGE = (ROOT / "docs/howto/embed-a-check.md").read_text("utf-8")
REGISTER, ASK = re.findall(r"```sh\n(.*?)\n```", PAGE, re.DOTALL)
(PROGRAM,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TRIES = 300


def own_database() -> str:
    """The address of the database of this test."""
    parts = urlsplit(os.environ["GONGXIN_DATABASE_URL"])
    return urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))


@dataclass
class Desk:
    """A machine of the unit: what the page's commands see."""

    folder: Path
    environment: dict[str, str]

    def run(self, line: str) -> str:
        first, *rest = shlex.split(line)
        program = (
            sys.executable if first == "python" else str(Path(sys.executable).with_name(first))
        )
        done = subprocess.run(
            [program, *rest],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, line: str) -> Any:
        return json.loads(self.run(line))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _ in range(TRIES):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "the server ended"
        pause.wait(0.1)
    pytest.fail("the server does not listen")


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    Town.found(tmp_path, release())
    (tmp_path / "ask.py").write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "GONGXIN_HOME": str(tmp_path)}
    environment["GONGXIN_DATABASE_URL"] = own_database()
    yield Desk(tmp_path, environment)
    empty()


@pytest.fixture
def server(desk: Desk) -> Iterator[subprocess.Popen[bytes]]:
    """The server process; the desk knows its address and what the page's first step printed."""
    port = free_port()
    made = desk.ask(REGISTER)
    command = [str(Path(sys.executable).with_name("gongxin")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=desk.environment, stdout=subprocess.DEVNULL) as process:
        wait_for(port, process)
        desk.environment |= {
            "GONGXIN_URL": f"http://127.0.0.1:{port}",
            "GONGXIN_CLIENT": made["client_id"],
            "GONGXIN_SECRET": made["secret"],
        }
        yield process
        process.terminate()


def test_the_page_works_as_it_stands(desk, server):
    known = desk.ask(ASK)
    again = desk.ask(ASK)
    trader = desk.ask(ASK.replace("91211100MA000010X9", t.TRADER[0]))
    other = desk.ask(ASK.replace("admission", "award"))

    assert (known["uscc"], known["status"]) == ("91211100MA000010X9", "neutral")
    assert again["check_no"] == known["check_no"]
    assert trader == {"status": "refused", "why": "/api/v1/problems/check-one-person"}
    assert other == {"status": "unknown", "why": "/api/v1/problems/not-allowed"}
    assert [deed["decision"] for deed in deeds()] == ["allow", "deny", "deny"]

    server.terminate()
    server.wait(30)

    assert desk.ask(ASK) == {"status": "unknown", "why": "no answer"}
