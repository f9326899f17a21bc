"""From canonical rows to ledger entries inside DuckDB: attach, classify, key, compare (成账).

``attached`` adds subject name and flags; ``keyed`` adds class, publicity, natural key and
content hash; ``outcomes`` compares with what the ledger holds; ``entries`` is what is posted.
"""

from dataclasses import dataclass
from datetime import datetime

from gongxin.core import ulid
from gongxin.core.catalog import DataType, Item
from gongxin.core.dates import CHINA
from gongxin.engines.publicity import publicity_sql
from gongxin.engines.texts import fold, quoted, text
from gongxin.intake.staging import Staging
from gongxin.intake.standing import flags
from gongxin.ledger.columns import NAMES

ENDED_BEFORE = "ended_before"
OTHER_UNIT = "other_unit"
WITHDRAWN = "withdrawn"  # a unit took back the record; no file brings it back
REVOKED = "batch_revoked"  # the file was taken back; it may be handed in anew
ALGORITHM = "sha256"  # DuckDB's; every stored hash names it
UNIT = "chr(31)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every entry of a batch carries."""

    batch: str
    unit: str
    received_at: datetime

    @property
    def received_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return int(self.received_at.timestamp() * 1000)


def subjects(staging: Staging) -> None:
    """Make ``incoming``: each code once with the name of its first row."""
    name = quoted(staging.item.roles.subject_name)
    staging.con.execute(
        f"""CREATE TABLE incoming AS SELECT subject AS uscc, arg_min({name}, row) AS name,
            {fold("arg_min(" + name + ", row)")} AS name_key
            FROM canonical WHERE subject <> '' GROUP BY subject"""
    )
    staging.con.execute("CREATE TABLE known_subjects (uscc VARCHAR, name_key VARCHAR)")


def build(staging: Staging, stamp: Stamp) -> None:
    """Make ``keyed`` from ``canonical``, ``incoming`` and ``known_subjects``."""
    item, con = staging.item, staging.con
    rule = staging.release.publicity.get(item.item)
    today = stamp.received_at.astimezone(CHINA).date()
    sql = publicity_sql(item, rule, as_of=today)
    name = fold(quoted(item.roles.subject_name))
    incomplete = str(staging.recognised.mapping.incomplete).upper()
    con.execute(
        f"""CREATE VIEW attached AS SELECT c.*, DATE '{today}' AS received_on,
            {incomplete} AS incomplete, {flags(name, "coalesce(k.name_key, i.name_key)")},
            {sql.adverse} AS adverse, {sql.failing_class} AS failing_class
            FROM canonical c LEFT JOIN incoming i ON i.uscc = c.subject
            LEFT JOIN known_subjects k ON k.uscc = c.subject"""
    )
    reads = dict.fromkeys([*item.key, item.roles.subject_name, item.roles.document_no])
    names = ", ".join(quoted(name) for name in reads if name)
    con.execute(
        f"""CREATE TABLE keyed AS SELECT * EXCLUDE ({names}), {_natural_key(item)} AS natural_key
            FROM (SELECT row, subject, decided_on, adverse, failing_class, unconfirmed,
            incomplete, {_authority(item)} AS authority, {sql.hidden} AS hidden,
            {sql.public_until} AS public_until, {sql.repairable_from} AS repairable_from,
            {sql.clause} AS clause, {_payload(item)} AS payload,
            {_hash(_content(item))} AS content_hash, {names}
            FROM attached)"""
    )


def _authority(item: Item) -> str:
    code = item.roles.authority_code
    return quoted(code) if code else "''"


def _hash(expression: str) -> str:
    return f"'{ALGORITHM}:' || sha256({expression})"


def _kept(item: Item) -> list[str]:
    return [f.identify for f in item.fields if f.identify not in item.split.fields]


def _payload(item: Item) -> str:
    """A JSON object of the fields that are not blank, in the catalog's order."""
    pairs = ", ".join(
        f"CASE WHEN {quoted(name)} <> ''"
        f""" THEN '"{name}":' || to_json({quoted(name)})::VARCHAR END"""
        for name in _kept(item)
    )
    return f"'{{' || concat_ws(',', {pairs}) || '}}'"


def _content(item: Item) -> str:
    parts = (_compared(item, name) for name in _kept(item))
    return f"concat_ws({UNIT}, {', '.join(parts)})"


def _compared(item: Item, name: str) -> str:
    return fold(quoted(name)) if name == item.roles.document_no else quoted(name)


