"""The only writers of the audit log: record a deed in its transaction, seal what is recorded."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from gongxin.audit.models import Leaf, SignedHead, Witnessed
from gongxin.audit.signing import Signer
from gongxin.audit.witness import Witness
from gongxin.cluster.together import Statement
from gongxin.core import audit, merkle
from gongxin.core.audit import Checkpoint, Deed
from gongxin.core.errors import CreditError
from gongxin.core.merkle import Frontier, Head

SEALING_LOCK = 7_203_002
SALT = 16
BATCH = 50_000
ALGORITHM = "sha256"
NAMED = ("at", "actor", "action", "object", "purpose")

_INSERT = """WITH added AS (
    INSERT INTO audit_row (at, actor, action, object, purpose, content, salt)
    VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id, at)
    INSERT INTO audit_pending (row_id, at) SELECT id, at FROM added"""
_COPY = "COPY audit_row (id, at, actor, action, object, purpose, content, salt) FROM STDIN"
_NUMBERS = "SELECT nextval(pg_get_serial_sequence('audit_row', 'id')) FROM generate_series(1, %s)"


class NotInItsTransaction(CreditError):
    """A deed was to be recorded outside the transaction that does it."""

    code = "audit.not_in_its_transaction"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sealing added: the leaves from ``first`` on, and the note of the new head."""

    first: int
    leaves: tuple[bytes, ...]
    note: str


def record(deed: Deed, *, salt: bytes | None = None) -> str:
    """Add the deed to the log inside the caller's transaction; return its receipt.

    The receipt is the leaf with its algorithm: who holds it can ask for the proof.

    Raises:
        NotInItsTransaction: no transaction is open: deed and record would not stand or fall
            together.
    """
    (receipt,) = _recorded([(deed, salt or os.urandom(SALT))])
    return receipt


def record_all(deeds: Iterable[Deed]) -> tuple[str, ...]:
    """Add deeds of one transaction at once, as ``record`` does one; return their receipts.

    Raises:
        NotInItsTransaction: no transaction is open.
    """
    return _recorded([(deed, os.urandom(SALT)) for deed in deeds])


def recording(deed: Deed) -> Statement:
    """Return what adds a deed to the log, to be sent in one message with what does it.

    A message is one transaction where none is open (``cluster.together``).
    """
    return Statement(_INSERT, _row(deed, os.urandom(SALT)))


def _recorded(salted: Sequence[tuple[Deed, bytes]]) -> tuple[str, ...]:
    _demand_transaction()
    rows = [_row(deed, salt) for deed, salt in salted]
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(_INSERT, rows[0])
        elif rows:
            _copy(cursor, rows)
    hash_ = merkle.hasher(ALGORITHM)
    leaves = (audit.leaf(salt, content, hash_) for *_, content, salt in rows)
    return tuple(f"{ALGORITHM}:{leaf.hex()}" for leaf in leaves)


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        message = "a deed is recorded in the transaction that does it"
        raise NotInItsTransaction(message)


def _row(deed: Deed, salt: bytes) -> tuple[Any, ...]:
    return (*(getattr(deed, name) for name in NAMED), audit.content(deed), salt)


def _copy(cursor: CursorWrapper, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add many rows; their numbers are taken first, so that those that wait are known."""
    cursor.execute(_NUMBERS, [len(rows)])
    numbers = [number for (number,) in cursor.fetchall()]
    with cursor.copy(_COPY) as copy:
        for number, row in zip(numbers, rows, strict=True):
            copy.write_row((number, *row))
    with cursor.copy("COPY audit_pending (row_id, at) FROM STDIN") as copy:
        for number, (at, *_) in zip(numbers, rows, strict=True):
            copy.write_row((number, at))


def seal(*, at: datetime, signer: Signer) -> Sealed | None:
    """Give the recorded rows their places in the tree and sign its head.

    Each row that is committed and has no place yet gets one, so a late commit comes later and
    slips behind nothing. None if there is nothing to seal or another process is sealing.
    """
    with transaction.atomic():
        if not _locked():
            return None
        rows = _take()
        if not rows:
            return None
        hash_ = merkle.hasher(ALGORITHM)
        frontier = _frontier()
        first = frontier.size
        leaves = tuple(audit.leaf(bytes(salt), bytes(content), hash_) for _, content, salt in rows)
        for leaf in leaves:
            frontier.append(leaf)
        head = Head(frontier.size, frontier.root())
        note = signer.note(Checkpoint(signer.name, ALGORITHM, head, at))
        numbers = (number for number, _, _ in rows)
        _place(
            (first + n, number, leaf)
            for n, (number, leaf) in enumerate(zip(numbers, leaves, strict=True))
        )
        SignedHead.objects.create(
            size=head.size,
            at=at,
            algorithm=ALGORITHM,
            nodes=b"".join(frontier.nodes),
            note=note,
        )
    return Sealed(first, leaves, note)


def seal_all(*, now: Callable[[], datetime], signer: Signer) -> Iterator[Sealed]:
    """Seal batch after batch until nothing waits."""
    while sealed := seal(at=now(), signer=signer):
        yield sealed


def tell(witness: Witness, *, at: datetime) -> int:
    """Hand a witness the heads that it has not seen; return how many it took.

    Raises:
        WitnessRefuses: the log is not the one that the witness saw grow.
        BadCheckpoint: the witness holds what our key did not sign.
        OSError: the witness is away.
    """
    seen = witness.head()
    known = seen.head.size if seen else 0
    heads = list(SignedHead.objects.filter(size__gt=known).order_by("size"))
    for head in heads:
        places = Leaf.objects.filter(index__gte=known, index__lt=head.size).order_by("index")
        witness.take(
            head.note, tuple(bytes(leaf) for leaf in places.values_list("hash", flat=True))
        )
        Witnessed.objects.create(size=head.size, witness=witness.name, at=at)
        known = head.size
    return len(heads)


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALING_LOCK])
        return bool(cursor.fetchone()[0])


def _take() -> list[tuple[int, bytes, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH taken AS (DELETE FROM audit_pending WHERE row_id IN (
                   SELECT row_id FROM audit_pending ORDER BY row_id LIMIT %s) RETURNING row_id)
               SELECT r.id, r.content, r.salt FROM taken JOIN audit_row r ON r.id = taken.row_id
               ORDER BY r.id""",
            [BATCH],
        )
        return list(cursor.fetchall())


def _frontier() -> Frontier:
    hash_ = merkle.hasher(ALGORITHM)
    last = SignedHead.objects.order_by("-size").first()
    if last is None:
        return Frontier(hash_)
    nodes, width = bytes(last.nodes), len(hash_(b""))
    return Frontier(hash_, last.size, [nodes[n : n + width] for n in range(0, len(nodes), width)])


def _place(leaves: Iterable[tuple[int, int, bytes]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY audit_leaf (index, row_id, hash) FROM STDIN") as copy,
    ):
        for leaf in leaves:
            copy.write_row(leaf)
