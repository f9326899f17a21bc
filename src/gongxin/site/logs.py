"""What is logged: a JSON line on stderr, of named fields alone and without personal data (日志).

People search for organisations, and some type a person's number or name; what they type is
nobody's business. So a line has what the program says and never what it was given: the words of a
message without the values in it, an answer's status without its address, a fault's kind and place
without its text.

While the database is away or somebody floods us, each request would have its line: of these reasons
one line is written and the others are counted, so that the log can still be read and fits the disk.
"""

import json
import logging
import re
import sys
import traceback
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from django.db import InterfaceError, OperationalError

from gongxin.core import privacy

OURS = "gongxin"
FRAMES = 5
HOLDS = 10.0  # seconds in which a reason has one line
MORE = "more"
FLOODED = frozenset({429, 503})
OUTAGES = (OperationalError, InterfaceError)


_TRACE = re.compile(r"[0-9a-f]{32}")  # what callers tell us of a failure, made by us


class JsonLine(logging.Formatter):
    """Writes a record as one JSON line of allowed fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        status = getattr(record, "status_code", None)
        if isinstance(status, int):
            line["status"] = status
        trace_id = getattr(record, "trace_id", None)
        if isinstance(trace_id, str) and _TRACE.fullmatch(trace_id):
            line["trace_id"] = trace_id
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record.exc_info[2])
        more = getattr(record, MORE, None)
        if isinstance(more, int):
            line["more"] = more
        return json.dumps(line, ensure_ascii=False)


@dataclass(slots=True)
class Held:
    """The first line of a reason, and how many came after it."""

    first: logging.LogRecord
    more: int = 0

    def is_over(self, now: float) -> bool:
        """Tell whether the next line of the reason is written again; a clock may go back."""
        return not 0 <= now - self.first.created < HOLDS


class Stderr(logging.Handler):
    """Writes to stderr as it is now; what cannot be written is let go, never shown raw.

    Of an outage or a flood the first line is written at once; how many more came stands in a line
    of its own, as soon as ``HOLDS`` is over and anything is logged, or at the end.
    """

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[tuple[object, ...], Held] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line or count it; the handler's lock is held."""
        for reason in [r for r, held in self._held.items() if held.is_over(record.created)]:
            self._tell(self._held.pop(reason), record.created)
        found = _reason(record)
        if found is not None and found in self._held:
            self._held[found].more += 1
            return
        if found is not None:
            self._held[found] = Held(record)
        self._write(record)

    def close(self) -> None:
        """Write what was counted and end."""
        with self.lock or nullcontext():
            for held in self._held.values():
                self._tell(held, held.first.created)
            self._held.clear()
        super().close()

    def _tell(self, held: Held, at: float) -> None:
        if held.more:
            told = copy(held.first)
            told.created = at
            told.__dict__ |= {MORE: held.more, "trace_id": None}
            self._write(told)

    def _write(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):  # closed
            return


def _reason(record: logging.LogRecord) -> tuple[object, ...] | None:
    """Return why a request was not answered if many may be at once; None for all else.

    A fault of ours has its line each time: callers name its trace.
    """
    status = getattr(record, "status_code", None)
    kind = record.exc_info[0] if record.exc_info else None
    lost = kind is not None and issubclass(kind, OUTAGES)
    if status not in FLOODED and not lost:
        return None
    return record.name, record.msg, status, kind


def _event(record: logging.LogRecord) -> str:
    """Return the words of a message without its values.

    Others may put values into their words before they log; then the place alone is said.
    """
    ours = record.name.split(".")[0] == OURS
    if isinstance(record.msg, str) and (ours or record.args):
        return privacy.mask(record.msg)
    return f"{record.module}.{record.funcName}:{record.lineno}"


def _where(trace: TracebackType | None) -> list[str]:
    """Return the last places of a fault, without the lines of source and their values."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "gongxin.site.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "gongxin.site.logs.Stderr", "formatter": "line"}},
    # Django's own would mail and print what was asked for.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
