"""Keys that sign, outside the database, so that who rules there has them not (签名密钥).

Notes have the form of C2SP signed-note with Ed25519; the key is named after the log.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gongxin.core.audit import BadCheckpoint, Checkpoint, from_base64, read_checkpoint

FILE = "audit"
ED25519 = b"\x01"  # C2SP signed-note: the type of the signature
ID_BYTES = 4
MARK = "—"  # before a signature


@dataclass(frozen=True)  # no slots: what is worked out once is kept
class Verifier:
    """The public key of a log; ``name`` is the log's origin."""

    name: str
    key: bytes

    @cached_property
    def key_id(self) -> bytes:
        """The first bytes of SHA-256 over name, newline, type and key, as C2SP has it."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:ID_BYTES]

    def text(self) -> str:
        """Return the key as C2SP writes it: ``name+id+base64``."""
        key = base64.b64encode(ED25519 + self.key).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """Read a key as ``text`` writes it.

        Raises:
            BadCheckpoint: it is none.
        """
        name, _, rest = text.strip().partition("+")
        found = cls(name, from_base64(rest.partition("+")[2])[1:])
        if name == "" or found.text() != text.strip():
            message = "not a key as name+id+base64"
            raise BadCheckpoint(message)
        return found

    def opened(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that this key signed.

        Raises:
            BadCheckpoint: it is no note, or this key did not sign it.
        """
        text, _, line = note.partition("\n\n")
        if not self.signed(f"{text}\n", line.removesuffix("\n")):
            message = f"no note that {self.name} signed"
            raise BadCheckpoint(message)
        return read_checkpoint(f"{text}\n")

    def signed(self, text: str, line: str) -> bool:
        """Tell whether the line is this key's signature of the text, which ends with a newline."""
        mark, _, rest = line.partition(" ")
        name, _, signature = rest.partition(" ")
        raw = from_base64(signature)
        if (mark, name, raw[:ID_BYTES]) != (MARK, self.name, self.key_id):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(raw[ID_BYTES:], text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)  # no slots: what is worked out once is kept
class Signer:
    """The private key of a log."""

    name: str
    key: Ed25519PrivateKey

    @cached_property
    def verifier(self) -> Verifier:
        """The public key."""
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    def note(self, checkpoint: Checkpoint) -> str:
        """Sign a checkpoint and return the note."""
        text = checkpoint.text()
        return f"{text}\n{self.sign(text)}\n"

    def sign(self, text: str) -> str:
        """Return the line that signs a text, which ends with a newline."""
        signed = self.verifier.key_id + self.key.sign(text.encode())
        return f"{MARK} {self.name} {base64.b64encode(signed).decode('ascii')}"


def make(home: Path, name: str, file: str = FILE) -> None:
    """Make a key of the platform if it has none yet, and the public key beside it.

    That of the log if no other file is named.
    """
    path = home / "keys" / file
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    key = Ed25519PrivateKey.generate()
    path.write_text(f"{name}\n{key.private_bytes_raw().hex()}\n", "utf-8")
    path.chmod(0o400)
    path.with_suffix(".pub").write_text(Signer(name, key).verifier.text() + "\n", "utf-8")


def read(home: Path, file: str = FILE) -> Signer:
    """Read a key of the platform, that of its log if no other file is named.

    Raises:
        FileNotFoundError: the platform was not made by ``gongxin init``.
    """
    name, raw = (home / "keys" / file).read_text("utf-8").split()
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(raw)))
