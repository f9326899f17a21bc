"""Other numbers of organisations, from the rows that were posted (其他代码).

Only what a row says that could be shown today: of a valid code whose name agrees, not hidden
(legal.md L5). A row that has another number and no code is attached to nobody by it. A number
is kept like a former name: it stays when the record that gave it has ended.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from gongxin.core.dates import CHINA
from gongxin.core.identifiers import CodeKind, code_of
from gongxin.engines.texts import quoted, text
from gongxin.intake.records import Stamp
from gongxin.intake.staging import Staging

CHUNK = 10_000


def write(staging: Staging, stamp: Stamp, path: Path) -> Path:
    """Write the numbers as a CSV file: subject, kind, code, batch, seen_at."""
    at = stamp.received_at.isoformat()
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerows((*found, stamp.batch, at) for found in _numbers(staging, stamp))
    return path


def _numbers(staging: Staging, stamp: Stamp) -> Iterator[tuple[str, str, str]]:
    """Yield subject, kind and code; each different writing in the file is read once."""
    named = staging.item.other_codes
    if len(named) == 0:
        return
    today = stamp.received_at.astimezone(CHINA).date()
    kinds = ", ".join(text(kind.value) for kind, _ in named)
    fields = ", ".join(quoted(field) for _, field in named)
    given = staging.con.execute(
        f"""SELECT DISTINCT subject, kind, given FROM (
            SELECT subject, unnest([{kinds}]) AS kind, unnest([{fields}]) AS given
            FROM entries e JOIN keyed k USING (row, subject) JOIN canonical c USING (row, subject)
            WHERE subject <> '' AND e.hidden = '' AND NOT k.unconfirmed
            AND (e.public_until IS NULL OR e.public_until >= DATE '{today}')
            AND concat({fields}) <> '') WHERE given <> ''"""
    )
    while rows := given.fetchmany(CHUNK):
        for subject, kind, written in rows:
            code = code_of(CodeKind(kind), written)
            # An organisation code stands in its owner's code: any other is somebody else's.
            if code != "" and (kind != CodeKind.ORGANISATION or code == subject[8:17]):
                yield subject, kind, code
