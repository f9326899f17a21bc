"""Commands of upkeep: stop, doctor, backup, restore (运维)."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gongxin import cluster
from gongxin.cli import archive_folder, backups, output, platform, unarchiving

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Folder = Annotated[Path, typer.Argument(help="Folder of the copy.")]
Keys = Annotated[Path, typer.Option("--keys", help="Folder of the keys, apart from the copy.")]


def stop() -> None:
    """Stop the private database of the platform in GONGXIN_HOME; data stay."""
    with output.told():
        stopped = cluster.stop(platform.home())
    output.say("the database was stopped" if stopped else "no private database was running")


def doctor(
    as_json: Json = False,
    production: Annotated[
        bool, typer.Option("--production", help="List what is not fit for production.")
    ] = False,
) -> None:
    """Say which versions, database, locale and release the platform has.

    Exit 1 if a segment is damaged or, with --production, if anything would refuse to start.
    """
    from importlib.metadata import version  # noqa: PLC0415 - only here

    with output.told():
        opened = platform.connect()
        from gongxin.exchange.queries import legacy  # noqa: PLC0415 - needs Django
        from gongxin.ledger import queries, segments  # noqa: PLC0415

        release = opened.release
        damaged = segments.damaged(opened.home, head=queries.head())
        names = ("django", "duckdb", "psycopg", "sqlglot")
        facts = {
            "gongxin": version("gongxin"),
            "python": sys.version.split()[0],
            "libraries": {name: version(name) for name in names},
            "home": str(opened.home),
            "database": cluster.doctor(opened.database),
            "personal": cluster.personal_doctor(opened.database),
            "pack": release.content.place,
            "release": release.hash,
            "damaged_segments": damaged,
            "legacy_md5": list(legacy(release)),
        }
        found = platform.unsafe() if production else []
    unsafe = [{"id": m.id, "what": m.msg, "where": m.obj, "todo": m.hint} for m in found]
    if as_json:
        output.print_json(facts | ({"unsafe": unsafe} if production else {}))
    else:
        for name, value in facts.items():
            output.say(f"{name}: {output.plain(value)}")
        for one in found:
            output.say(f"{one.id}: {one.msg}. In {one.obj}: {one.hint}.")
    raise typer.Exit(output.FAILED if damaged or found else 0)


def backup(folder: Folder, keys: Keys) -> None:
    """Copy the platform of GONGXIN_HOME into a folder while it runs, its keys into another."""
    with output.told():
        made = backups.backup(folder.absolute(), keys.absolute())
    output.say(f"copied {sum(made.rows.values())} rows and {len(made.files)} files to {folder}")
    output.say(f"the keys are in {keys}: keep them apart from the copy")


def restore(
    folder: Folder,
    keys: Keys,
    until: Annotated[
        str, typer.Option(help="Of an archive: as it was then, such as 2026-11-23T10:00+08:00.")
    ] = "",
) -> None:
    """Make the platform of a copy or an archive in an empty GONGXIN_HOME; check all is there."""
    moment = _moment(until)
    with output.told():
        if archive_folder.is_archive(folder):
            folders = (folder.absolute(), keys.absolute())
            chosen = unarchiving.restore(*folders, moment, say=output.say)
            output.say(f"restored what was committed before {chosen.moment}; nothing is missing")
            return
        if moment is not None:
            message = "--until is for an archive; this is a copy of one moment"
            raise output.fail(message, code=output.USAGE)
        made = backups.restore(folder.absolute(), keys.absolute())
    output.say(f"restored {sum(made.rows.values())} rows as of {made.made_at}; nothing is missing")


def _moment(text: str) -> datetime | None:
    if text == "":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"--until {text}: write the moment with its offset, as 2026-11-23T10:00+08:00"
        raise output.fail(message, code=output.USAGE)
    return moment
