"""What commands print: one JSON document on stdout, or plain lines; errors go to stderr."""

import dataclasses
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import typer
from django.db import DatabaseError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from gongxin.core import documents
from gongxin.core.citation import Citation
from gongxin.core.errors import CreditError

FAILED = 1
USAGE = 2
PARTIAL = 3

console = Console(highlight=False, soft_wrap=True, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def plain(value: object) -> object:  # noqa: PLR0911 - one arm a type
    """Turn a result into what JSON holds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    match value:
        case dict():
            return {str(key): plain(part) for key, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(part) for part in value]
        case Enum():
            return value.value
        case date() | datetime():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
    return value


def shallow(value: Any) -> dict[str, object]:
    """The fields of a result, as they are."""
    return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}


def print_json(value: object) -> None:
    """Print exactly one JSON document; what nobody sees stands escaped."""
    written = json.dumps(plain(value), ensure_ascii=False, indent=2)
    for character in documents.INVISIBLE:
        written = written.replace(character, f"\\u{ord(character):04x}")
    sys.stdout.write(written + "\n")


def shown(text: str) -> str:
    """Take out what would speak to the terminal: a file may name a firm with an escape sequence."""
    return documents.without_invisible(text).replace("\r", "")


def cited(clauses: Iterable[Citation]) -> str:
    """The law that something rests on, as it stands in the packs."""
    return "[" + "; ".join(f"{c.document} {c.article}".strip() for c in clauses) + "]"


def say(line: str = "") -> None:
    """Print a line for people."""
    console.print(shown(line), markup=False)


def warn(line: str) -> None:
    """Print a line for the operator beside the output."""
    errors.print(shown(line), markup=False)


def fail(message: str, *, code: int = FAILED) -> typer.Exit:
    """Print an error and return what to raise."""
    errors.print(shown(message), markup=False)
    return typer.Exit(code)


@contextmanager
def told() -> Iterator[None]:
    """Turn our errors into one clear message and exit code 1 (2 for wrong use)."""
    try:
        yield
    except CreditError as error:
        code = USAGE if error.code in ("intake.unknown_unit", "check.refused") else FAILED
        raise fail(f"error {error.code}: {error.message}", code=code) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        message = f"error platform.files: {where}{error.strerror or error}"
        raise fail(message) from error
    except DatabaseError as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        message = (
            f"error platform.database: the database cannot be used ({first}); ask gongxin doctor,"
            " and run gongxin init --pack NAME if the platform was never made whole"
        )
        raise fail(message) from error


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show a progress bar on a terminal: each call names the next of ``total`` things."""
    if not errors.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=errors, transient=True) as progress:
        task = progress.add_task(title, total=total)

        done = itertools.count()

        def next_one(name: str) -> None:
            progress.update(task, completed=next(done), description=f"{title}: {name}")

        yield next_one
        progress.update(task, completed=total)


@contextmanager
def steps(title: str, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show the running step on a terminal; say nothing when output is piped or JSON."""
    if quiet or not errors.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda step: progress.update(task, description=f"{title}: {step}")
