"""How far the archive of a platform has come: a note that it leaves in the platform's folder."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gongxin.cluster.place import put

FILE = "archived.json"
ALLOWED_SECONDS = 300  # R11: what was committed earlier than that is never lost


@dataclass(frozen=True, slots=True)
class Archived:
    """Whatever was committed before ``at`` comes back from ``folder``."""

    at: datetime
    folder: str

    def seconds(self, now: datetime) -> int:
        """How far the archive is behind."""
        return max(0, int((now - self.at).total_seconds()))


def note(home: Path, archived: Archived) -> None:
    """Leave the note, whole or not at all."""
    put(home / FILE, {"at": archived.at.isoformat(), "folder": archived.folder})


def read(home: Path) -> Archived | None:
    """Read the note; None where no archive has got as far as to bring the platform back."""
    try:
        found = json.loads((home / FILE).read_text(encoding="utf-8"))
        return Archived(datetime.fromisoformat(found["at"]), str(found["folder"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
