"""Pages for machines: alive, ready, numbers; nothing that helps an attacker: T30."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pytest
from django.db import transaction

from gongxin import law
from gongxin.audit import actions
from gongxin.cluster import archived, disk
from gongxin.site.settings import Settings
from tests.audit.conftest import deed
from tests.fixtures.law import demo_release

pytestmark = pytest.mark.django_db
TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture
def home(tmp_path, settings):
    law.store(tmp_path, demo_release())
    settings.GONGXIN = Settings.read(
        {"GONGXIN_HOME": str(tmp_path), "GONGXIN_METRICS_TOKEN": TOKEN}
    )
    return tmp_path


def long_ago() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def test_the_process_answers(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"


def test_all_is_well(client, home, monkeypatch):
    monkeypatch.setattr(disk, "free_share", lambda _: 0.5)
    response = client.get("/readyz")

    good = dict.fromkeys(("database", "migrations", "release", "disk", "sealing"), "ok")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": good})


def test_without_a_release_it_is_not_ready(client, home):
    (home / "release.json").unlink()

    response = client.get("/readyz")

    assert (response.status_code, response.json()["status"]) == (503, "unready")
    assert response.json()["checks"]["release"] == "failed"


def test_a_late_seal_and_a_full_disk_are_said_and_reading_goes_on(client, home, monkeypatch):
    monkeypatch.setattr(disk, "free_share", lambda _: 0.01)
    with transaction.atomic():
        actions.record(deed(at=long_ago()))

    response = client.get("/readyz")

    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert (
        response.json()["checks"] | {"disk": "low", "sealing": "late"}
        == (response.json()["checks"])
    )


def test_a_late_archive_is_said_and_reading_goes_on(client, home):
    authorized = {"Authorization": f"Bearer {TOKEN}"}
    assert "archive" not in client.get("/readyz").json()["checks"]
    none = client.get("/metrics", headers=authorized).content.decode().splitlines()
    archived.note(home, archived.Archived(long_ago(), "/backup"))

    response = client.get("/readyz")
    numbers = client.get("/metrics", headers=authorized).content.decode().splitlines()

    assert (response.status_code, response.json()["checks"]["archive"]) == (200, "late")
    assert "gongxin_archive_lag_seconds -1" in none
    (late,) = [line for line in numbers if line.startswith("gongxin_archive_lag_seconds ")]
    assert int(late.split()[1]) > timedelta(days=300).total_seconds()


def test_no_page_for_machines_tells_what_runs_here(client, home):
    pages = [client.get(address) for address in ("/healthz", "/readyz", "/metrics")]

    for page in pages:
        told = page.content.decode() + str(page.headers)
        for secret in (str(home), version("gongxin") + '"', version("django"), TOKEN, "postgres"):
            assert secret not in told


def test_numbers_are_for_who_has_the_token(client, home):
    with transaction.atomic():
        actions.record(deed(at=long_ago()))

    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    lines = response.content.decode().splitlines()
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    assert {"gongxin_audit_unsealed 1", "gongxin_audit_size 0"} <= set(lines)
    (late,) = [line for line in lines if line.startswith("gongxin_audit_unsealed_seconds ")]
    assert int(late.split()[1]) > timedelta(days=300).total_seconds()
    assert {"gongxin_push_waiting 0", "gongxin_open_data_age_seconds -1"} <= set(lines)
    assert "gongxin_open_data_unacknowledged 0" in lines


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", TOKEN, "Bearer 令牌"])
def test_for_others_there_are_no_numbers(client, home, shown):
    absent = client.get("/no-such-page")

    response = client.get("/metrics", headers={"Authorization": shown})

    assert (response.status_code, absent.status_code) == (404, 404)
    assert response.content == absent.content


def test_without_a_token_nobody_sees_numbers(client, home, settings):
    settings.GONGXIN = Settings.read({"GONGXIN_HOME": str(home)})

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_they_only_read(client, home, address):
    assert client.post(address).status_code == 405


SHOW = """
import gongxin.site.wsgi
from django.db import connection
cursor = connection.cursor()
cursor.execute("SHOW statement_timeout")
print(cursor.fetchone()[0])
"""


def serving(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_server_gives_up_a_page_that_takes_long():
    assert serving(SHOW).stdout == "5s\n"


def test_a_server_refuses_to_start_when_it_is_not_fit(tmp_path):
    done = serving(
        "import gongxin.site.wsgi", GONGXIN_MODE="production", GONGXIN_HOME=str(tmp_path)
    )

    assert done.returncode != 0
    assert "hosts_none: " in done.stderr
    assert json.dumps(TOKEN) not in done.stderr
