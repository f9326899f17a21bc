"""Codes that check and belong to nobody: organisations' codes and impossible identity numbers.

Organisation codes lie in the segment MY of GB 11714, in which none is known to have been issued.
Identity numbers have the area 99, which is no place, and a birth day in 2077.
"""

from gongxin.core.uscc import (
    ALPHABET,
    ORGANISATION_ALPHABET,
    ORGANISATION_WEIGHTS,
    RESIDENT_WEIGHTS,
    check_character,
)

SEGMENT = "MY"
SERIAL_LENGTH = 6
SERIALS = len(ALPHABET) ** SERIAL_LENGTH
# Coprime to SERIALS, so that serial -> place in the segment is one to one.
STEP = 271_828_183
SEED_STEP = 1_000_003

PERSON_AREA = "990000"
PERSON_YEAR = "2077"


def organisation_code(serial: int, *, seed: int) -> str:
    """Return the nine-character organisation code of a serial number, one to one (组织机构代码)."""
    place = (serial * STEP + seed * SEED_STEP) % SERIALS
    characters = []
    for _ in range(SERIAL_LENGTH):
        place, digit = divmod(place, len(ALPHABET))
        characters.append(ALPHABET[digit])
    first8 = SEGMENT + "".join(characters)
    weights = zip(first8, ORGANISATION_WEIGHTS, strict=True)
    total = sum(ORGANISATION_ALPHABET.index(c) * w for c, w in weights)
    return first8 + "0123456789X"[-total % 11]


def credit_code(pair: str, region: str, serial: int, *, seed: int) -> str:
    """Return the unified social credit code of a serial number (统一社会信用代码).

    Args:
        pair: authority and category, such as ``91``.
        region: six digits.
        serial: below ``SERIALS``; different serials give different codes.
        seed: the world's seed.
    """
    first17 = pair + region + organisation_code(serial, seed=seed)
    return first17 + check_character(first17)


def identity_number(serial: int) -> str:
    """Return a number with the form of a person's that can be nobody's (居民身份证号码).

    >>> identity_number(0)
    '990000207701010007'
    """
    month, day = serial // 28 % 12 + 1, serial % 28 + 1
    first17 = f"{PERSON_AREA}{PERSON_YEAR}{month:02}{day:02}{serial // 336 % 1000:03}"
    total = sum(int(c) * w for c, w in zip(first17, RESIDENT_WEIGHTS, strict=True))
    return first17 + "10X98765432"[total % 11]
