"""A snapshot for counters that may lose the line: one matter, one unit, one day, signed (离线快照).

legal.md L6: valid until the day in China ends, 24 hours at most, then everything is ``unknown``.
It holds what is adverse and public of organisations in the matter with the measures of its field;
incentives and favourable facts, and every number of a check, are had by asking the platform.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from gongxin.audit import actions, protection
from gongxin.audit.signing import Signer
from gongxin.check.answer import (
    AttachedMeasure,
    Fact,
    Known,
    Question,
    fact_of,
    lists_of,
    matter_of,
    measures_of,
)
from gongxin.check.counter import KIND, signed_text
from gongxin.check.documents import content_of
from gongxin.check.ranges import SIGNS, hashed_as
from gongxin.check.reading import read_range
from gongxin.core import privacy
from gongxin.core.audit import Deed
from gongxin.core.clauses import Matter
from gongxin.core.dates import CHINA
from gongxin.law import Release
from gongxin.ledger.queries import head


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """What a snapshot is, its first line; ``expires_at`` is the end of its day in China."""

    kind: str
    unit: str
    matter: str
    purpose: str
    as_of: date
    made_at: str
    expires_at: str
    coverage: str
    head: int
    release: str


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """An organisation with the facts, entries and measures that concern the matter."""

    uscc: str
    name: str
    facts: tuple[Fact, ...]
    list_entries: tuple[Fact, ...]
    measures: tuple[AttachedMeasure, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: how many organisations, until when it is good, and the digest of all."""

    entries: int
    expires_at: str
    digest: str


def make(out: Path, question: Question, *, release: Release, by: Signer) -> Made:
    """Write a snapshot and record that it was made; there is no file without its record.

    ``question`` names unit, matter, purpose and case; its code is not read.

    Raises:
        CheckRefused: an unknown matter or purpose.
        NotProtected: the audit log could not be sealed for too long: exports wait.
    """
    matter = matter_of(question, release)
    protection.ensure(now=question.asked_at)
    part = out.with_name(f".{out.name}.part")
    try:
        with transaction.atomic():
            made = _write(part, question, matter, release, by)
            actions.record(_deed(question, matter, made))
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return made


def _write(out: Path, question: Question, matter: Matter, release: Release, by: Signer) -> Made:
    hashed, count = hashlib.sha256(), 0
    first = _head(question, matter, release)
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        lines = (content_of(entry) for entry in _entries(question, matter, release))
        for number, line in enumerate((content_of(first), *lines)):
            raw = f"{line}\n".encode()
            hashed.update(raw)
            file.write(raw)
            count = number
        digest = f"sha256:{hashed.hexdigest()}"
        last = {"digest": digest, "signature": by.sign(signed_text(digest))}
        file.write(f"{json.dumps(last, ensure_ascii=False)}\n".encode())
    return Made(count, first.expires_at, digest)


def _head(question: Question, matter: Matter, release: Release) -> SnapshotHead:
    midnight = datetime.combine(question.as_of + timedelta(days=1), time.min, CHINA)
    return SnapshotHead(
        kind=KIND,
        unit=question.unit,
        matter=matter.matter,
        purpose=question.purpose,
        as_of=question.as_of,
        made_at=question.asked_at.isoformat(),
        expires_at=midnight.isoformat(),
        coverage="partial",
        head=head(),
        release=release.hash,
    )


def _entries(question: Question, matter: Matter, release: Release) -> Iterator[SnapshotEntry]:
    """Read a sixteenth at a time: a province has more than memory should hold."""
    items = [item for item in matter.shows if item in release.items]
    lists = lists_of(release)
    for sign in SIGNS:
        found = read_range(hashed_as(sign), items, day=question.as_of, release=release)
        for known in found.known:
            yield _entry(known, matter, question.as_of, release, lists)


def _entry(
    known: Known, matter: Matter, day: date, release: Release, lists: frozenset[str]
) -> SnapshotEntry:
    return SnapshotEntry(
        uscc=known.uscc,
        name=known.name,
        facts=tuple(fact_of(r, release) for r in known.records if r.item not in lists),
        list_entries=tuple(fact_of(r, release) for r in known.records if r.item in lists),
        measures=tuple(measures_of(known.records, matter, day, release)),
    )


def _deed(question: Question, matter: Matter, made: Made) -> Deed:
    return Deed(
        at=question.asked_at,
        actor=question.asker,
        action="check.snapshot",
        object=made.digest,
        on_behalf=question.unit,
        purpose=question.purpose,
        matter=matter.matter,
        case_no=privacy.mask(question.case_no),
        details={
            "as_of": question.as_of.isoformat(),
            "entries": str(made.entries),
            "expires_at": made.expires_at,
        },
    )
