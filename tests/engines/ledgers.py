"""Ledger entries of an invented world, made by the core alone, and a scan over them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
from tools.make_world import World

from gongxin.core import ulid
from gongxin.core.catalog import DataType, Item
from gongxin.core.subject import archive_only, classify
from gongxin.core.visibility import Days, Standing, publicity_of
from gongxin.law import Release

Entry = dict[str, Any]
DAYS = ("decided_on", "public_from", "public_until")
TEXTS = ("subject", "record_id", "item", "kind", "failing_class", "hidden")


def canonical(item: Item, row: dict[str, str]) -> dict[str, str]:
    found = {}
    for field in item.fields:
        text = row.get(field.identify, "")
        if text and field.data_type is DataType.NUMBER:
            text = str(Decimal(text).quantize(Decimal("0.000001")))
        if text and field.identify not in item.split.fields:
            found[field.identify] = text
    return found


def entries_of(world: World, release: Release) -> list[Entry]:
    """One entry for each good row about an organisation; every ninth record is corrected later."""
    random, found = Random(world.seed), []
    for batch in world.batches:
        item = release.items[batch.item]
        left_out = {*batch.bad, *batch.duplicates, *batch.persons}
        for number, row in enumerate(batch.rows, start=1):
            if number not in left_out:
                found.append(_entry(item, release, dict(row), world.as_of))
    found = [entry for entry in found if entry["subject"].strip("0X")]
    corrected = [_corrected(entry, random) for entry in found if random.random() < 1 / 9]
    return [entry | {"revision": n} for n, entry in enumerate([*found, *corrected], start=1)]


def _entry(item: Item, release: Release, row: dict[str, str], as_of: date) -> Entry:
    payload = canonical(item, row)
    subject = row[item.roles.subject_code]
    decided = date.fromisoformat(row[item.roles.decided_on])
    full = dict.fromkeys(item.columns, "") | payload
    standing = Standing(body=subject[0] in "125", archive_only=archive_only(subject))
    days = Days(decided, decided + timedelta(days=3), as_of)
    shown = publicity_of(item, release.publicity.get(item.item), full, days, standing)
    return {
        "subject": subject,
        "record_id": ulid.record_id(1, json.dumps([item.item, row], sort_keys=True).encode()),
        "item": item.item,
        "kind": "assert",
        "decided_on": decided,
        "failing_class": shown.failing_class,
        "hidden": shown.hidden,
        "public_from": shown.public_from,
        "public_until": shown.public_until,
        "payload": payload,
    }


def _corrected(entry: Entry, random: Random) -> Entry:
    """A later entry of the same record: another fine, or hidden from now on."""
    payload = dict(entry["payload"])
    if "CF_NR_FK" in payload:
        payload["CF_NR_FK"] = random.choice(["0.500000", "1.000000", "50.000000", "100.000000"])
    hidden = random.choice([entry["hidden"], "withdrawn"])
    return entry | {"kind": "correct", "payload": payload, "hidden": hidden}


def names_of(world: World) -> dict[str, str]:
    return {organisation.uscc: organisation.name for organisation in world.organisations}


def graded_subjects(world: World, forms: tuple[str, ...]) -> set[str]:
    kinds = {uscc: classify(uscc, name) for uscc, name in names_of(world).items()}
    return {u for u, k in kinds.items() if k.kind.value == "organisation" and k.form.value in forms}


@contextmanager
def scan(entries: list[Entry]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view ``entry``, as ``ledger.segments`` opens it."""
    columns = {name: pa.array([e[name] for e in entries], pa.string()) for name in TEXTS}
    columns |= {name: pa.array([e[name] for e in entries], pa.date32()) for name in DAYS}
    columns["revision"] = pa.array([e["revision"] for e in entries], pa.int64())
    payloads = [json.dumps(e["payload"], ensure_ascii=False) for e in entries]
    columns["payload"] = pa.array(payloads, pa.string())
    with duckdb.connect() as con:
        con.register("given", pa.table(columns))
        con.execute("CREATE TABLE entry AS SELECT * FROM given")
        yield con


def latest(entries: list[Entry]) -> list[Entry]:
    return list({entry["record_id"]: entry for entry in entries}.values())


def is_public(entry: Entry, day: date) -> bool:
    until = entry["public_until"]
    return entry["hidden"] == "" and entry["public_from"] <= day and (until is None or day <= until)
