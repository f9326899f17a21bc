"""Making a platform and loading the demonstration, in this process."""

import shutil
from datetime import UTC, timedelta

import pytest

from gongxin.accounts.models import Unit
from gongxin.cli import clock, demo, platform
from gongxin.derive.models import Run
from gongxin.ledger.models import Entry
from tests.derive import town as t

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(nowhere, monkeypatch, db):
    """A folder without a platform, beside the tests' database."""
    monkeypatch.setenv("GONGXIN_DATABASE_URL", platform.os.environ["GONGXIN_DATABASE_URL"])
    return nowhere


def test_init_makes_folder_keys_release_and_units(gongxin, fresh, packs):
    said = gongxin("init", "--pack", "town")

    home = fresh / "home"
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"platform in {home}: pack town, sha256:")
    assert {path.name for path in home.iterdir()} >= {"keys", "release.json", "releases"}
    assert (home / "keys/session").stat().st_mode & 0o077 == 0
    assert Unit.objects.filter(name="示例局").count() == 1


def test_init_again_keeps_the_keys(gongxin, fresh, packs):
    gongxin("init", "--pack", "town")
    keys = {p.name: p.read_text("ascii") for p in (fresh / "home/keys").iterdir()}

    assert gongxin("init", "--pack", "town").code == 0
    assert {p.name: p.read_text("ascii") for p in (fresh / "home/keys").iterdir()} == keys


def test_init_with_another_release_restates_what_is_there(gongxin, fresh, tmp_path, monkeypatch):
    """A fine of 10 May 2026 is public for a year; under the other release for one month."""
    monkeypatch.setattr(clock, "today", lambda: t.TODAY)
    monkeypatch.setattr(clock, "now", lambda: t.RECEIVED)
    gongxin("init", "--pack", "demo")
    file = t.write(tmp_path / "a.csv", [t.penalty(t.FINED)])
    gongxin("intake", file, "--unit", t.TRANSPORT)
    shutil.copytree(t.ROOT / "packs", tmp_path / "packs")
    terms = tmp_path / "packs/national/repair/penalty-publicity.yaml"
    text = terms.read_text("utf-8")
    months = "min_months: 3, max_months: 12"
    terms.write_text(text.replace(months, "min_months: 1, max_months: 1"), encoding="utf-8")

    said = gongxin("init", "--pack", tmp_path / "packs/demo")

    assert (said.code, said.err) == (0, "")
    assert "1 records stand better under this release and were restated; 0 would" in said.out
    shown = gongxin("subject", "show", t.FINED[0], "--json").document
    assert [record["public_until"] for record in shown["records"]] == ["2026-06-10"]


@pytest.fixture
def small(monkeypatch):
    """A demonstration of one example file and one organisation."""
    world = {"files": [], "examples": [{"uscc": t.FINED[0], "name": t.FINED[1], "why": "示例"}]}
    monkeypatch.setattr(demo, "EXAMPLES", ("edge.csv",))
    monkeypatch.setattr(demo, "_make_world", lambda *_: world)


def test_demo_loads_evaluates_and_says_where_to_look(gongxin, fresh, small):
    said = gongxin("demo", "--no-serve")

    assert (said.code, said.err) == (0, "")
    assert "1 files taken in: 11 rows" in said.out
    assert "organisations graded (示例 illustrative): A+ 0" in said.out
    assert "natural persons and sole traders: none" in said.out
    assert f"http://127.0.0.1:8000/subjects/{t.FINED[0]}/" in said.out
    assert Run.objects.count() == 1


def test_demo_again_changes_nothing_that_is_there(gongxin, fresh, small, monkeypatch):
    gongxin("demo", "--no-serve")
    posted = Entry.objects.count()
    later = clock.now() + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert gongxin("demo", "--no-serve").code == 0
    assert Entry.objects.count() == posted > 0


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        (None, "the demo needs the examples and the world generator: run it in a checkout"),
        ("raise SystemExit('no room')", "the world generator failed: no room"),
    ],
    ids=["absent", "failing"],
)
def test_a_world_that_cannot_be_made_is_one_message(
    gongxin, fresh, monkeypatch, generator, message
):
    shared = platform.shared()
    if generator is not None:
        (fresh / "tools").mkdir()
        (fresh / "tools" / "make_world.py").write_text(generator, encoding="utf-8")
    (fresh / "packs").symlink_to(shared / "packs")
    (fresh / "profiles").symlink_to(shared / "profiles")
    monkeypatch.setattr(platform, "shared", lambda: fresh)

    said = gongxin("demo", "--no-serve")

    assert said.code == 1
    assert said.err == f"error demo.no_world: {message}\n"


def test_stop_without_a_private_database(gongxin, fresh):
    assert gongxin("stop").out == "no private database was running\n"


def test_the_commands_clock_is_chinas():
    before = clock.now()

    assert before.tzinfo is UTC
    assert clock.today() >= (before + timedelta(hours=8)).date()
