"""A snapshot is what the pages show on its day, signed, and good on that day alone (1-60, P7)."""

import csv
import gzip
import io
import json
from datetime import timedelta

import pytest
from django.db import transaction

from gongxin.audit import actions as audit
from gongxin.audit.protection import LIMIT, NotProtected
from gongxin.core.audit import Deed
from gongxin.core.cells import FORMULA
from gongxin.derive.archive import archive
from gongxin.ledger.models import Current, Subject
from gongxin.opendata import actions, documents, queries
from gongxin.opendata.models import Snapshot
from gongxin.opendata.verifying import NotGenuine, verify
from tests.derive import town as t
from tests.fixtures.audit import deeds
from tests.opendata.conftest import Shop, by, lines

pytestmark = pytest.mark.django_db
CLOSED = [t.TRADER, t.OWNED, t.UNNAMED, t.HIDDEN]


def records(shop: Shop, made: actions.Made) -> list[dict]:
    return lines(shop.folder(made) / "records.jsonl.gz")


def test_it_holds_what_the_pages_show_and_nothing_else(shop):
    found = records(shop, shop.publish())

    expected = {}
    for subject in Subject.objects.filter(kind="organisation"):
        shown = archive(subject.uscc, as_of=shop.day, release=shop.town.release)
        expected |= {
            one.record_id: {f.identify: f.value for f in one.fields} for one in shown.records
        }
    assert {one["record_id"]: one["fields"] for one in found} == expected
    assert len(found) == len(expected) > 8


def test_of_one_persons_undertakings_there_is_no_row(shop):
    made = shop.publish()
    folder = shop.folder(made)
    raw = b"".join(gzip.decompress((folder / one.name).read_bytes()) for one in made.files)
    text = raw.decode("utf-8")

    assert t.FINED[0] in text
    assert [who for who in CLOSED if who[0] in text or who[1] in text] == []
    assert "示例法定代表人" not in text  # the representative stands in no file
    assert "内部备注" not in text


def test_every_adverse_record_says_its_law_and_its_way_out(shop):
    adverse = [one for one in records(shop, shop.publish()) if one["adverse"]]

    assert len(adverse) > 2
    for one in adverse:
        assert one["authority_name"]
        assert one["public_until"] >= "2026-06-01"
        assert one["channel"]
        assert (one["how_to_repair"], one["how_to_object"]) == ("/guide/repair", "/guide/objection")


def test_no_field_judges(shop):
    (first, *_) = records(shop, shop.publish())

    assert {"score", "grade", "verdict", "level", "risk"}.isdisjoint(first)


def test_the_manifest_names_every_file_with_its_hash_and_is_signed(shop):
    made = shop.publish()
    manifest = json.loads(made.manifest)
    key = documents.signer(shop.town.home).verifier

    assert documents.is_signed(made.manifest, key)
    assert (manifest["as_of"], manifest["snapshot"], manifest["format"]) == (
        "2026-06-01",
        made.id,
        1,
    )
    assert manifest["removals"] == f"{made.head}.2026-06-01."
    assert "24小时" in manifest["licence"]["zh"]
    on_disk = {path.name for path in shop.folder(made).iterdir()}
    assert on_disk == {one["name"] for one in manifest["files"]} | {"manifest.json", "index.gz"}
    found = verify(shop.folder(made), key)
    assert (found.snapshot, found.rows) == (made.id, len(records(shop, made)))


@pytest.mark.parametrize("name", ["manifest.json", "records.jsonl.gz"])
@pytest.mark.parametrize(
    "change", [lambda b: b[:-1], lambda b: b[:40] + b"X" + b[41:], lambda b: b""]
)
def test_any_changed_byte_is_found(shop, name, change):
    made = shop.publish()
    path = shop.folder(made) / name
    path.write_bytes(change(path.read_bytes()))

    with pytest.raises(NotGenuine, match=name):
        verify(shop.folder(made), documents.signer(shop.town.home).verifier)


def test_a_file_that_leads_out_of_the_folder_is_not_read(shop):
    signer = documents.signer(shop.town.home)
    made = shop.publish()
    document = json.loads(made.manifest)
    del document["signature"]
    document["files"][0]["name"] = "../../../release.json"
    (shop.folder(made) / "manifest.json").write_text(documents.signed(document, signer), "utf-8")

    with pytest.raises(NotGenuine, match="leads out"):
        verify(shop.folder(made), signer.verifier)


