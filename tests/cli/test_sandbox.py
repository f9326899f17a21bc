"""gongxin sandbox and its page: every organisation answers what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from gongxin.check import sandboxes
from gongxin.client import Client, Credentials, Question
from tests.api.test_howto import Desk, free_port, own_database, wait_for
from tests.derive.town import ROOT
from tests.fixtures.platform import empty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scale]
PAGE = (ROOT / "docs/howto/use-the-sandbox.md").read_text("utf-8")
(COMMAND,) = re.findall(r"```sh\n(.*?)\n```", PAGE, re.DOTALL)
ROWS = [
    [cell.strip(" `") for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]
QUESTION = Question("procurement", "admission", "2026-0417")


@pytest.fixture
def desk(transactional_db, tmp_path):
    environment = {**os.environ, "GONGXIN_HOME": str(tmp_path / "home")}
    environment["GONGXIN_DATABASE_URL"] = own_database()
    yield Desk(tmp_path, environment)
    empty()


@pytest.fixture
def server(desk):
    """The sandbox of the page's command, served as ``gongxin serve`` does, with a client."""
    made = desk.ask(f"{COMMAND} --no-serve")
    port = free_port()
    command = [str(Path(sys.executable).with_name("gongxin")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=desk.environment, stdout=subprocess.DEVNULL) as process:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}", Credentials(made["client_id"], made["secret"])
        process.terminate()


def test_every_organisation_answers_what_the_page_says(server):
    url, who = server
    with Client(url, who) as client:
        replies = {row[0]: client.check(row[0], QUESTION) for row in ROWS}
        header = httpx.get(f"{url}/api/v1/catalog", trust_env=False).headers

    said = {
        code: [reply.status, reply.why]
        + [
            str(len(part))
            for part in (reply.facts, reply.list_entries, reply.measures, reply.incentives)
        ]
        for code, reply in replies.items()
    }
    assert len(ROWS) == 9
    assert said == {code: rest for code, _, *rest in ROWS}
    assert header[sandboxes.HEADER] == "1"


def test_another_platform_is_no_sandbox(gongxin, nowhere):
    home = nowhere / "home"
    home.mkdir()
    (home / "release.json").touch()

    said = gongxin("sandbox", "--no-serve")

    assert said.code == 1
    assert "is no sandbox" in said.err
    assert not sandboxes.mark(home).exists()


def test_production_has_none(gongxin, nowhere, monkeypatch):
    monkeypatch.setenv("GONGXIN_MODE", "production")

    said = gongxin("sandbox", "--no-serve")

    assert said.code == 1
    assert not (nowhere / "home").exists()
