"""What is logged: a JSON line on stderr, of named fields alone and without personal data (日志).

People search for organisations, and some type a person's number or name; what they type is
nobody's business. So a line has what the program says and never what it was given: the words of a
message without the values in it, an answer's status without its address, a fault's kind and place
without its text.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from gongxin.core import privacy

OURS = "gongxin"
FRAMES = 5


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
        return json.dumps(line, ensure_ascii=False)


class Stderr(logging.Handler):
    """Writes to stderr as it is now; what cannot be written is let go, never shown raw."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):  # closed
            return


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
