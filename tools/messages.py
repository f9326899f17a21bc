"""Compiles the .po of each room with pages to the .mo that is shipped: ``make messages``.

Pure Python, because GNU gettext is not on every machine. Reads the subset of the format that our
file uses: one line a text, no fuzzy entries.
"""

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import gongxin

ROOMS = tuple(Path(gongxin.__file__).parent / name for name in ("portal", "desk", "citizen"))
MAGIC = 0x950412DE
CONTEXT = "\x04"
PLURAL = "\x00"
_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr\[0\]|msgstr)? ?(".*")')


def po_of(room: Path) -> Path:
    """Return the file of a room's Chinese texts."""
    return room / "locale/zh_Hans/LC_MESSAGES/django.po"


def mo_of(room: Path) -> Path:
    """Return the compiled file that is shipped."""
    return po_of(room).with_suffix(".mo")


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield each message's key, as gettext looks it up, and its translation."""
    for block in text.strip().split("\n\n"):
        parts: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            found = _LINE.fullmatch(line)
            if found is None:
                message = f"not understood: {line}"
                raise ValueError(message)
            keyword = found[1] or keyword
            parts[keyword] = parts.get(keyword, "") + ast.literal_eval(found[2])
        key = parts["msgid"]
        if "msgctxt" in parts:
            key = parts["msgctxt"] + CONTEXT + key
        if "msgid_plural" in parts:
            key += PLURAL + parts["msgid_plural"]
        yield key, parts.get("msgstr", parts.get("msgstr[0]", ""))


def compiled(text: str) -> bytes:
    """Return the .mo of a .po: keys in byte order, texts in UTF-8, no hash table."""
    table = sorted((key.encode(), value.encode()) for key, value in entries(text))
    start = 28 + 16 * len(table)
    keys, values, where = b"", b"", [[], []]
    for key, value in table:
        where[0].append((len(key), start + len(keys)))
        where[1].append((len(value), len(values)))
        keys += key + b"\0"
        values += value + b"\0"
    where[1] = [(size, start + len(keys) + place) for size, place in where[1]]
    numbers = [n for pairs in where for pair in pairs for n in pair]
    head = struct.pack("<7I", MAGIC, 0, len(table), 28, 28 + 8 * len(table), 0, start)
    return head + struct.pack(f"<{len(numbers)}I", *numbers) + keys + values


if __name__ == "__main__":
    for room in ROOMS:
        mo_of(room).write_bytes(compiled(po_of(room).read_text(encoding="utf-8")))
