"""The page of the open data: today's files with their conditions, never those of another day."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from gongxin.opendata.actions import LICENCE
from gongxin.opendata.models import Snapshot
from gongxin.portal import clock

pytestmark = pytest.mark.django_db
FILE = {"name": "records.jsonl.gz", "rows": 12, "bytes": 3456, "digest": "sha256:" + 64 * "a"}


@pytest.fixture
def snapshot(platform) -> Snapshot:
    day = clock.today()
    return Snapshot.objects.create(
        id=f"{day}-7-1",
        as_of=day,
        head=7,
        made_at=datetime(2026, 6, 1, 2, 0, tzinfo=UTC),
        manifest=json.dumps({"files": [FILE], "removals": f"7.{day}."}),
    )


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_todays_files_are_listed_with_their_conditions(client, snapshot, prefix):
    page = client.get(f"{prefix}/open-data").content.decode()

    assert f'href="/api/v1/opendata/files/{snapshot.id}/records.jsonl.gz"' in page
    assert "sha256:aaaa" in page
    assert LICENCE["en" if prefix else "zh"][:30] in page


def test_files_of_another_day_are_not_shown(client, snapshot):
    Snapshot.objects.update(as_of=clock.today() - timedelta(days=1))

    page = client.get("/open-data").content.decode()

    assert snapshot.id not in page
    assert "尚未生成" in page
