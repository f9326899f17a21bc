"""What a file says of natural persons: sealed if the item allows it, else counted and dropped."""

from pathlib import Path

from gongxin.core.dates import CHINA, add_months
from gongxin.core.documents import normalise_document_number
from gongxin.engines.texts import quoted
from gongxin.intake.models import Batch
from gongxin.intake.records import Stamp
from gongxin.intake.staging import Staging
from gongxin.law import Release
from gongxin.personal import keys, moving, sealing
from gongxin.personal.models import Sealed
from gongxin.personal.sealing import PARTICULARS, ROW, Content, Envelope


def prepare(home: Path, release: Release) -> None:
    """Make the keys that sealing needs, once for a platform, and take over older rows.

    Raises:
        NotMoved: rows of an older version could not all be moved; they stay where they are.
    """
    keys.make(home)
    secret = keys.read(home)

    def number(row: Sealed) -> str:
        item = release.items.get(row.item)
        known = row.purpose == ROW and item is not None
        return sealing.opened(row, secret).get(item.roles.person_id, "") if known and item else ""

    moving.take_over(number, secret)


def settle() -> None:
    """Decide on rows that a batch left which ended between the two databases (ADR 0019).

    Those of a batch that was revoked are deleted. Called under the lock of posting, or when nothing
    posts: no batch that is under way waits.
    """
    batches = sealing.waiting()
    if len(batches) == 0:
        return
    stand = Batch.objects.filter(id__in=batches, revoked_at=None)
    there = set(stand.values_list("id", flat=True))
    sealing.confirm(there)
    sealing.discard(batches - there)


def seal_rows(staging: Staging, stamp: Stamp, home: Path) -> None:
    """Seal rows about natural persons, and particulars of people in organisations' rows.

    Only an item with a retention clause keeps either (legal.md L4); nothing of them is returned,
    logged or shown. They are committed here, before the batch is, and stand only after it.
    """
    item = staging.item
    if item.persons is None:
        return
    sealed_on = stamp.received_at.astimezone(CHINA).date()
    retain_until = add_months(sealed_on, item.persons.retention_months)

    def envelope(purpose: str) -> Envelope:
        return Envelope(item.item, stamp.batch, purpose, stamp.received_at, retain_until)

    secret = keys.read(home)
    settle()
    sealing.seal(_rows(staging), envelope(ROW), secret)
    if item.split.keep and item.split.fields:
        sealing.seal(_particulars(staging), envelope(PARTICULARS), secret)


def _rows(staging: Staging) -> list[Content]:
    roles = staging.item.roles
    names = [field.identify for field in staging.item.fields]
    columns = ", ".join(quoted(name) for name in names)
    found = staging.con.execute(f"SELECT {columns} FROM persons ORDER BY row").fetchall()
    contents = []
    for values in found:
        fields = {name: value for name, value in zip(names, values, strict=True) if value}
        number = normalise_document_number(fields.get(roles.document_no, ""))
        who = fields.get(roles.person_id, "") or fields.get(roles.subject_name, "")
        what = number or fields.get(roles.decided_on, "")
        contents.append(
            Content(
                (fields.get(roles.authority_code, ""), what, who),
                fields,
                number=fields.get(roles.person_id, ""),
            )
        )
    return contents


def _particulars(staging: Staging) -> list[Content]:
    names = staging.item.split.fields
    columns = ", ".join(f"m.{quoted(name)}" for name in names)
    some = " OR ".join(f"m.{quoted(name)} <> ''" for name in names)
    found = staging.con.execute(
        f"""SELECT e.record_id, {columns} FROM entries e JOIN mapped m USING (row)
            WHERE {some} ORDER BY row"""
    ).fetchall()
    return [
        Content(
            (record_id, *values),
            {name: value for name, value in zip(names, values, strict=True) if value},
            record_id,
        )
        for record_id, *values in found
    ]
