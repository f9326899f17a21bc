"""The folder of an archive: unbroken stretches of WAL with base copies and marks (归档目录).

archive.json          which history of which cluster this is
files, files.jsonl    files of the platform's folder (cli.kept_files)
1/stretch.json        the slot that keeps WAL for the stretch
1/wal                 WAL, the last file still growing (``.partial``)
1/base-<UTC>/data     a base copy, beside base.json with what it needs
1/mark.json           up to where everything of the stretch is here
2/…                   begun when WAL had been lost behind 1
"""

import json
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gongxin.cluster.archiving import SLOTS
from gongxin.cluster.place import put, settle
from gongxin.core.errors import CreditError

MANIFEST, KIND = "archive.json", "gongxin archive 1"
MARK, STRETCH, BASE = "mark.json", "stretch.json", "base.json"
MAKING = "base.new"
PARTIAL = ".partial"
KEPT_BASES = 2


class BadArchive(CreditError):
    """A folder cannot be written as an archive, or does not bring back what was asked for."""

    code = "platform.bad_archive"


@dataclass(frozen=True, slots=True)
class Reached:
    """A mark up to which WAL, files and keys are in the archive.

    ``head`` and ``sealed`` are the last revision of the ledger and the sealed rows of the audit log
    that the platform had before it.
    """

    at: datetime
    xid: str
    position: int
    head: int
    sealed: int


@dataclass(frozen=True, slots=True)
class Base:
    """A base copy: good for moments from ``ended_at`` on, with WAL from the file ``first``."""

    folder: Path
    ended_at: datetime
    first: str
    end: int

    @property
    def data(self) -> Path:
        """The copy of the cluster."""
        return self.folder / "data"


@dataclass(frozen=True, slots=True)
class Stretch:
    """WAL without a gap."""

    folder: Path
    slot: str

    @property
    def wal(self) -> Path:
        """The files of WAL."""
        return self.folder / "wal"

    def begin(self) -> None:
        """Make its folder; its slot keeps WAL already, so that none is lost between the two."""
        self.wal.mkdir(parents=True)
        put(self.folder / STRETCH, {"slot": self.slot})

    @property
    def reached(self) -> Reached | None:
        """The last mark; None before the first."""
        try:
            found = json.loads((self.folder / MARK).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return Reached(**found | {"at": datetime.fromisoformat(found["at"])})

    def reach(self, reached: Reached) -> None:
        """Say that everything in front of a mark is here."""
        put(self.folder / MARK, asdict(reached) | {"at": reached.at.isoformat()})

    def bases(self) -> tuple[Base, ...]:
        """The base copies that are whole, oldest first."""
        return tuple(_base(path) for path in sorted(self.folder.glob(f"base-*/{BASE}")))

    def usable(self) -> tuple[Base, ...]:
        """The base copies of which all the WAL that they need is here."""
        reached = self.reached
        if reached is None:
            return ()
        return tuple(base for base in self.bases() if base.end <= reached.position)

    def keep(self, base: Base) -> None:
        """Make the copy that was just made one that counts."""
        making = self.folder / MAKING
        known = {"ended_at": base.ended_at.isoformat(), "first": base.first, "end": base.end}
        put(making / BASE, known)
        making.rename(base.folder)
        settle(self.folder)

    def files_from(self, first: str) -> list[tuple[str, Path]]:
        """The WAL from a file on, in order: names as the server has them, and paths.

        Raises:
            BadArchive: one is missing.
        """
        found: dict[str, Path] = {}
        for path in sorted(self.wal.glob("?" * 24 + "*")):
            found.setdefault(path.name.removesuffix(PARTIAL), path)
        listed = [(name, found[name]) for name in sorted(found) if name >= first]
        places = [int(name[8:16], 16) * 256 + int(name[16:], 16) for name, _ in listed]
        whole = len(listed) > 0 and listed[0][0] == first
        if not whole or places != list(range(places[0], places[0] + len(places))):
            message = f"files of WAL are missing in {self.wal}; nothing was restored"
            raise BadArchive(message)
        return listed


def stretches(folder: Path) -> list[Stretch]:
    """The stretches of an archive, oldest first."""
    found = [path for path in folder.glob(f"*/{STRETCH}") if path.parent.name.isdigit()]
    ordered = sorted(found, key=lambda path: int(path.parent.name))
    return [Stretch(path.parent, _read(path)["slot"]) for path in ordered]


def last_reached(folder: Path) -> Reached | None:
    """The last mark of an archive, of whichever stretch."""
    reached = [stretch.reached for stretch in stretches(folder)]
    return next((one for one in reversed(reached) if one is not None), None)


def next_stretch(folder: Path) -> Stretch:
    """Name the stretch after the last, and its slot as no other; nothing is made yet."""
    numbers = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
    number = max(numbers, default=0) + 1
    return Stretch(folder / str(number), f"{SLOTS}{secrets.token_hex(4)}")


def is_archive(folder: Path) -> bool:
    """Tell whether a folder is an archive."""
    return (folder / MANIFEST).is_file()


def make(folder: Path) -> None:
    """Make an empty folder an archive; one that is an archive stays as it is.

    Raises:
        BadArchive: it holds something else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_archive(folder):
        return
    if any(folder.iterdir()):
        message = f"{folder} is not empty and no archive; name another"
        raise BadArchive(message)
    folder.chmod(0o700)
    put(folder / MANIFEST, {"kind": KIND, "history": ""})


def look(folder: Path) -> None:
    """See that an archive is still there: a disk that is not mounted must not be written beside.

    Raises:
        BadArchive: it is not.
    """
    if not is_archive(folder):
        message = (
            f"the archive in {folder} is gone: is its disk mounted? To begin another, name another"
            " folder"
        )
        raise BadArchive(message)


def claim(folder: Path, history: str) -> None:
    """See that an archive is that of a history; a new one becomes it.

    Raises:
        BadArchive: it is gone, or that of another history.
    """
    look(folder)
    found = _read(folder / MANIFEST)
    if found == {"kind": KIND, "history": ""}:
        put(folder / MANIFEST, {"kind": KIND, "history": history})
    elif found != {"kind": KIND, "history": history}:
        message = (
            f"{folder} is the archive of another platform, or of this one before it was restored;"
            " name an empty folder"
        )
        raise BadArchive(message)


def prune(folder: Path) -> datetime | None:
    """Delete what is older than the last base copies; return since when moments are kept."""
    found = stretches(folder)
    usable = [(stretch, base) for stretch in found for base in stretch.usable()]
    if len(usable) < KEPT_BASES:
        return None
    kept = usable[-KEPT_BASES:]
    for stretch in found[: found.index(kept[0][0])]:
        shutil.rmtree(stretch.folder)
    stretch, oldest = kept[0]
    for base in stretch.bases():
        if base.ended_at < oldest.ended_at:
            (base.folder / BASE).unlink()  # half-deleted it must not count
            shutil.rmtree(base.folder)
    for path in stretch.wal.iterdir():
        if path.name < oldest.first:
            path.unlink()
    return oldest.ended_at


def _base(path: Path) -> Base:
    found = _read(path)
    ended_at = datetime.fromisoformat(found["ended_at"])
    return Base(path.parent, ended_at, found["first"], found["end"])


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read ({type(error).__name__}); nothing was changed"
        raise BadArchive(message) from error
    return found
