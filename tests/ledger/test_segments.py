"""Segments and the tail together are the ledger; a manifest never names what is not whole."""

import hashlib
import json
import shutil

import duckdb
import pytest
from django.db import connection

from gongxin.ledger import segments
from gongxin.ledger.columns import NAMES
from gongxin.ledger.models import Entry, Segment
from tests.fixtures.law import EXAMPLES
from tests.fixtures.penalties import penalty, write_csv
from tests.fixtures.platform import Platform, make_platform

pytestmark = pytest.mark.django_db
HEAD = 2**40


def head() -> int:
    return max(Entry.objects.values_list("revision", flat=True), default=0)


def in_ledger() -> dict[int, tuple]:
    found = Entry.objects.values_list("revision", "record_id", "content_hash", "payload", "hidden")
    return {row[0]: row for row in found}


def in_scan(platform: Platform, *, upto: int) -> tuple[dict[int, tuple], segments.Scan]:
    con, scan = segments.open_scan(platform.home, head=upto)
    try:
        found = con.execute(
            "SELECT revision, record_id, content_hash, payload, hidden FROM entry"
        ).fetchall()
    finally:
        con.close()
    rows = {row[0]: (*row[:3], json.loads(row[3]), row[4]) for row in found}
    assert len(rows) == len(found)
    return rows, scan


def test_segments_and_tail_are_all_entries(platform: Platform, tmp_path):
    platform.take(EXAMPLES / "penalties.csv")
    exported = segments.export(platform.home, head=head(), minimum=1)
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(7)]))

    found, scan = in_scan(platform, upto=head())

    assert found == in_ledger()
    assert (scan.segments, scan.tail) == (exported, 7) == (363, 7)


def test_values_survive_the_way_through_files(platform: Platform, tmp_path):
    told = '引号"逗号,换行\n反斜杠\\N \\ 制表\t{"a":1} 😀 NULL'
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1, CF_SY=told)]))
    segments.export(platform.home, head=head(), minimum=1)

    found, _ = in_scan(platform, upto=head())

    assert found == in_ledger()
    assert next(iter(found.values()))[3]["CF_SY"] == told


def test_a_second_export_adds_only_what_is_new(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)]))
    assert segments.export(platform.home, head=head(), minimum=1) == 5
    first = list(Segment.objects.order_by("path").values())
    platform.take(write_csv(tmp_path / "b.csv", [penalty(n, BZ="改") for n in range(3)]))

    assert segments.export(platform.home, head=head(), minimum=1) == 3
    assert segments.export(platform.home, head=head(), minimum=1) == 0
    kept = Segment.objects.filter(path__in=[row["path"] for row in first]).order_by("path")
    assert list(kept.values()) == first
    assert in_scan(platform, upto=head())[0] == in_ledger()


def test_a_small_tail_stays_where_it_is(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)]))

    assert segments.export(platform.home, head=head(), minimum=head() + 1) == 0
    assert Segment.objects.count() == 0
    assert in_scan(platform, upto=head())[1].tail == 5


def test_the_manifest_names_every_file_with_rows_and_hash(platform: Platform):
    platform.take(EXAMPLES / "penalties.csv")
    segments.export(platform.home, head=head(), minimum=1)

    listed = list(Segment.objects.all())
    folder = platform.home / "segments"
    lying = {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")}
    hashes = {
        s.path: "sha256:" + hashlib.sha256((folder / s.path).read_bytes()).hexdigest()
        for s in listed
    }
    counted = {
        s.path: duckdb.connect()
        .execute(
            "SELECT count(*), count(DISTINCT subject) FROM read_parquet(?)", [str(folder / s.path)]
        )
        .fetchone()[0]
        for s in listed
    }
    assert {s.path: s.digest for s in listed} == hashes
    assert {s.path: s.rows for s in listed} == counted
    assert {s.path for s in listed} <= lying
    assert sum(s.rows for s in listed) == 363


def test_a_subject_lies_in_one_bucket(platform: Platform):
    platform.take(EXAMPLES / "penalties.csv")
    segments.export(platform.home, head=head(), minimum=1)

    folder = platform.home / "segments"
    found = (
        duckdb.connect()
        .execute(
            "SELECT max(n) FROM (SELECT count(DISTINCT filename) AS n FROM read_parquet(?,"
            " filename = true) GROUP BY subject)",
            [str(folder / "*" / "*.parquet")],
        )
        .fetchone()
    )
    assert found == (1,)


@pytest.mark.parametrize("killed_at", [0, 1, 9])
def test_an_export_killed_half_way_leaves_the_manifest(
    platform: Platform, tmp_path, monkeypatch, killed_at
):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(40)]))
    real, calls = segments._write, []

    def dies(con, path, bucket):
        calls.append(bucket)
        if len(calls) > killed_at:
            raise KeyboardInterrupt
        return real(con, path, bucket)

    monkeypatch.setattr(segments, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        segments.export(platform.home, head=head(), minimum=1)

    assert Segment.objects.count() == 0
    assert in_scan(platform, upto=head())[0] == in_ledger()
    monkeypatch.setattr(segments, "_write", real)
    assert segments.export(platform.home, head=head(), minimum=1) == 40
    assert in_scan(platform, upto=head())[0] == in_ledger()


def test_a_scan_sees_nothing_after_its_head(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)]))
    segments.export(platform.home, head=head(), minimum=1)
    before, seen = head(), in_ledger()
    platform.take(write_csv(tmp_path / "b.csv", [penalty(n) for n in range(5, 9)]))

    assert in_scan(platform, upto=before)[0] == seen


