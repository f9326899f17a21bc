"""gongxin batch: how a batch stands, the rows that go back, and taking it back (批次)."""

from pathlib import Path
from typing import Annotated

import typer

from gongxin.cli import output, platform, whoami

app = typer.Typer(help="Files and messages that units handed in.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Number = Annotated[str, typer.Argument(metavar="BATCH", help="Number on the receipt.")]
Reason = Annotated[str, typer.Option(help="Why, in words; it is kept.")]


@app.command()
def show(batch: Number, as_json: Json = False) -> None:
    """Show a batch: its counts, its faults by kind, and what became of the rejected rows."""
    with output.told():
        platform.connect()
        from gongxin.intake import batches  # noqa: PLC0415 - needs Django

        one = batches.standing(batch)
    if as_json:
        output.print_json(one)
        return
    receipt = one.receipt
    counts = ", ".join(f"{receipt[name]} {name}" for name in ("rows", "accepted", "rejected"))
    output.say(f"{one.batch} {receipt['file']} of {receipt['unit']}: {receipt['item']}, {counts}")
    if one.revoked_at is not None:
        output.say(f"  revoked {one.revoked_at.isoformat()}: {one.revoked_why}")
    for fault in one.faults:
        output.say(f"  {fault.code} {fault.column}: {fault.rows} rows")
    for outcome, rows in one.rejects.items():
        output.say(f"  rejected rows {outcome}: {rows}")


@app.command()
def errors(
    batch: Number,
    out: Annotated[
        Path | None, typer.Option(help="Write the rows to this .csv or .xlsx file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the rows that are open, or write them as a file to be put right and sent back.

    Rows that may be about a person are kept as number and faults alone: take their cells from the
    file that was sent. Exit 0 none, 3 there are some.
    """
    with output.told():
        platform.connect()
        from gongxin.intake import batches, returned  # noqa: PLC0415 - needs Django

        one = batches.found(batch)
        returned.demand_place(out)
        if out is not None:
            rows = returned.write(returned.of_batch(one), out)
            output.warn(f"{rows} rows written to {out}")
            raise typer.Exit(output.PARTIAL if rows else 0)
        found = batches.open_rows(batch)
    if as_json:
        output.print_json(found)
    for row in [] if as_json else found:
        said = "; ".join(f"{f['header']} {f['code']} {f['message']}" for f in row.findings)
        output.say(f"{row.number}: {said}")
    raise typer.Exit(output.PARTIAL if found else 0)


@app.command()
def cancel(
    batch: Number,
    rows: Annotated[list[int], typer.Argument(min=1, help="Rows as in the sent file.")],
    reason: Reason,
) -> None:
    """Close rejected rows that will not be sent again."""
    with output.told():
        platform.connect()
        from gongxin.intake import batches  # noqa: PLC0415 - needs Django

        closed = batches.cancel(batch, rows, reason=reason, by=whoami.by())
    output.say(f"{closed} rows are closed")


@app.command()
def revoke(batch: Number, reason: Reason, as_json: Json = False) -> None:
    """Take back a whole batch that was handed in by mistake.

    Its records are hidden at once, what it had corrected stands as it was reported before, and
    rows about persons that it brought are deleted. The file may be handed in anew.
    """
    with output.told():
        opened = platform.connect(persons=True)
        from gongxin.intake import revoking  # noqa: PLC0415 - needs Django

        done = revoking.revoke(
            batch, reason=reason, by=whoami.by(), release=opened.release, home=opened.home
        )
    if as_json:
        output.print_json(done)
        return
    output.say(
        f"{done.withdrawn} records taken back, {done.restored} stand as before,"
        f" {done.kept} stay: a later batch or an authority changed them;"
        f" {done.closed} rejected rows closed"
    )
