"""Restating: the records that are there, under the release that now holds (重述).

A record is posted under the release of its day. Under another one it stands by whichever of the
two treats its organisation better (legal.md L2, [design]): what the new one shows shorter, milder
or not at all is so at once. What it would make worse stays and is counted: nothing adverse happens
without notice and a person's decision. Compared is always what was reported with the release that
holds, never one restating with another: a faulty release leaves nothing behind.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from django.db import transaction

from gongxin import law
from gongxin.audit import actions
from gongxin.audit import queries as log
from gongxin.core.audit import By, Deed
from gongxin.core.catalog import Item
from gongxin.core.clauses import PublicityRule
from gongxin.core.dates import CHINA
from gongxin.engines.publicity import publicity_sql
from gongxin.engines.scratch import scratch_folder
from gongxin.engines.texts import fold, mentions, quoted, text
from gongxin.intake import record_numbers
from gongxin.intake.standing import flags
from gongxin.law import Release
from gongxin.ledger import bulk, queries, segments, writer
from gongxin.ledger.columns import NAMES

KIND = "restate"
GONE = "item_not_public"  # of a record type that the release no longer has
# What restating may change, as a current record names it and as it stood before.
SAID = ("adverse", "failing_class", "hidden", "public_until", "repairable_from", "clause")
HOURS = int(CHINA.utcoffset(None).total_seconds()) // 3600  # a scan's session counts in UTC
_WAS = ", ".join(f"c.{name} AS was_{name}, c.current_{name}" for name in SAID)
_KEPT = ", ".join(f"was_{name}, current_{name}" for name in SAID)
# Each record as it was last reported or decided, with what its latest entry says.
REPORTED = f"""SELECT e.*, c.revision AS latest, {", ".join(f"c.{n} AS current_{n}" for n in SAID)}
    FROM (SELECT * FROM entry WHERE kind <> '{KIND}' QUALIFY revision =
        max(revision) OVER (PARTITION BY subject, record_id)) e
    JOIN current_record c ON c.subject = e.subject AND c.record_id = e.record_id"""


@dataclass(frozen=True, slots=True)
class Restated:
    """Records with a new entry, and those that would stand worse and stay as they are."""

    changed: int
    kept: int
    head: int


def put_in_force(release: Release, home: Path, *, by: By) -> Restated:
    """Make the release the one that the platform runs on, and restate what is there.

    One transaction under the posting lock, the file of the release written last in it: what is
    posted stands under the release of its day or under this one. A second call changes nothing.
    Reckoned for the day in China on which it is done.

    Raises:
        DamagedSegment: a file of the ledger's segments is not as it was written.
    """
    as_of = by.at.astimezone(CHINA).date()
    with scratch_folder(home) as folder, transaction.atomic():
        writer.lock_posting()
        head = queries.head()
        con, _ = segments.open_scan(home, head=head)
        try:
            _prepare(con, folder)
            for (item,) in con.execute("SELECT DISTINCT item FROM entry ORDER BY 1").fetchall():
                con.execute(f"INSERT INTO restated {_restated(item, release, as_of)}")
            changed, kept = con.execute(
                "SELECT count(*) FILTER (changed), count(*) FILTER (kept) FROM restated"
            ).fetchall()[0]
            if changed:
                head = _append(con, changed, release, folder)
            for item in release.items.values():  # another release may name other fields
                path = record_numbers.write_again(con, item, folder / "record_numbers.csv")
                writer.keep_record_numbers(path)
            counted = {"changed": str(changed), "kept": str(kept), "head": str(head)}
            actions.record(Deed(by.at, by.actor, KIND, release.hash, details=counted))
        finally:
            con.close()
        law.store(home, release)
    return Restated(changed, kept, head)


def put_back(home: Path) -> bool:
    """Make the release the one in force that the database was last given; tell if it is kept.

    A release is written just before its commit: in a platform that was brought back the file may be
    newer than the records.
    """
    last = log.last_object(KIND)
    release = None if last is None else law.kept(home, last)
    if release is None:
        return False
    if not law.is_active(home, release):
        law.store(home, release)
    return True


def _prepare(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    con.execute(f"CREATE VIEW current_record AS {segments.CURRENT_SQL}")
    con.execute(f"CREATE VIEW reported AS {REPORTED}")
    names = bulk.copy_out("SELECT uscc, name_key FROM ledger_subject", folder / "names.csv")
    bulk.load(con, "known_subjects", {"uscc": "VARCHAR", "name_key": "VARCHAR"}, names)
    con.execute(
        """CREATE TABLE restated (latest BIGINT, adverse BOOLEAN, failing_class VARCHAR,
           hidden VARCHAR, public_until DATE, repairable_from DATE, clause VARCHAR,
           changed BOOLEAN, kept BOOLEAN)"""
    )


def _append(con: duckdb.DuckDBPyConnection, changed: int, release: Release, folder: Path) -> int:
    first = writer.reserve(changed)
    new = {name: f"r.{name}" for name in SAID} | {
        "revision": f"{first} - 1 + row_number() OVER (ORDER BY e.revision)",
        "kind": text(KIND),
        "release": text(release.hash),
    }
    selected = ", ".join(f"{new.get(n, f'e.{quoted(n)}')} AS {quoted(n)}" for n in NAMES)
    query = f"""SELECT {selected} FROM entry e JOIN restated r ON r.latest = e.revision
        WHERE r.changed"""
    entries = bulk.dump(con, query, folder / "entries.csv")
    writer.post_again(entries, first + changed - 1)
    return first + changed - 1


def _restated(item_id: str, release: Release, as_of: date) -> str:
    """Write the query of an item's records that change or would stand worse."""
    item = release.items.get(item_id)
    rule = release.publicity.get(item_id)
    answers = _gone(item_id) if item is None else _answers(item, rule, release, as_of)
    severity = rule.severity if rule else ()
    taken = " OR ".join(f"{n} IS DISTINCT FROM was_{n}" for n in SAID if n != "clause")
    differs = " OR ".join(f"{n} IS DISTINCT FROM current_{n}" for n in SAID)
    return f"""SELECT * FROM (SELECT latest, {", ".join(SAID)}, {differs} AS changed, kept
        FROM (SELECT * REPLACE (CASE WHEN {taken} THEN clause ELSE was_clause END AS clause)
            FROM (SELECT latest, {_KEPT}, {_milder(severity)},
                {_would_be_worse(severity)} AS kept FROM ({answers}))))
        WHERE changed OR kept"""


