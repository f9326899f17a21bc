"""gongxin source: how the units that report stand, and whose pages are taken (信源)."""

from typing import Annotated

import typer

from gongxin.cli import clock, output, platform

app = typer.Typer(help="How the units that report stand.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List each source: its last report, rows accepted, refused and late, since when it is silent.

    With ``--json`` by item, and with the adapters under which pages are taken.
    """
    with output.told():
        opened = platform.connect()
        from gongxin.exchange.queries import peers  # noqa: PLC0415 - needs Django
        from gongxin.intake.sources import sources  # noqa: PLC0415

        rows = sources(today=clock.today())
        connectors = [one for one in peers(opened.release) if one.style == "pulls"]
    if as_json:
        output.print_json({"sources": rows, "connectors": connectors})
        return
    for row in rows:
        last = f"{row.last_on}, {row.silent_days} days ago" if row.last_on else "never"
        counts = f"{row.accepted} accepted, {row.refused} refused, {row.late} late"
        output.say(f"{row.unit} {row.name}: last report {last}; {counts}")
    for one in connectors:
        fault = f", last answer: {one.fault}" if one.fault else ""
        output.say(f"{one.unit} {one.name}: adapter {one.adapter} {one.state}{fault}")


@app.command()
def missing(as_json: Json = False) -> None:
    """List what units should have handed in by now and did not, the longest overdue first.

    Exit 0 none, 3 there are some.
    """
    with output.told():
        opened = platform.connect()
        from gongxin.intake import supplies  # noqa: PLC0415 - needs Django

        rows = supplies.missing(release=opened.release, today=clock.today())
    if as_json:
        output.print_json(rows)
    else:
        for row in rows:
            last = f"last came {row.taken_on}" if row.taken_on else "never came"
            sample = ", 示例" if row.illustrative else ""
            output.say(
                f"{row.unit} {row.unit_name}: {row.item} {row.item_name.zh} of"
                f" {row.period_first} to {row.period_last} was due {row.due_on}, {last}"
                f" ({row.method}{sample})"
            )
    raise typer.Exit(output.PARTIAL if rows else 0)
