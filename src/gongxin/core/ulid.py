"""Record ids: ULIDs from the time of receipt and the content, with no chance in them (记录编号)."""

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LAST_MS = 2**48 - 1


def record_id(received_ms: int, seed: bytes) -> str:
    """Return the ULID of what was received at the instant with this content (记录编号).

    The same arguments give the same id; ids of later instants sort after earlier ones.

    >>> record_id(1469918176385, b"abc")
    '01ARYZ6S41Q9W1DFWF077YMGA1'

    Args:
        received_ms: milliseconds since 1970-01-01 UTC, 0 to ``LAST_MS``: the first 10 characters.
        seed: names the record within that millisecond; the first 80 bits of its SHA-256 are the
            other 16 characters.

    Raises:
        ValueError: ``received_ms`` does not fit 48 bits.
    """
    if not 0 <= received_ms <= LAST_MS:
        message = f"received_ms must be 0 to {LAST_MS}, not {received_ms}"
        raise ValueError(message)
    number = received_ms << 80 | int.from_bytes(hashlib.sha256(seed).digest()[:10], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