def _gone(item_id: str) -> str:
    same = ", ".join(f"c.{name} AS now_{name}" for name in SAID if name != "hidden")
    hidden = f"CASE WHEN c.hidden = '' THEN {text(GONE)} ELSE c.hidden END AS now_hidden"
    return f"""SELECT c.latest, {_WAS}, {same}, {hidden} FROM reported c
        WHERE c.item = {text(item_id)}"""


def _answers(item: Item, rule: PublicityRule | None, release: Release, as_of: date) -> str:
    """Write what the release says of each record: ``now_…`` beside ``was_…``."""
    sql = publicity_sql(item, rule, as_of=as_of)
    kept = [f.identify for f in item.fields if f.identify not in item.split.fields]
    given = ", ".join(f"{_given(name)} AS {quoted(name)}" for name in kept)
    name = fold(_given(item.roles.subject_name))
    return f"""SELECT latest, {_KEPT},
        adverse AS now_adverse, failing_class AS now_failing_class, {sql.hidden} AS now_hidden,
        {sql.public_until} AS now_public_until, {sql.repairable_from} AS now_repairable_from,
        {sql.clause} AS now_clause
        FROM (SELECT *, {sql.adverse} AS adverse, {sql.failing_class} AS failing_class,
            was_hidden = 'held' OR {_held(item, release)} AS held
            FROM (SELECT c.latest, c.subject, c.decided_on, c.incomplete, {_WAS}, {given},
                CAST(c.received_at + INTERVAL {HOURS} HOUR AS DATE) AS received_on,
                {flags(name, "k.name_key")}
                FROM reported c LEFT JOIN known_subjects k ON k.uscc = c.subject
                WHERE c.item = {text(item.item)}))"""


def _given(field: str) -> str:
    return f"coalesce(json_extract_string(c.payload, '$.\"{field}\"'), '')"


def _held(item: Item, release: Release) -> str:
    """Words that a later release screens hold a record as they would have at its receipt."""
    words = release.safeguards.bases + release.safeguards.texts
    fields = dict.fromkeys((*item.screened, item.roles.document_no))
    return " OR ".join(["FALSE", *(mentions(quoted(name), words) for name in fields if name)])


def _milder(severity: tuple[str, ...]) -> str:
    """Write each answer: of what was reported and what the release says, the milder one."""
    lower = f"{_place('now', severity)} < {_place('was', severity)}"
    known = f"{_place('was', severity)} > 0"
    milder = {
        "adverse": "was_adverse AND now_adverse",
        "failing_class": f"""CASE WHEN NOT was_adverse THEN was_failing_class
            WHEN now_failing_class = '' OR was_failing_class = '' THEN ''
            WHEN {lower} OR NOT {known} THEN now_failing_class ELSE was_failing_class END""",
        "hidden": "CASE WHEN was_hidden <> '' THEN was_hidden ELSE now_hidden END",
        "public_until": "least(was_public_until, now_public_until)",
        "repairable_from": """CASE WHEN was_adverse
            THEN least(was_repairable_from, now_repairable_from) END""",
        "clause": "now_clause",
    }
    return ", ".join(f"{milder[name]} AS {name}" for name in SAID)


def _would_be_worse(severity: tuple[str, ...]) -> str:
    higher = f"0 < {_place('was', severity)} AND {_place('was', severity)} < "
    higher += _place("now", severity)
    shown = "was_hidden = '' AND now_hidden = ''"
    longer = f"{_end('now')} > {_end('was')} OR now_repairable_from > was_repairable_from"
    again = "was_hidden <> '' AND now_hidden = ''"
    adverse = f"({again}) OR ({shown} AND ({longer})) OR ({higher})"
    return f"now_adverse AND (NOT was_adverse OR {adverse})"


def _end(when: str) -> str:
    return f"coalesce({when}_public_until, DATE '9999-12-31')"


def _place(when: str, severity: tuple[str, ...]) -> str:
    """Write the place of a class among the classes, from the mildest; 0 if it is none of them."""
    listed = ", ".join(text(cls) for cls in severity)
    return f"coalesce(list_position([{listed}]::VARCHAR[], {when}_failing_class), 0)"
