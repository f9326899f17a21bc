"""gongxin audit: seal the log, check it, prove a deed, verify a proof (审计)."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gongxin.audit import signing, verifying
from gongxin.cli import clock, output, platform

app = typer.Typer(help="The audit log that nobody can alter.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Witnesses = Annotated[
    list[Path],
    typer.Option("--witness", help="Folder of a witness; give each. Outside this machine."),
]


@app.command()
def seal(
    witness: Witnesses = [],  # noqa: B006 - typer copies it
    every: Annotated[int, typer.Option(min=0, help="Seconds between sealings; 0: once.")] = 0,
) -> None:
    """Seal what was recorded, sign the head and hand it to the witnesses."""
    with output.told():
        opened = platform.connect()
        from gongxin.audit import actions, witness as outside  # noqa: PLC0415, I001

        signer = signing.read(opened.home)
        folders = [outside.found(p.name, p.absolute(), signer.verifier) for p in witness]
        while True:
            for sealed in actions.seal_all(now=clock.now, signer=signer):
                output.say(f"sealed {len(sealed.leaves)} deeds")
            for folder in folders:
                actions.tell(folder, at=clock.now())
            if every == 0:
                return
            time.sleep(every)


@app.command()
def fsck(witness: Witnesses = [], as_json: Json = False) -> None:  # noqa: B006
    """Make the whole log again and hold it against signatures and witnesses.

    Exit 0 nothing was altered, 1 something was: each fault names its row.
    """
    with output.told():
        opened = platform.connect()
        from gongxin.audit import checking, witness as outside  # noqa: PLC0415, I001

        verifier = signing.read(opened.home).verifier
        folders = [outside.found(p.name, p.absolute(), verifier) for p in witness]
        report = checking.check(verifier, folders, now=clock.now())
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
    size, origin = proved.checkpoint.head.size, proved.checkpoint.origin
    output.say(f"stands in the log {origin} of {size} deeds, as its key signed it")


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
