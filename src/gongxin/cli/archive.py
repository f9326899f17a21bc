"""gongxin archive: write the platform's archive while it runs; say how far behind it is (归档)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gongxin.cli import clock, output, platform
from gongxin.cli.archive_folder import BadArchive
from gongxin.cli.processes import Ended
from gongxin.cluster import archived

app = typer.Typer(help="A copy that is seconds behind the platform.", no_args_is_help=True)
LOCK = "archive.lock"


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(help="Folder of the archive, on another machine.")],
    keys: Annotated[Path, typer.Option("--keys", help="Folder of the keys, apart from it.")],
    every: Annotated[int, typer.Option(min=1, max=60, help="Seconds between marks.")] = 10,
) -> None:
    """Write base copies, WAL and files of the platform into an archive; end on SIGTERM.

    What was committed before a mark comes back from it. A server of your own is archived with its
    own tools.
    """
    with output.told():
        folder, keys = folder.absolute(), keys.absolute()
        opened = platform.connect(persons=True)
        if opened.database.data_dir is None:
            message = (
                "GONGXIN_DATABASE_URL names a server of your own: archive it with its own tools,"
                " such as pgBackRest, and the platform's folder beside it; nothing was begun"
            )
            raise BadArchive(message)
        _apart(opened.home, folder, keys)
        from gongxin.cli.archiving import Archiver  # noqa: PLC0415 - needs Django

        with _alone(opened.home):
            archiver = Archiver(opened.home, folder, keys, now=clock.now, say=output.warn)
            archiver.run(every=every, stop=Ended(0))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say how far the archive of the platform in GONGXIN_HOME is behind.

    Exit 1 if it is behind by more than five minutes, or nothing could be brought back from it.
    """
    found = archived.read(platform.home())
    seconds = None if found is None else found.seconds(clock.now())
    behind = seconds is None or seconds > archived.ALLOWED_SECONDS
    if as_json:
        at, folder = (None, None) if found is None else (found.at, found.folder)
        output.print_json({"at": at, "seconds": seconds, "folder": folder, "behind": behind})
    elif found is None:
        output.say("no archive holds enough to bring the platform back")
    else:
        output.say(f"{found.folder} has all up to {found.at}, {seconds} seconds ago")
    raise typer.Exit(output.FAILED if behind else 0)


def _apart(home: Path, folder: Path, keys: Path) -> None:
    """Refuse folders of which one stands in another, and keys that are another platform's."""
    places = [path.resolve() for path in (home, folder, keys)]
    if any(a is not b and a.is_relative_to(b) for a in places for b in places):
        message = f"{folder}, {keys} and {home} must stand apart from each other"
        raise BadArchive(message)
    own, kept = home / "keys/personal", keys / "personal"
    if kept.exists() and kept.read_bytes() != own.read_bytes():
        message = f"{keys} holds the keys of another platform; name another folder"
        raise BadArchive(message)
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.chmod(0o700)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one process write the archive of a platform."""
    with os.fdopen(os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            message = "another process writes the archive of this platform already"
            raise BadArchive(message) from taken
        yield
