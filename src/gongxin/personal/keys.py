"""Keys of the personal store: outside the database, readable by the operator's user alone."""

import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32
FILE = "personal"


@dataclass(frozen=True, slots=True)
class Keys:
    """``sealing`` encrypts, ``blind`` hashes what must be recognised without being read."""

    id: str
    sealing: bytes
    blind: bytes


def make(home: Path) -> None:
    """Make the platform's personal keys if it has none yet."""
    path = home / "keys" / FILE
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(f"{secrets.token_hex(KEY_BYTES)}\n{secrets.token_hex(KEY_BYTES)}\n", "ascii")
    path.chmod(0o400)


def read(home: Path) -> Keys:
    """Read the platform's personal keys.

    Raises:
        FileNotFoundError: the platform was not made by ``gongxin init``.
    """
    sealing, blind = (home / "keys" / FILE).read_text("ascii").split()
    return Keys(id=f"{FILE}-1", sealing=bytes.fromhex(sealing), blind=bytes.fromhex(blind))
