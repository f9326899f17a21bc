"""Our tree against pymerkle, a program of others: the same roots, and each believes the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, InvalidProof, verify_consistency, verify_inclusion

from gongxin.core import merkle
from gongxin.core.merkle import Head

SHA256 = merkle.hasher()
DATA = st.lists(st.binary(max_size=8), min_size=1, max_size=80)


def theirs(data: list[bytes]) -> InmemoryTree:
    return InmemoryTree.init_from_entries(data, algorithm="sha256")


def ours(data: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(one, SHA256) for one in data]


def root(data: list[bytes]) -> bytes:
    return merkle.root_of(ours(data), SHA256)


@given(DATA)
def test_every_size_of_the_tree_has_the_same_root(data: list[bytes]) -> None:
    tree = theirs(data)

    for size in range(len(data) + 1):
        assert tree.get_root(size) == root(data[:size])


@given(DATA, st.data())
def test_the_path_of_a_leaf_is_the_same(data: list[bytes], draw) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    leaves, theirs_ = ours(data), theirs(data).prove_inclusion(index + 1, len(data))
    proof = merkle.inclusion_proof(leaves, index, SHA256)

    # Their path begins with the leaf itself.
    assert theirs_.path == [leaves[index], *proof]
    assert merkle.includes(
        Head(len(data), root(data)), index, leaves[index], theirs_.path[1:], SHA256
    )
    verify_inclusion(leaves[index], root(data), theirs_, index=index + 1, size=len(data))


@given(DATA, st.data())
def test_both_believe_that_a_tree_grew(data: list[bytes], draw) -> None:
    """The proofs have other forms, so each program judges the other's roots by its own proof."""
    size = draw.draw(st.integers(1, len(data)))
    tree = theirs(data)
    proof = merkle.consistency_proof(ours(data), size, SHA256)

    verify_consistency(root(data[:size]), root(data), tree.prove_consistency(size, len(data)))
    assert merkle.extends(
        Head(size, tree.get_root(size)), Head(len(data), tree.get_root()), proof, SHA256
    )


@given(DATA, st.data())
def test_neither_believes_in_a_former_tree_that_was_another(data: list[bytes], draw) -> None:
    size = draw.draw(st.integers(1, len(data)))
    forged = root([*data[: size - 1], data[size - 1] + b"!"])
    proof = merkle.consistency_proof(ours(data), size, SHA256)

    with pytest.raises(InvalidProof):
        verify_consistency(forged, root(data), theirs(data).prove_consistency(size, len(data)))
    assert not merkle.extends(Head(size, forged), Head(len(data), root(data)), proof, SHA256)
