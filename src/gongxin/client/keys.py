"""Keys: the client's own, and the platform's by which answers are held years later (密钥).

The only module of this package that needs cryptography.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gongxin.client.faults import ClientFault

ED25519 = b"\x01"  # C2SP signed-note: the type of the signature
ID_BYTES = 4


def signing_key(file: Path, password: bytes | None = None) -> Callable[[bytes], bytes]:
    """Return what signs with the private key of a PEM file.

    Raises:
        ClientFault: it is no Ed25519 key.
    """
    key = load_pem_private_key(file.read_bytes(), password)
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{file} holds no Ed25519 key"
        raise ClientFault(message)
    return key.sign


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """The public key by which the platform signs answers."""

    name: str
    key_id: bytes
    key: Ed25519PublicKey

    @classmethod
    def read(cls, text: str) -> "AnswerKey":
        """Read a key as ``name+id+base64`` (C2SP).

        Raises:
            ClientFault: it is none.
        """
        message = "not a key as name+id+base64"
        try:
            name, shown, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            key = Ed25519PublicKey.from_public_bytes(raw[1:])
        except (ValueError, binascii.Error) as error:
            raise ClientFault(message) from error
        key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:ID_BYTES]
        if raw[:1] != ED25519 or key_id.hex() != shown:
            raise ClientFault(message)
        return cls(name, key_id, key)

    def signed(self, answer: Mapping[str, object]) -> bool:
        """Tell whether the answer's ``signature`` is by this key and over all the rest."""
        rest = {name: value for name, value in answer.items() if name != "signature"}
        content = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        mark, _, line = str(answer.get("signature", "")).partition(" ")
        name, _, encoded = line.partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
            self.key.verify(raw[ID_BYTES:], f"{content}\n".encode())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return (mark, name, raw[:ID_BYTES]) == ("—", self.name, self.key_id)