def test_the_same_records_give_the_same_bytes(shop):
    first = shop.publish()
    shop.at += timedelta(minutes=20)
    second = shop.publish()

    same = {one.name: one.digest for one in first.files}
    assert {one.name: one.digest for one in second.files if one.name in same} == same
    assert lines(shop.folder(second) / "changes.jsonl.gz") == []


def cells(shop: Shop, made: actions.Made, item: str) -> list[list[str]]:
    raw = gzip.decompress((shop.folder(made) / f"{item}.csv.gz").read_bytes()).decode("utf-8")
    assert raw.startswith("\ufeff")
    return list(csv.reader(io.StringIO(raw[1:])))


def test_each_kind_of_record_is_a_table(shop):
    made = shop.publish()
    header, *rows = cells(shop, made, t.PENALTY)
    wanted = [one for one in records(shop, made) if one["item"] == t.PENALTY]

    assert header[:3] == ["uscc", "name", "record_id"]
    assert [row[2] for row in rows] == [one["record_id"] for one in wanted]
    number = header.index("CF_WSH")
    assert [row[number] for row in rows] == [one["fields"]["CF_WSH"] for one in wanted]
    assert "BZ" not in header


@pytest.mark.parametrize("sign", FORMULA)
def test_no_cell_of_a_table_is_a_formula(shop, sign):
    evil = f'{sign}HYPERLINK("https://evil.example")'
    record = shop.town.record(t.FINED[0])
    Current.objects.filter(subject=record.subject, record_id=record.record_id).update(
        payload=record.payload | {"CF_WFXW": evil, "CF_CFJG": evil}
    )
    Subject.objects.filter(uscc=t.FINED[0]).update(name=evil)
    found = cells(shop, shop.publish(), t.PENALTY)

    assert sum(cell == f"'{evil}" for row in found for cell in row) >= 3
    assert [cell for row in found for cell in row if cell.startswith(tuple(FORMULA))] == []


def test_it_is_served_on_its_day_alone(shop):
    made = shop.publish()
    home = shop.town.home

    assert queries.served(t.TODAY, home=home).id == made.id
    assert queries.served(t.TODAY + timedelta(days=1), home=home) is None
    assert queries.served(t.TODAY - timedelta(days=1), home=home) is None


def test_files_of_days_that_are_over_are_deleted(shop):
    first = shop.publish()
    shop.next_day()
    second = shop.publish()

    assert not shop.folder(first).exists()
    assert shop.folder(second).is_dir()


def test_what_was_half_written_is_swept_away(shop):
    half = shop.town.home / actions.FOLDER / "half"
    half.mkdir(parents=True)
    (half / "records.jsonl.gz").write_bytes(b"half")

    made = shop.publish()

    assert not half.exists()
    assert verify(shop.folder(made), documents.signer(shop.town.home).verifier)


def test_publishing_is_in_the_audit_log_and_names_nobody(shop):
    made = shop.publish()

    (deed,) = deeds("publish-open-data")
    assert deed["object"] == f"opendata:{made.id}"
    assert deed["details"]["records"] == str(len(records(shop, made)))


def test_nothing_is_published_while_the_log_cannot_be_sealed(shop):
    with transaction.atomic():
        audit.record(Deed(t.RECEIVED, "someone", "check", "x"))
    shop.at += LIMIT + timedelta(seconds=1)

    with pytest.raises(NotProtected):
        shop.publish()
    assert Snapshot.objects.count() == 0


def test_an_operator_gets_a_folder_of_his_own(shop, tmp_path):
    folder = tmp_path / "given away"
    given = {"as_of": t.TODAY, "home": shop.town.home, "release": shop.town.release, "by": by()}
    made = actions.export(folder, **given)

    assert verify(folder, documents.signer(shop.town.home).verifier).snapshot == made.id
    assert not (folder / "index.gz").exists()
    assert Snapshot.objects.count() == 0
    assert len(deeds("export-open-data")) == 1
    with pytest.raises(actions.NotEmpty):
        actions.export(folder, **given)


def test_a_platform_without_the_key_says_so(shop, tmp_path):
    documents.signer.cache_clear()
    with pytest.raises(documents.NoKey):
        documents.signer(tmp_path)
