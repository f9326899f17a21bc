"""Checking the log: everything made again from the rows and held against what was signed (校核).

Each fault names the row. What a witness holds stands above what the database says.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from gongxin.audit.models import Pending, SignedHead
from gongxin.audit.queries import taken
from gongxin.audit.signing import Verifier
from gongxin.audit.witness import Witness
from gongxin.core import audit, merkle
from gongxin.core.audit import ERASED, BadCheckpoint
from gongxin.core.merkle import Frontier

SEALED_WITHIN = timedelta(seconds=60)
CHUNK = 20_000
NAMED = ("at", "actor", "action", "object", "purpose")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it was sealed; ``row`` is None where no row can be named."""

    row: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and every fault."""

    rows: int
    heads: int
    witnesses: int
    unsealed: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the tree with the row that stands there, as the database has them."""

    index: int
    row: int
    leaf: bytes
    there: bool
    at: str
    actor: str
    action: str
    object: str
    purpose: str
    content: bytes | None
    salt: bytes | None


ROW, LEAF = 1, 2


def check(verifier: Verifier, witnesses: Sequence[Witness], *, now: datetime) -> Report:
    """Check rows, leaves, heads and signatures against each other and against the witnesses."""
    with _one_instant():
        return _checked(verifier, witnesses, now)


@contextmanager
def _one_instant() -> Iterator[None]:
    """Let all that is read be of one instant: the log grows while it is checked."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _checked(verifier: Verifier, witnesses: Sequence[Witness], now: datetime) -> Report:
    heads = list(SignedHead.objects.order_by("size"))
    faults: list[Fault] = []
    leaves: list[bytes] = []
    rows: list[int] = []
    erased, hash_ = _erased(), merkle.hasher()
    for place in _places():
        if not _is_good(place, len(leaves), hash_):
            faults += _place_faults(Place(*place), len(leaves), erased, hash_)
        leaves.append(place[LEAF])
        rows.append(place[ROW])
    faults += _head_faults(heads, leaves, verifier)
    for witness in witnesses:
        faults += _witness_faults(witness, leaves, rows)
        faults += _instant_faults(witness, heads)
    faults += _unsealed(now)
    faults += (Fault(row, "the row was never given a place and waits for none") for row in _lost())
    return Report(len(leaves), len(heads), len(witnesses), Pending.objects.count(), tuple(faults))


def _places() -> Iterator[tuple[Any, ...]]:
    """Give the places one after the other, in the order of ``Place``; a chunk is in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            """SELECT l.index, l.row_id, l.hash, r.id IS NOT NULL,
                      to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
                      r.actor, r.action, r.object, r.purpose, r.content, r.salt
               FROM audit_leaf l LEFT JOIN audit_row r ON r.id = l.row_id ORDER BY l.index"""
        )
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _is_good(place: tuple[Any, ...], wanted: int, hash_: merkle.Hash) -> bool:
    """Tell whether a place is as it was sealed; what is wrong with another says the long way."""
    index, _, leaf, _, *columns, content, salt = place
    return (
        index == wanted
        and content is not None
        and salt is not None
        and audit.leaf(salt, content, hash_) == leaf
        and tuple(columns) == _named(content)
    )


def _place_faults(
    place: Place, wanted: int, erased: frozenset[str], hash_: merkle.Hash
) -> Iterator[Fault]:
    if place.index != wanted:
        yield Fault(place.row, f"the row stands at place {place.index}, {wanted} comes next")
    if not place.there:
        yield Fault(place.row, "the row is gone")
    elif place.content is None or place.salt is None:
        if str(place.row) not in erased:
            yield Fault(place.row, "the row was erased, and no row says by whom")
    else:
        if audit.leaf(place.salt, place.content, hash_) != place.leaf:
            yield Fault(place.row, "the row is not what was sealed")
        columns = (place.at, place.actor, place.action, place.object, place.purpose)
        if columns != _named(place.content):
            yield Fault(place.row, "the columns do not say what the content says")


def _named(content: bytes) -> tuple[str, ...]:
    try:
        plain = json.loads(content)
    except ValueError:
        return ()
    return tuple(str(plain.get(name)) for name in NAMED)


def _head_faults(
    heads: Iterable[SignedHead], leaves: Sequence[bytes], verifier: Verifier
) -> Iterator[Fault]:
    frontier = Frontier(merkle.hasher())
    for head in heads:
        try:
            checkpoint = verifier.opened(head.note)
        except BadCheckpoint as error:
            yield Fault(None, f"the head of {head.size} leaves: {error.message}")
            continue
        signed = checkpoint.head
        if checkpoint.at != head.at:
            yield Fault(None, f"the head of {head.size} leaves was signed at another instant")
        if signed.size != head.size or signed.size > len(leaves):
            yield Fault(None, f"the head of {signed.size} leaves: {len(leaves)} leaves are there")
            continue
        for leaf in leaves[frontier.size : signed.size]:
            frontier.append(leaf)
        if frontier.root() != signed.root or b"".join(frontier.nodes) != bytes(head.nodes):
            yield Fault(None, f"the head of {signed.size} leaves is not that of the leaves")
    if frontier.size < len(leaves):
        yield Fault(None, f"{len(leaves) - frontier.size} leaves stand after the last head")


def _witness_faults(
    witness: Witness, leaves: Sequence[bytes], rows: Sequence[int]
) -> Iterator[Fault]:
    try:
        seen = witness.seen()
    except BadCheckpoint as error:
        yield Fault(None, f"{witness.name}: {error.message}")
        return
    except OSError as error:
        yield Fault(None, f"{witness.name} is away, or holds nothing of this log: {error.strerror}")
        return
    if seen.size < (before := taken(witness.name)):
        yield Fault(None, f"{witness.name} took {before} leaves and holds {seen.size}")
    for index, (ours, theirs) in enumerate(zip(leaves, seen.leaves, strict=False)):
        if ours != theirs:
            yield Fault(rows[index], f"{witness.name} saw another leaf at place {index}")
    for index in range(len(leaves), seen.size):
        yield Fault(None, f"{witness.name} saw a leaf at place {index}, and it is gone")


def _instant_faults(witness: Witness, heads: Iterable[SignedHead]) -> Iterator[Fault]:
    """Hold the instants of our heads against those that the witness was told."""
    try:
        told = {one.head.size: one.at for one in witness.seen().heads}
    except (BadCheckpoint, OSError):
        return  # said already
    for head in heads:
        if told.get(head.size, head.at) != head.at:
            what = f"{witness.name} saw the head of {head.size} leaves at another instant"
            yield Fault(None, what)


def _unsealed(now: datetime) -> Iterator[Fault]:
    for pending in Pending.objects.filter(at__lt=now - SEALED_WITHIN).order_by("row_id"):
        yield Fault(pending.row_id, f"the row of {pending.at.isoformat()} is not sealed yet")


def _lost() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM audit_row r WHERE NOT EXISTS
                   (SELECT 1 FROM audit_leaf l WHERE l.row_id = r.id)
                 AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.row_id = r.id)
               ORDER BY id"""
        )
        return [row for (row,) in cursor.fetchall()]


def _erased() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT object FROM audit_row WHERE action = %s", [ERASED])
        return frozenset(name for (name,) in cursor.fetchall())
