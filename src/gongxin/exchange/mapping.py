"""Our records under the other platform's names, and theirs under ours (字段对照)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongxin.core import privacy
from gongxin.core.adapter import Acknowledgement, MappedItem, Sends, told_in
from gongxin.derive.archive import public_fields
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class Shown:
    """A record that is public on the day, as the ledger has it."""

    subject: str
    record: str
    item: str
    until: date | None
    payload: dict[str, str]


def told_of(shown: Shown, sends: Sends, release: Release) -> dict[str, str]:
    """Return a record as the platform is told of it: mapped fields that anybody may see.

    The pack's lint refused every other field; what the catalog has closed since is left out too.
    """
    mapped = mapped_item(sends, shown.item)
    item = release.items[shown.item]
    public = {one.identify: _masked(one.value) for one in public_fields(item, shown.payload)}
    row = {
        sends.record: shown.record,
        sends.kind: mapped.theirs,
        sends.change: sends.public,
        sends.until: shown.until.isoformat() if shown.until else "",
    }
    return row | told_in(mapped.fields, public)


def removal_of(record: str, sends: Sends) -> dict[str, str]:
    """Return what is told of a record that ended: its number and that it is to be removed."""
    return {sends.record: record, sends.change: sends.removed}


def mapped_item(sends: Sends, item: str) -> MappedItem:
    """Return how an item is mapped."""
    return next(one for one in sends.items if one.item == item)


def read_answer(body: bytes) -> dict[str, object] | None:
    """Return an answer's object, None for what is none (a page of HTML, half an object)."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def is_good(told: Mapping[str, object], wanted: Acknowledgement, number: str) -> bool:
    """Tell whether an answer says that the message of this number was taken."""
    good = str(told.get(wanted.field, "")) == wanted.good
    return good and (wanted.echo == "" or told.get(wanted.echo) == number)


def _masked(value: str) -> str:
    return privacy.mask(value) if privacy.holds_person_number(value) else value
