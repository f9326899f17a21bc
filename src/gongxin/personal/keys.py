"""Keys of the personal store: outside the database, readable by the operator's user alone.

Each month in which records end has a key of its own: once all of them have ended it is destroyed,
and with it what copies of the database hold of them (ADR 0022).
"""

import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gongxin.core.errors import CreditError

KEY_BYTES = 32
FILE = "personal"
MONTHS = "personal.months"
DESTROYED = ".destroyed"  # among the months' keys: it only grows


class KeyDestroyed(CreditError):
    """The key of a sealed row is destroyed: nobody reads the row again."""

    code = "personal.key_destroyed"


@dataclass(frozen=True, slots=True)
class Keys:
    """``sealing`` encrypts, ``blind`` hashes what must be recognised without being read.

    ``months`` is the folder of the months' keys; rows that were sealed before there were any, and
    whoever has none, use ``sealing``.
    """

    id: str
    sealing: bytes
    blind: bytes
    months: Path | None = None

    def of_end(self, end: date) -> tuple[str, bytes]:
        """Return name and key for what ends on a day; a month's key is made when first needed."""
        if self.months is None:
            return self.id, self.sealing
        month = f"{end:%Y-%m}"
        _make_month(self.months / month)
        return f"{FILE}-{month}", self.named(f"{FILE}-{month}")

    def named(self, name: str) -> bytes:
        """Return the key of a name.

        Raises:
            KeyDestroyed: it was destroyed, or is not among these keys.
        """
        if name == self.id or self.months is None:
            return self.sealing
        try:
            return bytes.fromhex((self.months / name.removeprefix(f"{FILE}-")).read_text("ascii"))
        except FileNotFoundError as error:
            message = f"the key {name} is destroyed: what it sealed is gone"
            raise KeyDestroyed(message) from error


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
    months = home / "keys" / MONTHS
    return Keys(f"{FILE}-1", bytes.fromhex(sealing), bytes.fromhex(blind), months)


def ended_months(folder: Path, today: date) -> tuple[str, ...]:
    """Return the months before today's of which a folder has keys, oldest first."""
    found = (path.name for path in folder.glob("[0-9]*-[0-9]*"))
    return tuple(sorted(month for month in found if month < f"{today:%Y-%m}"))


def destroy(folder: Path, month: str) -> None:
    """Delete a month's key from a folder; the deletion is on disk when this returns.

    Remembered first: a copy of the key that nobody named goes when the list reaches it.
    """
    remember(folder, [month], DESTROYED)
    (folder / month).unlink(missing_ok=True)
    _settle(folder)


def destroy_again(folder: Path) -> None:
    """Delete from a copy of the months' keys those that its list names as destroyed."""
    try:
        named = set((folder / DESTROYED).read_text("ascii").split())
    except FileNotFoundError:
        return
    for month in (path for path in folder.glob("[0-9]*-[0-9]*") if path.name in named):
        month.unlink()
    _settle(folder)


def remember(folder: Path, lines: Collection[str], name: str) -> None:
    """Add lines to a list among the months' keys; they are on disk when this returns."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = os.open(folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(opened, "a", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())


def _make_month(path: Path) -> None:
    """Make a key whole or not at all; of two who make it at once the first wins."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    half = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    half.touch(mode=0o600)
    half.write_text(secrets.token_hex(KEY_BYTES), "ascii")
    half.chmod(0o400)
    try:
        os.link(half, path)
    except FileExistsError:
        pass
    finally:
        half.unlink()
    _settle(path.parent)


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
