"""Verifying a snapshot without the platform: its signature, and every file's bytes (离线验证)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gongxin.audit.signing import Verifier
from gongxin.core.digest import algorithm_of
from gongxin.core.errors import CreditError
from gongxin.opendata.documents import is_signed

MANIFEST = "manifest.json"


class NotGenuine(CreditError):
    """A snapshot is not as the key signed it; the message names the file."""

    code = "opendata.not_genuine"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found genuine."""

    snapshot: str
    as_of: date
    files: int
    rows: int


def verify(folder: Path, key: Verifier) -> Verified:
    """Verify the manifest of a folder and every file that it names.

    Raises:
        NotGenuine: the manifest was not signed by the key, or a file is missing or was changed.
    """
    text = _read(folder / MANIFEST)
    if not is_signed(text, key):
        raise _not(MANIFEST, f"was not signed by the key {key.name}")
    document = json.loads(text)
    for told in document["files"]:
        name = str(told["name"])
        if Path(name).name != name:
            raise _not(name, "leads out of the folder")
        if _digest(folder / name, algorithm_of(told["digest"])) != told["digest"]:
            raise _not(name, "is not as it was signed")
    rows = sum(told["rows"] for told in document["files"] if told["name"].startswith("records."))
    day = date.fromisoformat(document["as_of"])
    return Verified(document["snapshot"], day, len(document["files"]), rows)


def _not(name: str, what: str) -> NotGenuine:
    return NotGenuine(f"{name} {what}", file=name)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _not(path.name, "cannot be read") from error


def _digest(path: Path, algorithm: str) -> str:
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, lambda: hashlib.new(algorithm))
    except OSError as error:
        raise _not(path.name, "cannot be read") from error
    return f"{algorithm}:{found.hexdigest()}"
