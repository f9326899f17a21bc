"""A token that was changed anywhere opens nothing (P2)."""

import random
import string

import pytest

from gongxin.personal import consent
from gongxin.personal.keys import Keys

OWN = Keys("one", b"k" * 32, b"b" * 32)
OTHER = Keys("two", b"k" * 32, b"c" * 32)
ALPHABET = string.ascii_letters + string.digits + "-_=+/ .\n盘"


def mutated(token: str, draw: random.Random) -> str:
    """The token with one to three characters changed, added, left out or moved."""
    signs = list(token)
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(signs))
        way = draw.randrange(4)
        if way == 0:
            signs[place] = draw.choice(ALPHABET)
        elif way == 1:
            signs.insert(place, draw.choice(ALPHABET))
        elif way == 2:
            del signs[place]
        else:
            signs.append(signs.pop(place))
    return "".join(signs)


def accepted(count: int, seed: int) -> list[str]:
    draw, token = random.Random(seed), consent.make_token(OWN)
    tried = {mutated(token, draw) for _ in range(count)} - {token}
    assert len(tried) > count * 0.7
    return [one for one in tried if consent.signed_by_us(one, OWN)]


def test_a_token_is_ours_with_our_key_alone():
    token = consent.make_token(OWN)

    assert consent.signed_by_us(token, OWN)
    assert not consent.signed_by_us(token, OTHER)
    assert consent.make_token(OWN) != token


@pytest.mark.parametrize("text", ["", "A", "=", "盘", "A" * 86, "\0" * 86])
def test_what_is_no_token_is_refused(text):
    assert not consent.signed_by_us(text, OWN)


def test_of_a_thousand_mutations_none_is_accepted():
    assert accepted(1_000, 1) == []


def test_of_ten_thousand_mutations_none_is_accepted():
    """In the process, without HTTP and database: the signature alone refuses."""
    assert accepted(10_000, 2) == []
