"""The tree of RFC 6962 against the vectors of transparency-dev/merkle and a second program."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core import merkle
from gongxin.core.merkle import Frontier, Head

VECTORS = Path(__file__).parents[1] / "data/rfc6962"
INCLUSION = sorted((VECTORS / "inclusion").rglob("*.json"))
CONSISTENCY = sorted((VECTORS / "consistency").rglob("*.json"))
SHA256 = merkle.hasher()


def read(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof_of(vector: dict) -> list[bytes]:
    return [raw(step) for step in vector["proof"] or ()]


def name(path: Path) -> str:
    return str(path.relative_to(VECTORS))


def test_all_vectors_are_there() -> None:
    assert (len(INCLUSION), len(CONSISTENCY)) == (98, 98)


@pytest.mark.parametrize("path", INCLUSION, ids=name)
def test_inclusion_is_as_the_vector_says(path: Path) -> None:
    vector = read(path)
    head = Head(vector["treeSize"], raw(vector["root"]))
    leaf = raw(vector["leafHash"])
    found = merkle.includes(head, vector["leafIdx"], leaf, proof_of(vector), SHA256)
    assert found is not vector["wantErr"]


@pytest.mark.parametrize("path", CONSISTENCY, ids=name)
def test_consistency_is_as_the_vector_says(path: Path) -> None:
    vector = read(path)
    earlier = Head(vector["size1"], raw(vector["root1"]))
    later = Head(vector["size2"], raw(vector["root2"]))
    assert merkle.extends(earlier, later, proof_of(vector), SHA256) is not vector["wantErr"]


LEAVES = st.lists(st.binary(max_size=8), max_size=70)


def leaves_of(data: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(one, SHA256) for one in data]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, written from its text."""
    if len(leaves) < 2:
        return leaves[0] if leaves else SHA256(b"")
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return SHA256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:]))


@given(LEAVES)
def test_the_root_is_that_of_the_definition(data: list[bytes]) -> None:
    assert merkle.root_of(leaves_of(data), SHA256) == by_definition(leaves_of(data))


def test_the_root_of_an_empty_tree_is_the_hash_of_nothing() -> None:
    """RFC 6962 2.1: MTH({}) = SHA-256()."""
    assert merkle.root_of([], SHA256).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@given(LEAVES.filter(len), st.data())
def test_each_leaf_has_a_proof_that_no_other_leaf_passes(data: list[bytes], draw) -> None:
    leaves = leaves_of(data)
    head = Head(len(leaves), merkle.root_of(leaves, SHA256))
    other = merkle.leaf_hash(b"another leaf", SHA256)
    index = draw.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(leaves, index, SHA256)

    assert merkle.includes(head, index, leaves[index], proof, SHA256)
    assert not merkle.includes(head, index, other, proof, SHA256)


@given(LEAVES.filter(len), st.data())
def test_each_former_tree_is_shown_to_have_grown_only(data: list[bytes], draw) -> None:
    leaves = leaves_of(data)
    size = draw.draw(st.integers(1, len(leaves)))
    later = Head(len(leaves), merkle.root_of(leaves, SHA256))
    proof = merkle.consistency_proof(leaves, size, SHA256)
    earlier = Head(size, merkle.root_of(leaves[:size], SHA256))
    changed = [merkle.leaf_hash(b"another leaf", SHA256), *leaves[1:size]]

    assert merkle.extends(earlier, later, proof, SHA256)
    forged = Head(size, merkle.root_of(changed, SHA256))
    assert not merkle.extends(forged, later, proof, SHA256)


@given(LEAVES, st.integers(0, 70))
def test_a_tree_goes_on_from_its_right_edge(data: list[bytes], at: int) -> None:
    leaves = leaves_of(data)
    begun = Frontier(SHA256)
    for leaf in leaves[:at]:
        begun.append(leaf)
    resumed = Frontier(SHA256, begun.size, list(begun.nodes))
    for leaf in leaves[at:]:
        resumed.append(leaf)
    assert resumed.root() == merkle.root_of(leaves, SHA256)
    assert len(resumed.nodes) == len(leaves).bit_count()


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(leaves_of([b"a", b"b", b"c"]), index, SHA256)


@pytest.mark.parametrize("size", [0, 4])
def test_a_size_that_never_was_has_no_proof(size: int) -> None:
    with pytest.raises(IndexError):
        merkle.consistency_proof(leaves_of([b"a", b"b", b"c"]), size, SHA256)


def test_with_sm3_it_is_another_tree() -> None:
    sm3 = merkle.hasher("sm3")
    leaves = [merkle.leaf_hash(one, sm3) for one in (b"a", b"b", b"c")]
    proof = merkle.inclusion_proof(leaves, 1, sm3)
    head = Head(3, merkle.root_of(leaves, sm3))
    assert merkle.includes(head, 1, leaves[1], proof, sm3)
    assert not merkle.includes(head, 1, leaves[1], proof, SHA256)
