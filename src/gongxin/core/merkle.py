"""The Merkle tree of RFC 6962, section 2.1: a log that shows that nothing in it was changed.

A leaf is ``H(0x00 ‖ data)``, an inner node ``H(0x01 ‖ left ‖ right)``. ``H`` is sha256 or sm3
(legal.md L10); hashes are raw bytes here, and whoever stores one names its algorithm.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Hash = Callable[[bytes], bytes]


def hasher(algorithm: str = "sha256") -> Hash:
    """Return the hash function of an algorithm that ``core.digest`` knows."""
    made = getattr(hashlib, algorithm, None)  # found by name for each call, it takes twice as long
    if made is None:
        return lambda data: hashlib.new(algorithm, data).digest()
    return lambda data: made(data).digest()


def leaf_hash(data: bytes, hash_: Hash) -> bytes:
    """Return the hash of a leaf."""
    return hash_(b"\x00" + data)


def node_hash(left: bytes, right: bytes, hash_: Hash) -> bytes:
    """Return the hash of an inner node."""
    return hash_(b"\x01" + left + right)


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, the largest first.

    ``size`` is the number of leaves; a tree is resumed from its size and nodes.
    """

    hash_: Hash
    size: int = 0
    nodes: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        self.nodes.append(leaf)
        full = self.size
        while full & 1:
            right = self.nodes.pop()
            self.nodes.append(node_hash(self.nodes.pop(), right, self.hash_))
            full >>= 1
        self.size += 1

    def root(self) -> bytes:
        """Return the root; of an empty tree it is the hash of nothing."""
        if not self.nodes:
            return self.hash_(b"")
        root = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            root = node_hash(left, root, self.hash_)
        return root


def root_of(leaves: Iterable[bytes], hash_: Hash) -> bytes:
    """Return the root of a tree of leaf hashes."""
    frontier = Frontier(hash_)
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int, hash_: Hash) -> tuple[bytes, ...]:
    """Return the audit path of a leaf, from the leaf's sibling up (RFC 6962 2.1.1).

    Raises:
        IndexError: the tree has no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[bytes] = []
    first, last = 0, len(leaves)
    while last - first > 1:
        middle = first + _left_size(last - first)
        if index < middle:
            path.append(root_of(leaves[middle:last], hash_))
            last = middle
        else:
            path.append(root_of(leaves[first:middle], hash_))
            first = middle
    return tuple(reversed(path))


def consistency_proof(leaves: Sequence[bytes], earlier: int, hash_: Hash) -> tuple[bytes, ...]:
    """Return the proof that the tree's first ``earlier`` leaves are a former tree (2.1.2).

    Raises:
        IndexError: the tree never had this size.
    """
    if not 0 < earlier <= len(leaves):
        raise IndexError(earlier)
    path: list[bytes] = []
    first, last, whole = 0, len(leaves), True
    while earlier != last:
        middle = first + _left_size(last - first)
        if earlier <= middle:
            path.append(root_of(leaves[middle:last], hash_))
            last = middle
        else:
            path.append(root_of(leaves[first:middle], hash_))
            first, whole = middle, False
    if not whole:
        path.append(root_of(leaves[first:last], hash_))
    return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class Head:
    """A tree's size and root."""

    size: int
    root: bytes


def includes(head: Head, index: int, leaf: bytes, proof: Sequence[bytes], hash_: Hash) -> bool:
    """Tell whether an inclusion proof leads from the leaf to the head; never raises."""
    if not 0 <= index < head.size or len(leaf) != len(hash_(b"")):
        return False
    sides = tuple(_from_left(index, head.size - 1))
    if len(sides) != len(proof):
        return False
    node = leaf
    for from_left, sibling in zip(sides, proof, strict=True):
        pair = (sibling, node) if from_left else (node, sibling)
        node = node_hash(*pair, hash_)
    return node == head.root


def extends(earlier: Head, later: Head, proof: Sequence[bytes], hash_: Hash) -> bool:
    """Tell whether a consistency proof shows that the later tree only grew; never raises."""
    if not 0 < earlier.size <= later.size:
        return False
    if earlier.size == later.size:
        return earlier.root == later.root and len(proof) == 0
    place, last = earlier.size - 1, later.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    # A former tree of a power of two is a node of the later one, and its root begins the path.
    path = list(proof) if place else [earlier.root, *proof]
    sides = tuple(_from_left(place, last))
    if len(path) != len(sides) + 1:
        return False
    old = new = path[0]
    for from_left, sibling in zip(sides, path[1:], strict=True):
        if from_left:
            old, new = node_hash(sibling, old, hash_), node_hash(sibling, new, hash_)
        else:
            new = node_hash(new, sibling, hash_)
    return old == earlier.root and new == later.root


def _from_left(place: int, last: int) -> Iterator[bool]:
    """Yield for each step up from a node whether its sibling stands on the left.

    ``last`` is the last node of the level; one that stands alone there goes up unchanged.
    """
    while last:
        from_left = bool(place & 1) or place == last
        while from_left and place and not place & 1:
            place, last = place >> 1, last >> 1
        yield from_left
        place, last = place >> 1, last >> 1


def _left_size(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
