"""Entries are only ever added; what is current, counted and numbered follows from them."""

import hashlib
import re

import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.core import ulid
from gongxin.core.documents import normalise_document_number
from gongxin.ledger.models import Entry
from tests.fixtures.law import EXAMPLES
from tests.fixtures.penalties import code, penalty, write_csv
from tests.fixtures.platform import RECEIVED, Platform, contents, current

pytestmark = pytest.mark.django_db
FILES = ["penalties.csv", "edge.csv"]


def rows(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET hidden = ''",
        "UPDATE ledger_entry SET revision = revision + 1",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_entry_p0",
        "DELETE FROM ledger_entry_p1",
        "UPDATE ledger_entry SET payload = '{}' WHERE subject <> ''",
    ],
)
def test_no_entry_can_be_changed_or_deleted(platform: Platform, tmp_path, statement):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(40)]))
    before = contents()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows(statement)

    assert contents() == before


def test_revisions_are_contiguous_over_files(platform: Platform, tmp_path):
    first = platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(5)]))
    platform.take(write_csv(tmp_path / "b.csv", [penalty(n) for n in range(5)]))  # nothing new
    second = platform.take(write_csv(tmp_path / "c.csv", [penalty(n, BZ="改") for n in range(3)]))

    revisions = [revision for (revision,) in rows("SELECT revision FROM ledger_entry ORDER BY 1")]
    start = revisions[0]
    assert revisions == list(range(start, start + 8))
    assert (first.receipt["head"], second.receipt["head"]) == (start + 4, start + 7)


def test_current_is_the_latest_entry_of_each_record(platform: Platform, tmp_path):
    for name in FILES:
        platform.take(EXAMPLES / name)
    for number in range(3):
        changed = [penalty(n, BZ=f"第{number}次") for n in range(4)]
        platform.take(write_csv(tmp_path / f"{number}.csv", changed))

    latest = """SELECT DISTINCT ON (subject, record_id) e::text FROM ledger_entry e
        ORDER BY subject, record_id, revision DESC"""
    found = "SELECT c::text FROM ledger_current c ORDER BY subject, record_id"
    assert rows(found) == rows(latest)
    assert len(rows(found)) < len(rows("SELECT 1 FROM ledger_entry"))


def test_a_record_keeps_its_number_through_its_revisions(platform: Platform, tmp_path):
    for number in range(3):
        platform.take(write_csv(tmp_path / f"{number}.csv", [penalty(1, BZ=f"第{number}次")]))

    entries = Entry.objects.filter(subject=code(1)).order_by("revision")
    assert [entry.kind for entry in entries] == ["assert", "correct", "correct"]
    assert [entry.payload["BZ"] for entry in entries] == ["第0次", "第1次", "第2次"]
    assert len({entry.record_id for entry in entries}) == 1


def test_record_numbers_are_those_of_the_core(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(n) for n in range(20)]))

    received_ms = int(RECEIVED.timestamp() * 1000) + 1000
    found = [(record.record_id, record.natural_key) for record in current()]
    assert [number for number, _ in found] == [
        ulid.record_id(received_ms, key.encode()) for _, key in found
    ]


def test_keys_and_hashes_can_be_made_again_by_hand(platform: Platform, tmp_path):
    """SHA-256 over the parts, joined by the unit separator; the document number folded."""
    row = penalty(1, CF_WSH="盘环罚［2026］ 1 号", BZ="备注")
    platform.take(write_csv(tmp_path / "a.csv", [row]))
    (record,) = current()
    item = platform.release.items["administrative-penalty"]
    kept = [f for f in item.columns if f not in item.split.fields]

    folded = normalise_document_number(row["CF_WSH"])
    values = {**record.payload, "CF_WSH": folded}
    content = "\x1f".join(values.get(name, "") for name in kept)
    key = "\x1f".join([item.item, row["CF_CFJGDM"], folded, code(1), "", ""])
    assert folded == "盘环罚(2026)1号"
    assert record.content_hash == "sha256:" + hashlib.sha256(content.encode()).hexdigest()
    assert record.natural_key == "sha256:" + hashlib.sha256(key.encode()).hexdigest()


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_current"])
@pytest.mark.parametrize("subject", [code(1), ""])
def test_a_read_by_subject_looks_into_one_partition(platform: Platform, table, subject):
    plan = rows(f"EXPLAIN (FORMAT JSON) SELECT * FROM {table} WHERE subject = %s", subject)

    read = re.findall(r"'Relation Name': '(\w+)'", str(plan))
    assert len(read) == 1
    assert read[0].startswith(f"{table}_p")


@pytest.mark.parametrize(
    "changes",
    [
        {"adverse": True, "hidden": "", "public_until": None},  # adverse and public for ever
        {"subject": "9121"},  # neither nobody nor eighteen characters
    ],
)
def test_the_database_refuses_what_may_not_be(platform: Platform, tmp_path, changes):
    platform.take(write_csv(tmp_path / "a.csv", [penalty(1)]))
    record = Entry.objects.values(*(f.name for f in Entry._meta.fields if f.name != "pk")).get()
    before = contents()

    with pytest.raises(DatabaseError, match="check constraint"), transaction.atomic():
        Entry.objects.create(**record | {"revision": 2**40} | changes)

    assert contents() == before
