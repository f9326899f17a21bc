"""gongxin evidence prints one signed document that verify holds against the key."""

import json
from datetime import timedelta

import pytest

from gongxin.audit import signing
from tests.derive import town as t

pytestmark = pytest.mark.django_db
CASE = ("--purpose", "行政复议", "--case", "盘复〔2026〕7号")


@pytest.fixture
def record(inhabited) -> str:
    signing.make(inhabited.home, "gongxin/town")
    return inhabited.record(t.FINED[0]).record_id


def test_what_it_prints_is_as_the_platform_signed_it(gongxin, inhabited, record, tmp_path):
    said = gongxin("evidence", record, *CASE)
    file = tmp_path / "evidence.json"
    file.write_text(said.out, encoding="utf-8")

    held = gongxin("verify", file, "--key", inhabited.home / "keys/check.pub")

    assert said.document["revisions"][0]["source"]["row"] == 1
    assert held.out == f"evidence {record} is as gongxin/town/check signed it\n"


def test_a_changed_amount_shows(gongxin, inhabited, record, tmp_path):
    document = gongxin("evidence", record, *CASE).document
    document["revisions"][0]["payload"]["CF_NR_FK"] = "0"
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    assert gongxin("verify", file, "--key", inhabited.home / "keys/check.pub").code == 1


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-13-01", "write the day as"),
        ((t.TODAY + timedelta(days=1)).isoformat(), "on a later day"),
        ("2020-01-01", "no record"),
    ],
)
def test_a_wrong_day_is_told(gongxin, record, day, told):
    said = gongxin("evidence", record, *CASE, "--as-of", day)

    assert said.code in (1, 2)
    assert told in said.err
    assert said.out == ""
