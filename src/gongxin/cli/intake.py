"""gongxin intake: take in a department's file (报送入库)."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gongxin.cli import clock, output, platform

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def intake(  # noqa: PLR0913, PLR0917 - options of the command
    file: Annotated[Path, typer.Argument(help="CSV or xlsx file.")],
    unit: Annotated[str, typer.Option(help="Code of the unit that hands in the file.")],
    type_: Annotated[
        str, typer.Option("--type", help="Catalog item; by the header if left out.")
    ] = "",
    profile: Annotated[str, typer.Option(help="Profile; by the header if left out.")] = "",
    errors: Annotated[
        Path | None, typer.Option(help="Where to write the rejected rows: a .csv or .xlsx file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in a file: good rows are posted, every fault comes back.

    Exit 0 all good, 3 some rows rejected, 2 usage, 1 the file was refused.
    """
    with output.told():
        opened = platform.connect(persons=True)
        from gongxin.intake.receive import Handover, take_in  # noqa: PLC0415 - needs Django
        from gongxin.intake.recognise import Wanted  # noqa: PLC0415

        handover = Handover(file, unit, clock.now(), Wanted(type_, profile), errors)
        with output.steps(file.name, quiet=as_json) as step:
            outcome = take_in(handover, release=opened.release, home=opened.home, progress=step)
    if outcome.unwritten:
        again = f"gongxin batch errors {outcome.batch} --out FILE"
        output.warn(f"the rejected rows could not be written to {outcome.unwritten}; {again}")
    if as_json:
        output.print_json(_intake_document(outcome))
    else:
        _print_intake(outcome)
    raise typer.Exit(output.PARTIAL if outcome.rejected else 0)


def _intake_document(outcome: Any) -> dict[str, object]:
    names = ("row", "column", "code", "message", "value", "level")
    return {
        "batch": outcome.batch,
        "type": outcome.item,
        "profile": outcome.profile,
        "rows": outcome.rows,
        "accepted": outcome.accepted,
        "duplicates": outcome.duplicates,
        "revisions": outcome.revisions,
        "personal": outcome.personal,
        "rejected": outcome.rejected,
        "unattached": outcome.unattached,
        "incomplete": outcome.incomplete,
        "late": outcome.late,
        "findings": [
            {name: getattr(f, name) for name in names}
            | {"header": outcome.headers.get(f.column, f.column)}
            for f in outcome.findings
        ],
        "receipt": outcome.receipt,
    }


def _print_intake(outcome: Any) -> None:
    output.say(
        f"{outcome.item} ({outcome.profile}): {outcome.rows} rows, {outcome.accepted} accepted,"
        f" {outcome.duplicates} duplicates, {outcome.personal} about persons (sealed or dropped),"
        f" {outcome.rejected} rejected; {outcome.late} late"
    )
    for finding in outcome.findings:
        output.say(
            f"  row {finding.row} {finding.column} {finding.code}:"
            f" {finding.message} {finding.value}"
        )
    output.say(f"receipt {outcome.receipt['number']} {outcome.receipt['hash']}")
