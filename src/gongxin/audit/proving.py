"""Proofs of deeds, for whoever has only the log's public key (证明); see ``audit.verifying``."""

import base64
from dataclasses import dataclass

from gongxin.audit.models import Leaf, Row, SignedHead
from gongxin.audit.signing import Verifier
from gongxin.core import merkle
from gongxin.core.errors import CreditError


class NoProof(CreditError):
    """There is nothing to prove: no such row, not sealed yet, or erased."""

    code = "audit.no_proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """A deed with the path from its leaf to a signed head; binary values are base64."""

    content: str
    salt: str
    index: int
    path: tuple[str, ...]
    note: str
    key: str


def prove(row_id: int, verifier: Verifier) -> Proof:
    """Make the proof of a row under the newest head.

    Raises:
        NoProof: no such row, not sealed yet, or erased.
    """
    place = Leaf.objects.filter(row_id=row_id).first()
    row = Row.objects.filter(id=row_id).first()
    head = SignedHead.objects.order_by("-size").first()
    if place is None or head is None or row is None or row.content is None or row.salt is None:
        message = f"row {row_id}: no such row, not sealed yet, or erased; seal and ask again"
        raise NoProof(message, row=row_id)
    hashes = Leaf.objects.filter(index__lt=head.size).order_by("index").values_list("hash")
    leaves = [bytes(leaf) for (leaf,) in hashes.iterator(chunk_size=50_000)]
    path = merkle.inclusion_proof(leaves, place.index, merkle.hasher(head.algorithm))
    return Proof(
        content=_text(bytes(row.content)),
        salt=_text(bytes(row.salt)),
        index=place.index,
        path=tuple(_text(step) for step in path),
        note=head.note,
        key=verifier.text(),
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
