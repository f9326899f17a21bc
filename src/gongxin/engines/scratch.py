"""Folders for what a process lays down while it works; none outlives its process (暂存目录).

A department's file lies there in clear while it is taken in. Each folder holds a lock that its
process keeps: after a crash the lock is free, and whoever works next removes the folder.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "lock"


@contextmanager
def scratch_folder(home: Path) -> Iterator[Path]:
    """Make a folder of one's own under ``home/scratch``, and remove what crashed processes left."""
    top = home / "scratch"
    top.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(home)
    with _guard(top):
        folder = Path(tempfile.mkdtemp(dir=top))
        lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(home: Path) -> int:
    """Remove the folders whose process is gone; return how many there were."""
    top = home / "scratch"
    if not top.is_dir():
        return 0
    with _guard(top):
        left = [folder for folder in top.iterdir() if folder.is_dir() and _is_left(folder)]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
    return len(left)


@contextmanager
def _guard(top: Path) -> Iterator[None]:
    """Let nobody see a folder between its making and its lock."""
    opened = os.open(top, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _is_left(folder: Path) -> bool:
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        # Without a lock: crashed in its making, or its own process is removing it.
        return True
    try:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False
    finally:
        os.close(lock)
