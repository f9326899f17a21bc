"""How much room the platform's disk has: what is taken in must be kept (磁盘余量)."""

import shutil
from pathlib import Path

CLOSING_SHARE = 0.10
# A tenth of a large disk is room for years: with so many bytes free the share is not asked.
ENOUGH = 5 * 1024**3


def free_share(home: Path) -> float:
    """Return which share of the disk of the platform's folder is free; 0 if there is no folder."""
    try:
        used = shutil.disk_usage(home)
    except OSError:
        return 0.0
    return used.free / used.total


def is_nearly_full(home: Path) -> bool:
    """Tell whether less than a tenth, and less than 5 GiB, of the folder's disk is free."""
    try:
        used = shutil.disk_usage(home)
    except OSError:
        return False  # what is missing is told by whoever needs it
    return used.free < min(used.total * CLOSING_SHARE, ENOUGH)
