"""Witnesses outside: they keep what was signed, so that the log cannot be made again (外部见证).

A witness keeps the notes and the leaves, never a deed. Here a witness is a folder that another
machine or another office owns (a mount, an archive); others have the same two methods.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings

from gongxin.audit.signing import Verifier
from gongxin.core import merkle
from gongxin.core.audit import Checkpoint
from gongxin.core.errors import CreditError
from gongxin.core.merkle import Frontier, Hash

NOTES, LEAVES, KEY, EDGE, CLOCK = "notes", "leaves", "key", "edge", "clock"
END = b"\0"  # of a note that was taken whole
TAIL = 65_536  # bytes that hold the last note whole


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

    def begin(self, verifier: Verifier) -> None:
        """Become a witness of the log with this key, unless it is one already.

        Raises:
            OSError: the witness is away.
        """

    def head(self) -> Checkpoint | None:
        """Return the last note taken, None if there is none.

        Raises:
            OSError: the witness is away.
        """

    def clock(self) -> datetime:
        """Return the witness' own time, in UTC.

        Raises:
            OSError: the witness is away.
        """

    def take(self, note: str, leaves: tuple[bytes, ...]) -> None:
        """Take a note with the leaves that came since the last one.

        Raises:
            WitnessRefuses: the note does not continue what was seen; nothing was taken.
            OSError: the witness is away; what it took half counts as nothing.
        """

    def seen(self) -> Seen:
        """Return what was taken."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A witness that is a folder: ``key`` of the first note's log, ``notes``, ``leaves``.

    ``edge`` saves making the whole tree again for each note; the last note's root vouches for it.
    ``clock`` is a file whose time says what time it is there.
    """

    name: str
    path: Path

    def begin(self, verifier: Verifier) -> None:
        """Keep the log's key; it stays there whatever the log says later."""
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / KEY).exists():
            (self.path / KEY).write_text(verifier.text() + "\n", encoding="utf-8")

    def head(self) -> Checkpoint | None:
        """Read the last note alone."""
        whole = self._tail().split(END)[:-1]
        return self._verifier().opened(whole[-1].decode("utf-8")) if whole else None

    def clock(self) -> datetime:
        """Write to a file and read when the witness says that was."""
        self._verifier()
        path = self.path / CLOCK
        path.write_bytes(b"\n")
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def take(self, note: str, leaves: tuple[bytes, ...]) -> None:
        """Take a note, after it was shown to continue the leaves that are here."""
        checkpoint = self._verifier().opened(note)
        before, width = self.head(), len(checkpoint.head.root)
        size = before.head.size if before else 0
        frontier = self._edge(before, merkle.hasher(checkpoint.algorithm))
        for leaf in leaves:
            frontier.append(leaf)
        if frontier.size != checkpoint.head.size or frontier.root() != checkpoint.head.root:
            message = (
                f"{self.name}: the note of {checkpoint.head.size} leaves does not continue the"
                f" {size} that were seen; compare the log with gongxin audit fsck"
            )
            raise WitnessRefuses(message, witness=self.name)
        # What was killed half-way stands after the last whole note: it goes before more comes.
        half = len(self._tail().rpartition(END)[2])
        self._add(LEAVES, size * width, b"".join(leaves))
        self._add(NOTES, self._size(NOTES) - half, note.encode() + END)
        kept = {"size": frontier.size, "nodes": [node.hex() for node in frontier.nodes]}
        (self.path / EDGE).write_text(json.dumps(kept), encoding="ascii")

    def seen(self) -> Seen:
        """Read the notes and leaves."""
        verifier, notes = self._verifier(), self._read(NOTES).split(END)[:-1]
        heads = tuple(verifier.opened(note.decode("utf-8")) for note in notes)
        if not heads:
            return Seen((), ())
        width = len(heads[-1].head.root)
        raw = self._read(LEAVES)[: heads[-1].head.size * width]
        return Seen(heads, tuple(raw[n : n + width] for n in range(0, len(raw), width)))

    def _edge(self, before: Checkpoint | None, hash_: Hash) -> Frontier:
        """Return the right edge of what was taken: as kept if it fits, else made again."""
        if before is None:
            return Frontier(hash_)
        try:
            kept = json.loads(self._read(EDGE))
            nodes = [bytes.fromhex(node) for node in kept["nodes"]]
            frontier = Frontier(hash_, int(kept["size"]), nodes)
        except (ValueError, TypeError, KeyError):
            frontier = Frontier(hash_)
        if (frontier.size, frontier.root()) != (before.head.size, before.head.root):
            frontier = Frontier(hash_)
            for leaf in self.seen().leaves:
                frontier.append(leaf)
        return frontier

    def _add(self, name: str, whole: int, added: bytes) -> None:
        """Add to a file behind its first ``whole`` bytes."""
        with (self.path / name).open("ab") as kept:
            kept.truncate(whole)
            kept.write(added)

    def _size(self, name: str) -> int:
        path = self.path / name
        return path.stat().st_size if path.exists() else 0

    def _tail(self) -> bytes:
        size = self._size(NOTES)
        if size == 0:
            return b""
        with (self.path / NOTES).open("rb") as notes:
            notes.seek(max(0, size - TAIL))
            return notes.read()

    def _read(self, name: str) -> bytes:
        path = self.path / name
        return path.read_bytes() if path.exists() else b""

    def _verifier(self) -> Verifier:
        return Verifier.read((self.path / KEY).read_text("utf-8"))


def found(name: str, path: Path, verifier: Verifier) -> Folder:
    """Make a folder a witness of a log."""
    folder = Folder(name, path)
    folder.begin(verifier)
    return folder


def folders(paths: Sequence[Path]) -> tuple[Folder, ...]:
    """Name the folders: by their last part, or whole where two share it."""
    counted = Counter(path.name for path in paths)
    return tuple(
        Folder(path.name if counted[path.name] == 1 else str(path), path.absolute())
        for path in paths
    )


def configured() -> tuple[Folder, ...]:
    """Return the witnesses that the operator set (``GONGXIN_WITNESSES``)."""
    return folders(settings.AUDIT_WITNESSES)
