"""Witnesses outside: they keep what was signed, so that the log cannot be made again (外部见证).

A witness keeps the notes and the leaves, never a deed. Here a witness is a folder that another
machine or another office owns (a mount, an archive); others have the same two methods.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gongxin.audit.signing import Verifier
from gongxin.core import merkle
from gongxin.core.audit import Checkpoint
from gongxin.core.errors import CreditError

NOTES, LEAVES, KEY = "notes", "leaves", "key"
END = b"\0"  # of a note that was taken whole


class WitnessRefuses(CreditError):
    """A witness saw that the log is not the one it has seen grow."""

    code = "audit.witness_refuses"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness holds: each signed head in its order, and all leaves up to the last."""

    heads: tuple[Checkpoint, ...]
    leaves: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Leaves seen."""
        return len(self.leaves)


class Witness(Protocol):
    """Who takes notes, and shows what was taken."""

    @property
    def name(self) -> str:
        """The name it has in reports."""

    def take(self, note: str, leaves: tuple[bytes, ...]) -> None:
        """Take a note with the leaves that came since the last one.

        Raises:
            WitnessRefuses: the note does not continue what was seen; nothing was taken.
        """

    def seen(self) -> Seen:
        """Return what was taken."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A witness that is a folder: ``key`` of the first note's log, ``notes``, ``leaves``."""

    name: str
    path: Path

    def take(self, note: str, leaves: tuple[bytes, ...]) -> None:
        """Take a note, after it was shown to continue the leaves that are here."""
        checkpoint = self._verifier().opened(note)
        before = self.seen()
        hash_ = merkle.hasher(checkpoint.algorithm)
        together = (*before.leaves, *leaves)
        whole = len(together) == checkpoint.head.size
        if not whole or merkle.root_of(together, hash_) != checkpoint.head.root:
            message = (
                f"{self.name}: the note of {checkpoint.head.size} leaves does not continue the"
                f" {before.size} that were seen; compare the log with gongxin audit fsck"
            )
            raise WitnessRefuses(message, witness=self.name)
        # What was killed half-way stands after the last whole note: it goes before more comes.
        self._add(LEAVES, len(b"".join(before.leaves)), b"".join(leaves))
        self._add(NOTES, self._read(NOTES).rfind(END) + 1, note.encode() + END)

    def seen(self) -> Seen:
        """Read the notes and leaves."""
        notes = self._read(NOTES).split(END)[:-1]
        heads = tuple(self._verifier().opened(note.decode("utf-8")) for note in notes)
        if not heads:
            return Seen((), ())
        width = len(heads[-1].head.root)
        raw = self._read(LEAVES)[: heads[-1].head.size * width]
        return Seen(heads, tuple(raw[n : n + width] for n in range(0, len(raw), width)))

    def _add(self, name: str, whole: int, added: bytes) -> None:
        """Add to a file behind its first ``whole`` bytes."""
        with (self.path / name).open("ab") as kept:
            kept.truncate(whole)
            kept.write(added)

    def _read(self, name: str) -> bytes:
        path = self.path / name
        return path.read_bytes() if path.exists() else b""

    def _verifier(self) -> Verifier:
        return Verifier.read((self.path / KEY).read_text("utf-8"))


def found(name: str, path: Path, verifier: Verifier) -> Folder:
    """Make a folder a witness of a log; its key stays there whatever the log says later."""
    path.mkdir(parents=True, exist_ok=True)
    if not (path / KEY).exists():
        (path / KEY).write_text(verifier.text() + "\n", encoding="utf-8")
    return Folder(name, path)