def test_a_scan_of_an_older_head_leaves_out_later_segments(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)]))
    before, seen = head(), in_ledger()
    platform.take(write_csv(tmp_path / "b.csv", [penalty(n) for n in range(5, 9)]))
    segments.export(platform.home, head=head(), minimum=1)

    assert in_scan(platform, upto=before)[0] == seen


def test_the_latest_state_of_a_scan_is_the_current_table(platform: Platform, tmp_path):
    platform.take(EXAMPLES / "edge.csv")
    segments.export(platform.home, head=head(), minimum=1)
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1), penalty(2)]))
    platform.take(write_csv(tmp_path / "b.csv", [penalty(1, BZ="改")]))
    con, _ = segments.open_scan(platform.home, head=head())
    try:
        query = f"SELECT revision FROM ({segments.CURRENT_SQL}) ORDER BY revision"
        found = con.execute(query).fetchall()
    finally:
        con.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT revision FROM ledger_current ORDER BY revision")
        assert found == cursor.fetchall()


def test_an_empty_ledger_has_an_empty_scan(platform: Platform):
    assert in_scan(platform, upto=0) == ({}, segments.Scan(head=0, segments=0, tail=0))


def test_bucket_numbers_do_not_change(platform: Platform):
    """SHA-256 begins 2c26b46b for foo and fcde2b2e for bar: 0x2c26 and 0xfcde modulo 16."""
    found = (
        duckdb.connect()
        .execute(f"SELECT {segments.bucket_sql('s')} FROM (VALUES ('foo'), ('bar')) v(s)")
        .fetchall()
    )
    assert found == [(0x6,), (0xE,)]


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_damaged_segment_is_refused_before_anything_is_read(platform: Platform, harm):
    """One bit of a file changes, or the file is gone."""
    platform.take(EXAMPLES / "licences.xlsx")
    segments.export(platform.home, head=head(), minimum=1)
    first = Segment.objects.order_by("path")[0]
    path = platform.home / "segments" / first.path
    assert segments.damaged(platform.home, head=head()) == ()

    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content) if harm == "changed" else path.unlink()

    assert segments.damaged(platform.home, head=head()) == (first.path,)
    with pytest.raises(segments.DamagedSegment, match="nothing was read"):
        segments.open_scan(platform.home, head=head())


@pytest.mark.parametrize("name", ["home[1]", "home*", "home?", "["])
def test_segments_are_read_from_their_own_folder(db, tmp_path, name):
    """A folder beside it, whose name the other's would match, holds the same segments."""
    here = make_platform(tmp_path / name)
    here.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)]))
    segments.export(here.home, head=head(), minimum=1)
    shutil.copytree(here.home, tmp_path / "home1")
    here.take(write_csv(tmp_path / "b.csv", [penalty(9)]))

    found, scan = in_scan(here, upto=head())

    assert found == in_ledger()
    assert (scan.segments, scan.tail) == (5, 1)


def test_a_folder_that_reads_like_a_partition_adds_no_column(db, tmp_path):
    here = make_platform(tmp_path / "place=盘锦")
    here.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)]))
    segments.export(here.home, head=head(), minimum=1)

    con, scan = segments.open_scan(here.home, head=head())
    columns = [name for name, *_ in con.execute("DESCRIBE entry").fetchall()]
    con.close()

    assert (scan.segments, scan.tail) == (5, 0)
    assert columns == list(NAMES)
