"""gongxin audit: seal the log, check it, prove a deed, verify a proof (审计)."""

import getpass
import json
import sys
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gongxin.audit import signing, verifying
from gongxin.cli import clock, output, platform, whoami
from gongxin.cli.processes import Ended
from gongxin.core import privacy, uscc
from gongxin.core.dates import CHINA

if TYPE_CHECKING:
    from gongxin.audit.witness import Folder

app = typer.Typer(help="The audit log that nobody can alter.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Witnesses = Annotated[
    list[Path],
    typer.Option("--witness", help="Folder of a witness; else those of GONGXIN_WITNESSES."),
]


@app.command()
def seal(
    witness: Witnesses = [],  # noqa: B006 - typer copies it
    every: Annotated[int, typer.Option(min=0, help="Seconds between sealings; 0: once.")] = 0,
    parent: Annotated[int, typer.Option(hidden=True, help="End when this process has.")] = 0,
) -> None:
    """Seal what was recorded, sign the head and hand it to the witnesses.

    Exit 0 all was done, 3 a witness was away or refused; with --every it ends on SIGTERM only.
    """
    with output.told():
        opened = platform.connect()
        from gongxin.accounts import failures  # noqa: PLC0415 - needs Django
        from gongxin.audit.sealing import Sealer  # noqa: PLC0415

        faults: list[str] = []
        say = faults.append if every == 0 else output.warn
        signer = signing.read(opened.home)
        counted = partial(failures.tell_counted, now=clock.now)
        sealer = Sealer(signer, _witnesses(witness), clock.now, say, counted)
        if every:
            sealer.run(every=every, stop=Ended(parent))
            return
        if sealed := sealer.once():
            output.say(f"sealed {sealed} deeds")
    for fault in faults:
        output.warn(fault)
    raise typer.Exit(output.PARTIAL if faults else 0)


def _witnesses(given: list[Path]) -> "tuple[Folder, ...]":
    from gongxin.audit import witness as outside  # noqa: PLC0415 - needs Django

    return outside.folders(tuple(p.absolute() for p in given)) or outside.configured()


@app.command()
def looks(
    code: Annotated[str, typer.Argument(metavar="USCC", parser=uscc.compact)],
    since: Annotated[
        str, typer.Option(help="First day, YYYY-MM-DD; a year back if left out.")
    ] = "",
    as_json: Json = False,
) -> None:
    """List who looked at an organisation: when, which unit, for what; never who of its staff."""
    with output.told():
        begins = _instant(since)
        platform.connect()
        from django.db import transaction  # noqa: PLC0415 - needs Django

        from gongxin.accounts.acting import acts_for  # noqa: PLC0415
        from gongxin.audit import queries  # noqa: PLC0415

        with transaction.atomic():
            acts_for(code)
            found = queries.looks_at(code, begins)
    if as_json:
        output.print_json(found)
        return
    for look in found:
        at = look.at.astimezone(CHINA).isoformat(sep=" ", timespec="minutes")
        output.say(f"{at} {look.unit or '-'} {look.purpose} {look.matter} {look.case}".rstrip())
    output.say(f"{len(found)} looks since {begins.date()}")


def _instant(since: str) -> datetime:
    """The first moment of the day in China; the log keeps a year and more (等级保护)."""
    if not since:
        return clock.now() - timedelta(days=365)
    try:
        return datetime.combine(date.fromisoformat(since), datetime.min.time(), CHINA)
    except ValueError as error:
        message = f"--since {since}: write the day as 2026-05-04"
        raise output.fail(message, code=output.USAGE) from error


@app.command()
def fsck(witness: Witnesses = [], as_json: Json = False) -> None:  # noqa: B006
    """Make the whole log again and hold it against signatures and witnesses.

    Exit 0 nothing was altered, 1 something was: each fault names its row.
    """
    with output.told():
        opened = platform.connect()
        from gongxin.audit import checking  # noqa: PLC0415 - needs Django

        verifier = signing.read(opened.home).verifier
        report = checking.check(verifier, _witnesses(witness), now=clock.now())
    if as_json:
        output.print_json(report)
    else:
        for fault in report.faults:
            output.say(f"row {fault.row}: {fault.what}" if fault.row else fault.what)
        output.say(
            f"{report.rows} sealed rows, {report.heads} heads, {report.witnesses} witnesses,"
            f" {report.unsealed} rows not sealed yet, {len(report.faults)} faults"
        )
    raise typer.Exit(output.FAILED if report.faults else 0)


@app.command()
def prove(row: Annotated[int, typer.Argument(help="Number of the row.")]) -> None:
    """Print the proof that a row stands in the signed log: one JSON document."""
    with output.told():
        opened = platform.connect()
        from gongxin.audit import proving  # noqa: PLC0415 - needs Django

        proof = proving.prove(row, signing.read(opened.home).verifier)
    output.print_json(asdict(proof))


@app.command()
def erase(
    row: Annotated[int, typer.Argument(help="Number of the row.")],
    basis: Annotated[str, typer.Option(help="Law and article, or number of the decision.")],
    second: Annotated[str, typer.Option(help="Login name of an auditor, who types his password.")],
) -> None:
    """Take content and salt from a sealed row as law demands; its leaf and who did it stay.

    Two people: whoever runs this, and an auditor who types his password here. Exit 1: nothing was
    erased.
    """
    with output.told():
        platform.connect()
        from gongxin.accounts import agreeing  # noqa: PLC0415 - needs Django
        from gongxin.audit.erasure import Erasure, erase  # noqa: PLC0415

        agreed = agreeing.auditor(second, _typed(second), at=clock.now())
        receipt = erase(Erasure(row, privacy.mask(basis), agreed), by=whoami.by())
    output.say(f"row {row} is erased; the receipt of the erasure is {receipt}")


def _typed(login: str) -> str:
    if not sys.stdin.isatty():
        message = "the auditor types his password on a terminal"
        raise output.fail(message, code=output.USAGE)
    return getpass.getpass(f"Password of {privacy.mask(login)}: ")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A proof as prove prints it.")],
    key: Annotated[Path, typer.Option(help="The log's public key, had from elsewhere.")],
    as_json: Json = False,
) -> None:
    """Check a proof without the platform: what it shows stands in the log that the key signs."""
    with output.told():
        proved = verifying.verify(_document(file), signing.Verifier.read(_text(key)))
    if as_json:
        output.print_json(proved)
        return
    for name, value in sorted(proved.deed.items()):
        output.say(f"{name}: {output.plain(value)}")
    signed = proved.checkpoint
    output.say(
        f"stands in the log {signed.origin} of {signed.head.size} deeds, as its key signed it"
        f" at {signed.at.isoformat()}"
    )


def _document(file: Path) -> dict[str, object]:
    try:
        found = json.loads(_text(file))
    except ValueError as error:
        raise output.fail(f"{file} is no proof: {error}", code=output.USAGE) from error
    return found if isinstance(found, dict) else {}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise output.fail(f"{file} cannot be read: {error}", code=output.USAGE) from error
