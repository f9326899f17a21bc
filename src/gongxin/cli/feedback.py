"""gongxin feedback: letters are deleted after their last day (来信)."""

from typing import Annotated

import typer

from gongxin.cli import clock, output, platform
from gongxin.cli.processes import Ended, step_back

app = typer.Typer(help="Complaints about the platform and suggestions.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep one command a group of its own."""


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Delete what ended and end.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Seconds between looks.")] = 3600,
    parent: Annotated[int, typer.Option(hidden=True, help="End when this process has.")] = 0,
) -> None:
    """Delete letters past their last day; gongxin serve runs one."""
    step_back(parent)
    with output.told():
        platform.connect()
        from gongxin.feedback.keeping import Keeper  # noqa: PLC0415 - needs Django

        keeper = Keeper(clock.now, output.say if once else output.warn)
        if not once:
            keeper.run(every=every, stop=Ended(parent))
            return
        keeper.once()
