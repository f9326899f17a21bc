"""Files of the platform's folder in its archive, as they were at each mark; and its keys, apart.

A row of the database names a file only once the file is written: what is found after a mark was set
holds every file that the rows in front of the mark name. Contents stand under their hash, once.
"""

import hashlib
import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gongxin.cli.archive_folder import BadArchive
from gongxin.cluster.place import settle

FILES, JOURNAL = "files", "files.jsonl"
CHUNK = 1 << 20
LONG_AGO = datetime.min.replace(tzinfo=UTC)

# SHA-256, size, time of the last change in nanoseconds, mode.
Seen = tuple[str, int, int, int]
State = dict[str, Seen]


@dataclass(frozen=True, slots=True)
class Look:
    """What is found changed by a look was changed after ``since`` and before the look's end."""

    since: datetime
    at: datetime

    def document(self) -> dict[str, str]:
        """The look as the journal has it."""
        return {"since": self.since.isoformat(), "at": self.at.isoformat()}


class Files:
    """The files of an archive; one process follows a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FILES
        self.journal = folder / JOURNAL
        self.folder.mkdir(exist_ok=True)
        for half in self.folder.glob("*.half"):
            half.unlink()  # of a process that was killed
        _cut_torn(self.journal)
        self.now = state(folder, None)
        self.missing: frozenset[str] = frozenset()

    def follow(self, home: Path, left_out: frozenset[str], look: Look) -> None:
        """Take in what is new or changed, note what is gone.

        Gone is what the look before missed too: a file that is being renamed is not, and what was
        there when the look's mark was set stays with the mark.
        """
        there = dict(_listed(home, left_out))
        changed: State = {}
        for name, seen in there.items():
            before = self.now.get(name)
            if before is None or before[1:] != seen:
                taken = self._take(home / name)
                if taken is not None:
                    changed[name] = taken
        missing = frozenset(self.now) - frozenset(there)
        gone = sorted(missing & self.missing)
        if changed or gone:
            self._note({**look.document(), "changed": changed, "gone": gone})
            self.now = _applied(self.now, changed, gone)
        self.missing = missing

    def prune(self, since: datetime) -> None:
        """Forget what no moment from ``since`` on has."""
        begins = {"changed": state(self.journal.parent, since), "gone": []}
        later = [line for line in _lines(self.journal) if _at(line, "at") > since]
        kept: list[dict[str, Any]] = [{**Look(LONG_AGO, since).document(), **begins}, *later]
        fresh = self.journal.with_suffix(".new")
        fresh.write_text("".join(f"{json.dumps(line)}\n" for line in kept), "utf-8")
        settle(fresh)
        fresh.replace(self.journal)
        used = {seen[0] for line in kept for seen in line["changed"].values()}
        for path in self.folder.glob("*/*"):
            if path.name not in used:
                path.unlink()

    def _take(self, path: Path) -> Seen | None:
        """Copy a file under the hash of what was read; None if it has gone meanwhile."""
        half = self.folder / f"{secrets.token_hex(8)}.half"
        digest = hashlib.sha256()
        try:
            with path.open("rb") as source, half.open("wb") as target:
                about = os.fstat(source.fileno())
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
        except OSError as fault:
            half.unlink(missing_ok=True)
            if isinstance(fault, FileNotFoundError):
                return None
            raise
        place = content(self.folder, digest.hexdigest())
        place.parent.mkdir(exist_ok=True)
        half.replace(place)
        settle(place.parent)
        settle(self.folder)
        return digest.hexdigest(), about.st_size, about.st_mtime_ns, stat.S_IMODE(about.st_mode)

    def _note(self, line: dict[str, object]) -> None:
        _cut_torn(self.journal)
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def state(folder: Path, until: datetime | None) -> State:
    """The files of a moment, or of the last look: all that were there, perhaps some more."""
    found: State = {}
    for line in _lines(folder / JOURNAL):
        if until is not None and _at(line, "since") >= until:
            break
        over = until is None or _at(line, "at") <= until
        found = _applied(found, line["changed"], line["gone"] if over else [])
    return found


def bring_back(folder: Path, wanted: State, home: Path) -> None:
    """Write the files of a moment into a folder.

    Raises:
        BadArchive: one is missing or was changed.
    """
    for name, (hash_, _, _, mode) in wanted.items():
        target, source = home / name, content(folder / FILES, hash_)
        if not target.resolve().is_relative_to(home.resolve()):
            message = f"{folder / JOURNAL} names a file outside the platform; nothing was restored"
            raise BadArchive(message)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not source.is_file():
            message = f"{source} ({name}) is missing; nothing was restored"
            raise BadArchive(message)
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != hash_:
                message = f"{source} ({name}) was changed; nothing was restored"
                raise BadArchive(message)
        target.chmod(mode)


def content(folder: Path, hash_: str) -> Path:
    """Where a content stands."""
    return folder / hash_[:2] / hash_


def stays_out(name: str, left_out: frozenset[str]) -> bool:
    """Tell whether a name is left out, or a half of it that a killed process left behind it.

    >>> stays_out("cluster.json.1f0c", frozenset({"cluster.json"}))
    True
    """
    return any(name == one or name.startswith(f"{one}.") for one in left_out)


def follow_keys(source: Path, target: Path, *, growing: frozenset[str]) -> None:
    """Copy the keys that are new into their folder; lists that only grow are joined.

    What was destroyed stays: ``keys.destroy_again`` deletes it once the list of it is here.
    """
    for path in (path for path in sorted(source.rglob("*")) if path.is_file()):
        if path.name.startswith(".") and path.name not in growing:
            continue  # a key that is being made
        place = target / path.relative_to(source)
        try:
            wanted = path.read_bytes()
        except FileNotFoundError:
            continue
        kept = place.read_bytes() if place.is_file() else None
        if path.name in growing and kept is not None:
            wanted = _joined(kept, wanted)
        if kept != wanted:
            _write_key(place, wanted, stat.S_IMODE(path.stat().st_mode))


def _joined(kept: bytes, now: bytes) -> bytes:
    lines = dict.fromkeys((*kept.splitlines(), *now.splitlines()))
    return b"".join(b"%s\n" % line for line in lines)


def _write_key(place: Path, key: bytes, mode: int) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    half.touch(mode=0o600)
    half.write_bytes(key)
    half.chmod(mode)
    settle(half)
    half.replace(place)


def _listed(home: Path, left_out: frozenset[str]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for top, folders, names in os.walk(home):
        out = left_out if Path(top) == home else frozenset[str]()
        folders[:] = [name for name in folders if not stays_out(name, out)]
        for name in names:
            if stays_out(name, out):
                continue
            path = Path(top) / name
            try:
                about = path.lstat()
            except FileNotFoundError:
                continue
            if stat.S_ISREG(about.st_mode):
                seen = (about.st_size, about.st_mtime_ns, stat.S_IMODE(about.st_mode))
                yield str(path.relative_to(home)), seen


def _applied(before: State, changed: dict[str, Any], gone: list[str]) -> State:
    now = before | {name: (seen[0], seen[1], seen[2], seen[3]) for name, seen in changed.items()}
    for name in gone:
        now.pop(name, None)
    return now


def _lines(journal: Path) -> Iterator[dict[str, Any]]:
    if not journal.is_file():
        return
    with journal.open(encoding="utf-8") as file:
        for line in file:
            if not line.endswith("\n"):
                return  # torn: no mark was set behind it
            try:
                yield json.loads(line)
            except ValueError as error:
                message = f"{journal} was changed: a line of it cannot be read"
                raise BadArchive(message) from error


def _cut_torn(journal: Path) -> None:
    """Cut off a last line that was not written whole, for example on a full disk."""
    if not journal.is_file():
        return
    with journal.open("rb+") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - 1, 0))
        if file.read() in (b"", b"\n"):
            return
        file.seek(0)
        whole = file.read()
        file.truncate(whole.rfind(b"\n") + 1)


def _at(line: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(line[name])
