"""gongxin exchange: other platforms that an adapter of the pack names (对接)."""

import ssl
from typing import TYPE_CHECKING, Annotated

import typer

from gongxin.cli import clock, output, platform, whoami

if TYPE_CHECKING:
    from gongxin.exchange.sending import Exchanger

app = typer.Typer(help="Exchange with other platforms.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Name = Annotated[str, typer.Argument(metavar="ADAPTER", help="Adapter of the pack.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the pack's adapters: style, address, signature, and whether two people agreed."""
    with output.told():
        opened = platform.connect()
        from gongxin.exchange import queries  # noqa: PLC0415 - needs Django

        rows = queries.peers(opened.release)
    if as_json:
        output.print_json(rows)
        return
    for row in rows:
        legacy = " LEGACY MD5: proves little, replace it" if row.signing == "md5" else ""
        fault = f" last answer: {row.fault}" if row.fault else ""
        output.say(f"{row.adapter} {row.style} {row.state} {row.address}{legacy}{fault}")


@app.command()
def propose(
    name: Name,
    legacy_md5: Annotated[
        bool, typer.Option("--legacy-md5", help="Say that it signs by MD5, which proves little.")
    ] = False,
) -> None:
    """Propose to exchange under an adapter as it stands; another person approves it."""
    with output.told():
        opened = platform.connect()
        from gongxin.exchange import actions  # noqa: PLC0415 - needs Django

        actions.propose(name, by=whoami.by(), release=opened.release, legacy_md5=legacy_md5)
    output.say(f"{name} is proposed; another person approves it: gongxin exchange approve {name}")


@app.command()
def approve(name: Name) -> None:
    """Agree to what somebody else proposed: what changes from now on is exchanged."""
    with output.told():
        opened = platform.connect()
        from gongxin.exchange import actions  # noqa: PLC0415 - needs Django

        actions.approve(name, by=whoami.by(), release=opened.release)
    output.say(f"{name} is approved")


@app.command()
def end(
    name: Name, reason: Annotated[str, typer.Option(help="Why; it is in the audit log.")]
) -> None:
    """Refuse a proposal or end an exchange at once."""
    with output.told():
        platform.connect()
        from gongxin.exchange import actions  # noqa: PLC0415 - needs Django

        actions.end(name, by=whoami.by(), reason=reason)
    output.say(f"{name} is ended")


@app.command()
def test(name: Name) -> None:
    """Say whether an adapter could be used now: its secret, its agreement; nothing is sent."""
    with output.told():
        opened = platform.connect()
        from gongxin.exchange import actions, sending, signing  # noqa: PLC0415 - needs Django

        adapter = actions.adapter_of(name, opened.release)
        signing.read_secret(opened.home, adapter)
        agreed = sending.agreed(adapter).exists()
    if not agreed:
        message = "two people have not agreed to it as the pack has it now"
        raise output.fail(message)
    output.say(f"{name} is ready")


@app.command()
def run() -> None:
    """Send to every agreed gateway what changed and what ended, once; run it by a timer.

    Exit 3 if a gateway did not take what it was sent: it is tried again later.
    """
    with output.told():
        exchanger = _exchanger()
        from gongxin.exchange import queries  # noqa: PLC0415 - needs Django

        taken = exchanger.once()
        failing = queries.failing(exchanger.release())
    output.say(f"{taken} messages were taken")
    raise typer.Exit(output.PARTIAL if len(failing) > 0 else 0)


@app.command()
def pull(name: Name) -> None:
    """Take the new pages of a data platform and hand them in as a unit's file."""
    rejected = 0
    with output.told():
        exchanger = _exchanger()
        from gongxin.exchange import actions, pulling  # noqa: PLC0415 - needs Django

        adapter = actions.adapter_of(name, exchanger.release())
        pulling.demand_open(adapter)
        for page in pulling.pull(adapter, exchanger):
            done = page.outcome
            if done is None:
                output.say(f"package {page.sequence}: no rows")
                continue
            rejected += done.rejected
            counts = f"{done.accepted} accepted, {done.rejected} rejected"
            output.say(f"package {page.sequence}: batch {done.batch}, {counts}")
    raise typer.Exit(output.PARTIAL if rejected else 0)


def _exchanger() -> "Exchanger":
    opened = platform.connect()
    from gongxin import law  # noqa: PLC0415 - with the rest
    from gongxin.exchange import sending  # noqa: PLC0415 - needs Django
    from gongxin.push import queries, sender  # noqa: PLC0415

    trust = ssl.create_default_context()
    return sending.Exchanger(
        sender=lambda: sender.Sender(queries.allowed_by(law.active(opened.home)), trust),
        home=opened.home,
        release=lambda: law.active(opened.home),
        now=clock.now,
        today=clock.today,
        say=output.warn,
    )
