"""Posting a file's records: compare with the ledger under its lock, then append (入账)."""

from collections.abc import Callable
from pathlib import Path

from gongxin.core.subject import LONGEST_PERSON_NAME, classify
from gongxin.engines import builtins
from gongxin.engines.texts import text
from gongxin.intake import numbers, record_numbers, records
from gongxin.intake.models import Batch
from gongxin.intake.records import Stamp
from gongxin.intake.staging import Staging
from gongxin.ledger import bulk, writer
from gongxin.ledger.queries import head


def post(staging: Staging, stamp: Stamp, file_digest: str, progress: Callable[[str], None]) -> int:
    """Post the staged records inside the caller's transaction; return the ledger's head."""
    folder = staging.workspace
    writer.lock_posting()
    _load_known(staging, folder)
    records.build(staging, stamp)
    _load_existing(staging, stamp, folder, file_digest)
    records.compare(staging, stamp)
    progress("post")
    closed = _post_subjects(staging, stamp, folder)
    writer.keep_other_codes(numbers.write(staging, stamp, folder / "numbers.csv"))
    count = staging.count("entries")
    if count == 0:
        return head()
    first = writer.reserve(count)
    entries = _dump(staging, f"SELECT * FROM posting({first})", folder / "entries.csv")
    writer.append(entries)
    writer.tell_one_person(closed, first)
    writer.set_current(*_latest(staging, first, entries, folder))
    writer.keep_record_numbers(record_numbers.write(staging, folder / "record_numbers.csv"))
    writer.set_head(first + count - 1)
    return first + count - 1


def _latest(staging: Staging, first: int, entries: Path, folder: Path) -> tuple[Path, Path]:
    """Write the new records, and the records that have a later entry."""
    latest, known = f"SELECT l.* FROM latest({first}) l", "SELECT record_id FROM existing"
    revised = folder / "revised.csv"
    if staging.count("existing") > 0:
        _dump(staging, f"{latest} WHERE record_id IN ({known})", revised)
        added = f"{latest} WHERE record_id NOT IN ({known})"
        return _dump(staging, added, folder / "added.csv"), revised
    revised.touch()
    if staging.count("places", "NOT latest") == 0:
        return entries, revised  # nothing is known and nothing came twice: the same rows
    return _dump(staging, latest, folder / "added.csv"), revised


def _dump(staging: Staging, query: str, path: Path) -> Path:
    return bulk.dump(staging.con, query, path)


def _load_known(staging: Staging, folder: Path) -> None:
    codes = _dump(staging, "SELECT uscc FROM incoming", folder / "codes.csv")
    staging.fill("known_subjects", list(writer.known_names(codes)))


def _load_existing(staging: Staging, stamp: Stamp, folder: Path, file_digest: str) -> None:
    staging.con.execute(
        """CREATE TABLE existing (subject VARCHAR, natural_key VARCHAR, record_id VARCHAR,
           content_hash VARCHAR, hidden VARCHAR, unit VARCHAR, authority VARCHAR)"""
    )
    staging.con.execute("CREATE TABLE sent_before (natural_key VARCHAR, content_hash VARCHAR)")
    distinct = "SELECT DISTINCT subject, natural_key FROM keyed"
    keys = _dump(staging, distinct, folder / "keys.csv")
    staging.fill("existing", list(writer.existing(keys, staging.item.item)))
    # What a revoked batch left is there for nobody: it may be reported anew, by whomever.
    staging.con.execute(
        f"""UPDATE existing SET content_hash = NULL, hidden = '', unit = {text(stamp.unit)}
            WHERE hidden = {text(records.REVOKED)}"""
    )
    sent = Batch.objects.filter(file_digest=file_digest, revoked_at=None)
    batches = list(sent.values_list("id", flat=True))
    if batches:
        query = "SELECT subject, record_id FROM existing"
        keys = _dump(staging, query, folder / "sent.csv")
        staging.fill("sent_before", list(writer.sent_before(keys, batches)))


def _post_subjects(staging: Staging, stamp: Stamp, folder: Path) -> list[str]:
    """Register organisations that a posted record names, and their other names.

    Returns those that stood as organisations and are one person's by a name of this file.
    """
    posted = "SELECT DISTINCT subject FROM entries WHERE subject <> ''"
    fresh = staging.con.execute(
        f"""SELECT uscc, name, name_key FROM incoming WHERE uscc IN ({posted})
            AND uscc NOT IN (SELECT uscc FROM known_subjects)"""
    ).fetchall()
    staging.con.execute(
        """CREATE TABLE new_subjects (uscc VARCHAR, name VARCHAR, name_key VARCHAR, kind VARCHAR,
           form VARCHAR)"""
    )
    kinds = [(u, n, key, *(str(v) for v in _kind(u, n))) for u, n, key in fresh]
    staging.fill("new_subjects", kinds)
    at = stamp.received_at.isoformat()
    new = f"SELECT *, 'record', '{stamp.batch}', '{at}' FROM new_subjects"
    writer.register_subjects(_dump(staging, new, folder / "subjects.csv"))
    name, key = records.subject_name(staging), records.subject_key(staging)
    other = f"""SELECT DISTINCT ON (a.subject, key) a.subject, a.name, a.key,
        '{stamp.batch}', '{at}' FROM (
        SELECT row, k.subject, k.unconfirmed, {name} AS name, {key} AS key
        FROM keyed k JOIN canonical c USING (row) WHERE k.unconfirmed) a
        JOIN entries e USING (row)
        WHERE length(a.key) > {LONGEST_PERSON_NAME} ORDER BY a.row"""
    writer.keep_other_names(_dump(staging, other, folder / "names.csv"))
    owned = staging.con.execute(
        f"""SELECT DISTINCT subject FROM entries e JOIN canonical c USING (row, subject)
            WHERE {builtins.apply("one_person_name", name)}"""
    ).fetchall()
    return writer.mark_one_person([code for (code,) in owned])


def _kind(uscc: str, name: str) -> tuple[str, str]:
    found = classify(uscc, name)
    return found.kind.value, found.form.value