def _natural_key(item: Item) -> str:
    """One act: the item's key fields; without a document number also day and content."""
    texts = {field.identify for field in item.fields if field.data_type is DataType.TEXT}
    parts = [text(item.item)]
    parts += [fold(quoted(name)) if name in texts else quoted(name) for name in item.key]
    nobody = fold(f"{quoted(item.roles.subject_name)}")
    parts.append(f"CASE WHEN subject = '' THEN {nobody} ELSE '' END")
    number = item.roles.document_no
    loose = "concat(decided_on, content_hash)"
    if number:
        loose = f"CASE WHEN {quoted(number)} = '' THEN {loose} ELSE '' END"
        parts.append(loose)
    return _hash(f"concat_ws({UNIT}, {', '.join(parts)})")


def compare(staging: Staging, stamp: Stamp) -> None:
    """Make ``outcomes`` and ``entries``.

    Reads ``existing`` (current records) and ``sent_before`` (natural_key, content_hash: entries
    made from this very file before). ``refused`` says why a row may not correct what is there:
    an authority has ended the record, or it is the record of others (legal.md L2). Whose it is
    says the record that is there, never the row that would change it.
    """
    con, item = staging.con, staging.item
    stamp_text = ulid.record_id(stamp.received_ms, b"")[:10]
    con.execute(
        f"""CREATE TABLE outcomes AS SELECT k.row, e.record_id AS known_id,
            coalesce(lag(k.content_hash) OVER act, e.content_hash) AS before,
            k.repeated, CASE WHEN k.repeated OR k.content_hash = e.content_hash THEN NULL
                WHEN NOT {_final(staging, "k.hidden")} AND ({_final(staging, "e.hidden")}
                    OR coalesce(bool_or({_final(staging, "k.hidden")}) OVER earlier, FALSE))
                    THEN '{ENDED_BEFORE}'
                WHEN {text(stamp.unit)} NOT IN (e.unit, e.authority)
                    THEN '{OTHER_UNIT}' END AS refused
            FROM (SELECT *, natural_key || content_hash IN
                (SELECT natural_key || content_hash FROM sent_before) AS repeated FROM keyed) k
            LEFT JOIN existing e
            ON e.subject = k.subject AND e.natural_key = k.natural_key
            WINDOW act AS (PARTITION BY k.subject, k.natural_key ORDER BY k.row),
                earlier AS (act ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"""
    )
    con.execute(
        f"""CREATE TABLE entries AS SELECT row, subject,
            coalesce(known_id, '{stamp_text}' || {_base32("sha256(natural_key)")}) AS record_id,
            CASE WHEN before IS NULL THEN 'assert' ELSE 'correct' END AS kind,
            authority, natural_key, payload, decided_on, failing_class, adverse, hidden,
            decided_on AS public_from, public_until, repairable_from, clause, incomplete,
            content_hash
            FROM keyed JOIN outcomes USING (row)
            WHERE NOT repeated AND refused IS NULL AND before IS DISTINCT FROM content_hash"""
    )
    con.execute(
        """CREATE TABLE places AS SELECT row, row_number() OVER (ORDER BY row) - 1 AS place,
            row = max(row) OVER (PARTITION BY subject, natural_key) AS latest FROM entries"""
    )
    constant = {
        "item": item.item,
        "edition": item.edition,
        "unit": stamp.unit,
        "record_class": item.record_class.value,
        "batch": stamp.batch,
        "received_at": stamp.received_at.isoformat(),
        "release": staging.release.hash,
    }
    selected = ", ".join(
        f"{text(constant[name])} AS {quoted(name)}" if name in constant else quoted(name)
        for name in NAMES
    )
    con.execute(
        f"""CREATE MACRO posting(first) AS TABLE SELECT {selected} FROM (SELECT e.*,
            first + place AS revision FROM entries e JOIN places USING (row))"""
    )
    con.execute(
        """CREATE MACRO latest(first) AS TABLE SELECT * FROM posting(first)
            WHERE row IN (SELECT row FROM places WHERE latest)"""
    )


def _final(staging: Staging, hidden: str) -> str:
    """Whether a record is hidden because an authority ended it or its unit withdrew it."""
    rule = staging.release.publicity.get(staging.item.item)
    reasons = [never.reason for never in rule.never if never.final] if rule else []
    listed = ", ".join(text(reason) for reason in (*reasons, WITHDRAWN))
    return f"coalesce({hidden} IN ({listed}), FALSE)"


def _base32(digest: str) -> str:
    """Write the first 80 bits of a hexadecimal digest as 16 characters, as in ``core.ulid``."""
    groups = (f"('0x' || substr({digest}, {start}, 5))::INTEGER" for start in (1, 6, 11, 16))
    characters = (
        f"substr('{ulid.ALPHABET}', (({group} >> {shift}) & 31) + 1, 1)"
        for group in groups
        for shift in (15, 10, 5, 0)
    )
    return " || ".join(characters)


def subject_name(staging: Staging) -> str:
    """The subject's name in a row."""
    return quoted(staging.item.roles.subject_name)


def subject_key(staging: Staging) -> str:
    """The subject's folded name in a row."""
    return fold(subject_name(staging))
