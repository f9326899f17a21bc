"""gongxin evidence: what is known of a record, signed, for review, court and archive (存证)."""

from datetime import date
from typing import Annotated

import typer

from gongxin.audit import signing
from gongxin.cli import clock, output, platform, whoami


def evidence(
    record: Annotated[str, typer.Argument(metavar="RECORD", help="Number of the record.")],
    purpose: Annotated[str, typer.Option(help="For which proceeding (行政复议, 诉讼, 归档).")],
    case: Annotated[str, typer.Option(help="Number of the case.")],
    as_of: Annotated[
        str, typer.Option("--as-of", help="As it stood at the end of the day; today if left out.")
    ] = "",
) -> None:
    """Print a record's trail as one signed JSON document: source, revisions, law, readers.

    It holds what is not public and says nothing to anybody by itself: that it was made is audited.
    """
    with output.told():
        day = _day(as_of)
        opened = platform.connect()
        from gongxin.check import documents  # noqa: PLC0415 - needs Django
        from gongxin.evidence.bundle import Wanted, make  # noqa: PLC0415

        made = make(
            Wanted(record, day, purpose, case),
            home=opened.home,
            log=signing.read(opened.home),
            by=whoami.by(),
            signer=documents.signer(opened.home),
        )
    output.print_json(made)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if text else clock.today()
    except ValueError as error:
        message = f"--as-of {text}: write the day as 2026-05-04"
        raise output.fail(message, code=output.USAGE) from error
    if day > clock.today():
        message = f"--as-of {text}: nobody knows how the record will stand on a later day"
        raise output.fail(message, code=output.USAGE)
    return day
