"""gongxin opendata: a snapshot written, verified offline, altered and refused."""

import pytest

from tests.derive import town as t

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(inhabited):
    return inhabited.home / "keys" / "opendata.pub"


def test_a_snapshot_is_written_and_verified_offline(gongxin, inhabited, key, tmp_path):
    folder = tmp_path / "out"
    said = gongxin("opendata", "publish", folder, "--as-of", t.TODAY)
    good = gongxin("opendata", "verify", folder, "--key", key, "--json")

    assert (said.code, good.code) == (0, 0)
    assert "records.jsonl.gz" in said.out
    assert (good.document["as_of"], good.document["rows"] > 8) == ("2026-06-01", True)
    assert gongxin("opendata", "publish", folder).code == 1  # it is not empty any more


def test_a_changed_file_is_named(gongxin, inhabited, key, tmp_path):
    folder = tmp_path / "out"
    gongxin("opendata", "publish", folder)
    (folder / "honour.csv.gz").write_bytes(b"")

    said = gongxin("opendata", "verify", folder, "--key", key)

    assert said.code == 1
    assert said.err == "error opendata.not_genuine: honour.csv.gz is not as it was signed\n"


@pytest.mark.parametrize("day", ["2026-05-31", "yesterday"])
def test_a_day_that_is_over_or_none_is_refused(gongxin, inhabited, tmp_path, day):
    said = gongxin("opendata", "publish", tmp_path / "out", "--as-of", day)

    assert said.code == 2
    assert not (tmp_path / "out").exists()


def test_what_is_due_is_made_once(gongxin, inhabited):
    first, second = gongxin("opendata", "run", "--once"), gongxin("opendata", "run", "--once")

    assert first.out.startswith("open data of 2026-06-01: 2026-06-01-")
    assert (second.code, second.out) == (0, "")


def test_nobody_is_behind(gongxin, inhabited):
    said = gongxin("opendata", "unacknowledged", "--json")

    assert (said.code, said.document) == (0, [])
