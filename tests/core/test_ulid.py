import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.core.ulid import ALPHABET, LAST_MS, record_id

instants = st.integers(0, LAST_MS)


def test_time_then_the_first_80_bits_of_the_seeds_sha256() -> None:
    # Time: the example of the ULID specification (1469918176385 is 01ARYZ6S41). Seed: SHA-256 of
    # "abc" begins ba7816bf8f 01cfea4141 (FIPS 180-4); cut into groups of 5 bits by hand.
    assert record_id(1469918176385, b"abc") == "01ARYZ6S41" + "Q9W1DFWF" + "077YMGA1"


def test_first_and_last_instant_fit() -> None:
    assert record_id(0, b"")[:10] == "0000000000"
    assert record_id(LAST_MS, b"")[:10] == "7ZZZZZZZZZ"


@pytest.mark.parametrize("received_ms", [-1, LAST_MS + 1])
def test_instant_beyond_48_bits_is_refused(received_ms: int) -> None:
    with pytest.raises(ValueError, match="received_ms"):
        record_id(received_ms, b"abc")


@given(received_ms=instants, seed=st.binary())
def test_every_id_has_the_form_of_one(received_ms: int, seed: bytes) -> None:
    assert re.fullmatch(f"[0-7][{ALPHABET}]{{25}}", record_id(received_ms, seed))


@given(first=instants, second=instants, seeds=st.tuples(st.binary(), st.binary()))
def test_ids_sort_by_instant(first: int, second: int, seeds: tuple[bytes, bytes]) -> None:
    earlier, later = record_id(first, seeds[0])[:10], record_id(second, seeds[1])[:10]
    assert (earlier < later) is (first < second)


def test_letters_that_are_read_wrong_are_left_out_of_the_alphabet() -> None:
    assert set(ALPHABET) & set("ILOU") == set()
