"""gongxin personal: serving persons their own records, and deletion (个人信息查询与删除)."""

from pathlib import Path
from typing import Annotated

import typer

from gongxin.cli import output, platform, whoami

app = typer.Typer(
    help="Serve persons their own records; delete what is kept of them.", no_args_is_help=True
)
ENDS_WITHIN = 30  # seconds for a request that is being answered when its worker ends
GROUNDS = ("purpose-done", "term-over", "consent-withdrawn", "unlawful", "other-law")
Copies = Annotated[
    list[Path],
    typer.Option("--keys", help="Another folder of the platform's keys, as backup makes it."),
]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8100,
    workers: Annotated[int, typer.Option(min=1, help="Processes; one a processor.")] = 1,
) -> None:
    """Serve persons their own records and consents, apart from the site of gongxin serve.

    keys/realname names the identity service that proves who somebody is.
    """
    with output.told():
        platform.prepare_for_persons()
        from granian import Granian  # noqa: PLC0415 - only the server needs it
        from granian.constants import Interfaces  # noqa: PLC0415

        output.say(f"serving persons on http://{host}:{port}/ (Ctrl-C to stop)")
        Granian(
            "gongxin.citizen.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            respawn_failed_workers=True,
            workers_kill_timeout=ENDS_WITHIN,
            log_enabled=False,
        ).serve()


@app.command()
def expire(keys: Copies = []) -> None:  # noqa: B006 - Typer makes a new one each time
    """Delete what is past its term, and destroy the keys of months in which nothing is left."""
    with output.told():
        opened = platform.connect(persons=True)
        from gongxin.personal import ending  # noqa: PLC0415 - needs Django
        from gongxin.personal.keys import read  # noqa: PLC0415

        done = ending.expire(read(opened.home), _there(keys), by=whoami.by())
    output.say(f"{done.rows} rows and {done.consents} consents were past their term and are gone")
    output.say(f"keys destroyed: {' '.join(done.months) or 'none'}")


@app.command()
def erase(
    ground: Annotated[str, typer.Option(help=f"Ground of PIPL 47: {', '.join(GROUNDS)}.")],
    case: Annotated[str, typer.Option(help="Number of the case in which it was decided.")],
    keys: Copies = [],  # noqa: B006
) -> None:
    """Erase all records and consents of one person; the number is asked for and not shown."""
    number = _number(ground, case)
    with output.told():
        opened = platform.connect(persons=True)
        from gongxin.personal import ending  # noqa: PLC0415 - needs Django
        from gongxin.personal.ending import Decision, Ground  # noqa: PLC0415
        from gongxin.personal.keys import read  # noqa: PLC0415

        decided = Decision(Ground(ground), case, whoami.by())
        gone = ending.erase(number, decided, read(opened.home), _there(keys))
    output.say(f"{gone} records are erased; what a file or a copy brings again is not taken")


@app.command()
def block(
    ground: Annotated[str, typer.Option(help=f"Ground of PIPL 47: {', '.join(GROUNDS)}.")],
    case: Annotated[str, typer.Option(help="Number of the case in which it was decided.")],
    keys: Copies = [],  # noqa: B006
) -> None:
    """Only store one person's records where law forbids to erase them before their term."""
    number = _number(ground, case)
    with output.told():
        opened = platform.connect(persons=True)
        from gongxin.personal import ending  # noqa: PLC0415 - needs Django
        from gongxin.personal.ending import Decision, Ground  # noqa: PLC0415
        from gongxin.personal.keys import read  # noqa: PLC0415

        decided = Decision(Ground(ground), case, whoami.by())
        kept = ending.block(number, decided, read(opened.home), _there(keys))
    output.say(f"{kept} records are only stored from now on; no consent opens them")


def _number(ground: str, case: str) -> str:
    """Ask for the number of whom it is about, once ground and case are good."""
    if ground not in GROUNDS:
        raise typer.BadParameter(", ".join(GROUNDS), param_hint="--ground")
    if not case.strip():
        message = "name the case"
        raise typer.BadParameter(message, param_hint="--case")
    return str(typer.prompt("Number of the person 证件号码", hide_input=True))


def _there(folders: list[Path]) -> tuple[Path, ...]:
    """Refuse a folder that holds no keys: what is in it would stay readable."""
    for folder in folders:
        if not (folder / "personal").is_file():
            message = f"{folder} holds no keys of a platform"
            raise typer.BadParameter(message, param_hint="--keys")
    return tuple(folders)
