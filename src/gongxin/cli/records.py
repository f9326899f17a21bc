"""gongxin record: what a unit does with one record of its own (记录撤回)."""

from typing import Annotated

import typer

from gongxin.cli import output, platform, whoami

app = typer.Typer(help="Records in the ledger.", no_args_is_help=True)


@app.callback()
def records() -> None:
    """Keep the name of the command beside its group, though there is one alone."""


@app.command()
def withdraw(
    subject: Annotated[str, typer.Argument(metavar="USCC", help="Whose record it is.")],
    record: Annotated[str, typer.Argument(metavar="RECORD", help="Number of the record.")],
    unit: Annotated[str, typer.Option(help="Code of the unit that reported or decided it.")],
    ground: Annotated[
        str, typer.Option(help="mistaken (误报), duplicate (重报), annulled (撤销).")
    ],
    reason: Annotated[str, typer.Option(help="Why, in words; it is kept.")],
) -> None:
    """Take back one record: it is hidden at once, and no file brings it back."""
    with output.told():
        opened = platform.connect()
        from gongxin.intake.withdrawing import Wanted, withdraw  # noqa: PLC0415 - needs Django

        wanted = Wanted(subject, record, unit, ground, reason)
        revision = withdraw(wanted, by=whoami.by(), home=opened.home)
    output.say(f"{record} is taken back at revision {revision}")
