"""Digests of bodies that are too large to be held (RFC 9530): taken while they are read (摘要)."""

import hashlib
import hmac
import re
from base64 import b64decode
from typing import Protocol

from django.http import HttpRequest

# Each member of the field; parameters mean nothing to us and are not taken.
_MEMBER = re.compile(r"(sha-256|sha-512)=:([A-Za-z0-9+/]+={0,2}):", re.ASCII)
_BLOCK = 1 << 16


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


class Digested:
    """A stream that is hashed as it is read."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream
        self._hashes = {"sha-256": hashlib.sha256(), "sha-512": hashlib.sha512()}

    def read(self, size: int = -1, /) -> bytes:
        """Return the next piece."""
        return self._hashed(self._stream.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line."""
        return self._hashed(self._stream.readline(size))

    def agrees(self, field: str) -> bool:
        """Tell whether each member of a Content-Digest is of all that came; reads what is left."""
        while self.read(_BLOCK):
            continue
        members = [_MEMBER.fullmatch(part.strip(" \t")) for part in field.split(",")]
        return all(
            member is not None
            and hmac.compare_digest(_decoded(member[2]), self._hashes[member[1]].digest())
            for member in members
        )

    def _hashed(self, piece: bytes) -> bytes:
        for found in self._hashes.values():
            found.update(piece)
        return piece


def watch(request: HttpRequest) -> None:
    """Have the body of a signed request hashed while it is read; call it before anything reads."""
    if "Content-Digest" in request.headers:
        request._stream = Digested(request._stream)  # type: ignore[assignment]


def watched(request: HttpRequest) -> Digested | None:
    """Return what was read of a request that is watched."""
    stream: object = request._stream
    return stream if isinstance(stream, Digested) else None


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""
