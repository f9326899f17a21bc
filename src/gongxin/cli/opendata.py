"""gongxin opendata: files of what is public; make, verify, see who is behind (开放数据)."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gongxin.audit.signing import Verifier
from gongxin.cli import clock, output, platform, whoami
from gongxin.cli.processes import Ended, step_back

app = typer.Typer(help="Files of what is public, and what copies drop.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the files.")],
    as_of: Annotated[str, typer.Option(help="Day YYYY-MM-DD; today if left out.")] = "",
    as_json: Json = False,
) -> None:
    """Write a snapshot of all that is public on a day into a folder, signed.

    What the platform itself serves is made by gongxin opendata run.
    """
    day = _day(as_of)
    with output.told():
        opened = platform.connect()
        from gongxin.opendata import actions  # noqa: PLC0415 - needs Django

        made = actions.export(
            folder, as_of=day, home=opened.home, release=opened.release, by=whoami.by()
        )
    if as_json:
        output.print_json(made)
        return
    for one in made.files:
        output.say(f"{one.name}: {one.rows} rows, {one.bytes} bytes, {one.digest}")
    output.say(f"{made.id} stands in {folder}; it is good on {day} alone")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a snapshot.")],
    key: Annotated[Path, typer.Option(help="The platform's public key, had from elsewhere.")],
    as_json: Json = False,
) -> None:
    """Check a snapshot without the platform: its signature, and the bytes of every file."""
    with output.told():
        from gongxin.opendata.verifying import verify as verified  # noqa: PLC0415 - as the others

        found = verified(folder, Verifier.read(key.read_text(encoding="utf-8")))
    if as_json:
        output.print_json(found)
        return
    output.say(f"{found.snapshot}: {found.files} files, {found.rows} records, as they were signed")


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Make what is due and end.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Seconds between looks.")] = 60,
    parent: Annotated[int, typer.Option(hidden=True, help="End when this process has.")] = 0,
) -> None:
    """Keep the snapshot that the platform serves: each day's in time, another when records left."""
    step_back(parent)
    with output.told():
        opened = platform.connect()
        from gongxin import law  # noqa: PLC0415 - with the rest
        from gongxin.opendata.keeping import Keeper  # noqa: PLC0415 - needs Django

        say = output.say if once else output.warn
        keeper = Keeper(opened.home, lambda: law.active(opened.home), clock.now, clock.today, say)
        if not once:
            keeper.run(every=every, stop=Ended(parent))
            return
        keeper.once()


@app.command()
def unacknowledged(as_json: Json = False) -> None:
    """List the reusers that did not acknowledge within a day what their copies are to drop.

    Exit 0 none, 3 there are some.
    """
    with output.told():
        opened = platform.connect()
        from gongxin.opendata import queries  # noqa: PLC0415 - needs Django

        rows = queries.unacknowledged(now=clock.now(), as_of=clock.today(), release=opened.release)
    if as_json:
        output.print_json(rows)
    else:
        for row in rows:
            output.say(f"{row.client} of {row.unit}: since {row.since:%Y-%m-%d %H:%M}")
    raise typer.Exit(output.PARTIAL if rows else 0)


def _day(text: str) -> date:
    if text == "":
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        message = f"--as-of {text}: write the day as 2026-05-04"
        raise output.fail(message, code=output.USAGE) from error
    if day < clock.today():
        message = f"--as-of {text}: give today or a later day; what has ended is shown to nobody"
        raise output.fail(message, code=output.USAGE)
    return day
