import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.digest import ALGORITHMS, algorithm_of, digest, matches

# FIPS 180-4 example and GB/T 32905-2016 annex A.1, both for "abc".
OF_ABC = {
    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "sm3": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
}
algorithms = pytest.mark.parametrize("algorithm", ALGORITHMS)


@algorithms
def test_digest_names_its_algorithm(algorithm: str) -> None:
    assert digest(b"abc", algorithm=algorithm) == f"{algorithm}:{OF_ABC[algorithm]}"


def test_sha256_is_used_unless_another_is_named() -> None:
    assert digest(b"abc") == "sha256:" + OF_ABC["sha256"]


@algorithms
def test_algorithm_is_read_back(algorithm: str) -> None:
    assert algorithm_of(f"{algorithm}:{OF_ABC[algorithm]}") == algorithm


@algorithms
@given(data=st.binary(), other=st.binary())
def test_digest_matches_only_its_own_bytes(algorithm: str, data: bytes, other: bytes) -> None:
    text = digest(data, algorithm=algorithm)
    assert matches(text, data)
    assert matches(text, other) is (data == other)


def test_same_hex_under_another_algorithm_does_not_match() -> None:
    assert not matches("sm3:" + OF_ABC["sha256"], b"abc")


def test_unknown_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown digest algorithm 'md5'"):
        digest(b"abc", algorithm="md5")


@pytest.mark.parametrize(
    "text",
    ["", OF_ABC["sha256"], "md5:" + 64 * "0", "sha256:" + 63 * "0", "sm3:" + 64 * "A", "sm3:"],
)
def test_what_is_not_a_digest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        matches(text, b"abc")
