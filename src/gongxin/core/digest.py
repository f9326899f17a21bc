"""Digests that name their algorithm: ``sha256:<hex>`` or ``sm3:<hex>`` (杂凑值)."""

import hashlib
import hmac
import re

ALGORITHMS = ("sha256", "sm3")
_DIGEST = re.compile(r"(sha256|sm3):[0-9a-f]{64}")


def digest(data: bytes, *, algorithm: str = "sha256") -> str:
    """Return the digest of the bytes, led by the name of its algorithm (带算法名的杂凑值).

    >>> digest(b"abc", algorithm="sm3")
    'sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'

    Raises:
        ValueError: the algorithm is not one of ``ALGORITHMS``.
    """
    if algorithm not in ALGORITHMS:
        message = f"unknown digest algorithm {algorithm!r}: use one of {', '.join(ALGORITHMS)}"
        raise ValueError(message)
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def algorithm_of(text: str) -> str:
    """Return the algorithm that a digest names (算法名).

    >>> algorithm_of("sm3:" + 64 * "0")
    'sm3'

    Raises:
        ValueError: the text is not a digest as ``digest`` writes it.
    """
    found = _DIGEST.fullmatch(text)
    if found is None:
        message = f"not a digest such as sha256:<64 hex digits>: {text[:80]!r}"
        raise ValueError(message)
    return found[1]


def matches(text: str, data: bytes) -> bool:
    """Tell whether the digest is that of the bytes, by the algorithm that it names (验证杂凑值).

    Raises:
        ValueError: the text is not a digest as ``digest`` writes it.
    """
    return hmac.compare_digest(text, digest(data, algorithm=algorithm_of(text)))
