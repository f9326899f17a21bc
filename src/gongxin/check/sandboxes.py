"""Whether a platform is a sandbox: a file in its folder says so, and each answer with it (沙盒)."""

from functools import lru_cache
from pathlib import Path

HEADER = "Gongxin-Sandbox"


def mark(home: Path) -> Path:
    """Return the file that makes the platform of a folder a sandbox."""
    return home / "sandbox"


@lru_cache(maxsize=8)
def is_sandbox(home: Path) -> bool:
    """Tell whether the platform of a folder is a sandbox; while a server runs it stays what it is.

    There is no setting: a sandbox with somebody's data, or a platform that says it is one, would
    need somebody to put the file there.
    """
    return mark(home).exists()
