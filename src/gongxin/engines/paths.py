"""Paths of files as DuckDB takes them (文件路径)."""

import re
from pathlib import Path

_GLOB = re.compile(r"[*?\[]")


def glob_escaped(path: Path) -> str:
    """Write a path so that DuckDB's readers open this file and no other.

    They take a path for a pattern: ``penalties[1].csv`` would be read from ``penalties1.csv``
    beside it. Absolute, because a leading ``~`` is the user's folder to DuckDB and not to Python.

    >>> glob_escaped(Path("/in/penalties[1].csv"))
    '/in/penalties[[]1].csv'
    """
    return _GLOB.sub(lambda found: f"[{found[0]}]", str(path.absolute()))
