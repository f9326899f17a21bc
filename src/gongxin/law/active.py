"""The release that a platform runs on: one file in its folder (现行规则发布包)."""

from functools import lru_cache
from pathlib import Path

from gongxin.law.release import Release, read_release
from gongxin.law.source import Fault, LawError, Place

FILE = "release.json"


def store(home: Path, release: Release) -> Path:
    """Make the release the one the platform runs on; the former ones stay beside it."""
    folder = home / "releases"
    folder.mkdir(parents=True, exist_ok=True)
    _file(home, release.hash).write_text(release.text, encoding="utf-8")
    fresh = home / f"{FILE}.new"
    fresh.write_text(release.text, encoding="utf-8")
    return fresh.replace(home / FILE)


def active(home: Path) -> Release:
    """Return the release of the platform in ``home``; read again only when the file changes.

    Raises:
        LawError: there is none yet, or it is damaged.
    """
    path = home / FILE
    if not path.is_file():
        message = "there is no platform here yet; run gongxin init --pack NAME"
        raise LawError([Fault(Place(str(path), 1), message)])
    return _read(path, path.stat().st_mtime_ns)


def kept(home: Path, hash_: str) -> Release | None:
    """Return a release that was in force here before, None if it is not kept.

    Raises:
        LawError: its file is damaged.
    """
    path = _file(home, hash_)
    return read_release(path) if path.is_file() else None


def is_active(home: Path, release: Release) -> bool:
    """Tell whether the platform in ``home`` runs on the release, or on none at all."""
    path = home / FILE
    return not path.is_file() or active(home).hash == release.hash


def _file(home: Path, hash_: str) -> Path:
    return home / "releases" / f"{hash_.replace(':', '-')}.json"


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Release:
    del changed  # part of the cache's key only
    return read_release(path)
