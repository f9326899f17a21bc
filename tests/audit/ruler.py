"""Somebody who rules the database: no trigger holds him, and he may make everything anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from gongxin.audit.models import Leaf, Row, SignedHead
from gongxin.audit.signing import Signer
from gongxin.core import audit, merkle
from gongxin.core.audit import Checkpoint
from gongxin.core.merkle import Head
from tests.audit.conftest import Log

TABLES = ("audit_row", "audit_leaf", "audit_head")


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def unbound() -> Iterator[None]:
    """Nothing is refused while this lasts."""
    execute(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES))
    yield
    execute(*(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in TABLES))


def as_ruler(*statements: str) -> None:
    with unbound():
        execute(*statements)


def reseal(log: Log, *, signer: Signer | None = None) -> None:
    """Make leaves and heads fit the rows as they are now, with the log's key or another."""
    as_ruler(*resealing(log, signer or log.signer))


def resealing(log: Log, signer: Signer) -> Iterator[str]:
    hash_, rows, leaves = merkle.hasher(), {r.id: r for r in Row.objects.all()}, []
    for place in Leaf.objects.order_by("index"):
        row = rows[place.row_id]
        leaves.append(audit.leaf(bytes(row.salt), bytes(row.content), hash_))
        yield f"UPDATE audit_leaf SET hash = '\\x{leaves[-1].hex()}' WHERE index = {place.index}"
    frontier = merkle.Frontier(hash_)
    for head in SignedHead.objects.order_by("size"):
        for leaf in leaves[frontier.size : head.size]:
            frontier.append(leaf)
        made = Head(head.size, frontier.root())
        note = signer.note(Checkpoint(signer.name, "sha256", made, head.at))
        nodes = b"".join(frontier.nodes).hex()
        yield (
            f"UPDATE audit_head SET note = '{note}', nodes = '\\x{nodes}' WHERE size = {head.size}"
        )
