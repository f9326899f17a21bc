"""gongxin checks snapshot and look: a counter that goes on when the line is down (离线快照)."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gongxin.audit import signing
from gongxin.check import counter
from gongxin.cli import checks, clock, output, platform, whoami
from gongxin.core import uscc

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def snapshot(  # noqa: PLR0913, PLR0917 - options of the command
    out: Annotated[Path, typer.Argument(help="File to write; one that is there is replaced.")],
    matter: Annotated[str, typer.Option(help="The matter that the counter handles.")],
    purpose: Annotated[str, typer.Option(help="What the answers are used for.")],
    unit: Annotated[str, typer.Option(help="Code of the unit whose counter it is.")],
    case: Annotated[str, typer.Option(help="Number under which it was asked for.")] = "",
    as_json: Json = False,
) -> None:
    """Write what a counter needs until the day ends, signed; each file is in the audit log."""
    with output.told():
        opened = platform.connect()
        from gongxin.check import documents, snapshots  # noqa: PLC0415 - needs Django
        from gongxin.check.answer import Question  # noqa: PLC0415

        checks.demand_unit(unit)
        who = whoami.by()
        question = Question("", matter, purpose, clock.today(), who.at, who.actor, case, unit)
        signer = documents.signer(opened.home)
        made = snapshots.make(out, question, release=opened.release, by=signer)
    if as_json:
        output.print_json(made)
        return
    output.say(f"{out}: {made.entries} organisations, good until {made.expires_at}, {made.digest}")


def look(
    file: Annotated[Path, typer.Argument(help="A snapshot.")],
    code: Annotated[
        str,
        typer.Argument(metavar="USCC", help="Unified social credit code.", parser=uscc.compact),
    ],
    key: Annotated[Path, typer.Option(help="The platform's public key, had from elsewhere.")],
    as_json: Json = False,
) -> None:
    """Look up an organisation in a snapshot, without the platform and without a line."""
    with output.told():
        verifier = signing.Verifier.read(checks.text_of(key))
        seen = counter.look(file, code, key=verifier, now=clock.now())
    if as_json:
        output.print_json(seen)
        return
    _say(seen)


def _say(seen: counter.Seen) -> None:
    if seen.status == counter.UNKNOWN:
        output.say(f"{seen.uscc}: unknown ({seen.why}); nothing bad follows, go on without it")
        return
    output.say(f"{seen.uscc} for {seen.matter}, as of {seen.as_of}: {seen.status}")
    entry: dict[str, Any] = seen.entry or {}
    for fact in (*entry.get("list_entries", ()), *entry.get("facts", ())):
        until = fact["public_until"] or "without end"
        output.say(f"  {fact['name']} {fact['document_no']} {fact['decided_on']} until {until}")
    for measure in entry.get("measures", ()):
        output.say(f"  {measure['kind']}: {measure['name']} ({measure['implementing_unit']})")
    output.say("  a named person decides; ask the platform itself before anybody is treated worse")
