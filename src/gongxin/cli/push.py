"""gongxin push: who is told of changes at which address; approve it, send, send again (推送)."""

import ssl
from random import SystemRandom
from typing import Annotated

import typer

from gongxin.cli import clock, output, platform, whoami
from gongxin.cli.processes import Ended, step_back

app = typer.Typer(help="Messages to systems that follow what is public.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Number = Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="Number of the subscription.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the subscriptions: proposed, approved, refused, disabled; secrets are not shown."""
    with output.told():
        platform.connect()
        from gongxin.push import queries  # noqa: PLC0415 - needs Django

        rows = queries.subscriptions()
    if as_json:
        output.print_json(rows)
        return
    for row in rows:
        failing = f" failing since {row.failing_since:%Y-%m-%d %H:%M}" if row.failing_since else ""
        why = f" ({row.disabled_why})" if row.disabled_why else ""
        output.say(f"{row.id} {row.state}{why} {row.address} of {row.client} {row.unit}{failing}")


@app.command()
def propose(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="Id of the client.")],
    address: Annotated[str, typer.Argument(help="https address that is to be told.")],
) -> None:
    """Propose an address for a client that cannot do so itself; another person approves it."""
    with output.told():
        opened = platform.connect()
        from gongxin.accounts.client_queries import registered  # noqa: PLC0415 - needs Django
        from gongxin.push import actions, queries  # noqa: PLC0415

        units = {row.client_id: row.unit for row in registered()}
        if client not in units:
            message = "there is no client of this id; see gongxin client list"
            raise output.fail(message)
        wanted = actions.Wanted(client, units[client], address)
        allowed = queries.allowed_by(opened.release)
        number = actions.propose(wanted, by=whoami.by(), allowed=allowed)
    output.say(f"{number} is proposed; another person approves it: gongxin push approve {number}")


@app.command()
def approve(number: Number) -> None:
    """Approve an address that somebody else proposed: it is told of changes from now on."""
    with output.told():
        opened = platform.connect()
        from gongxin.push import actions, queries  # noqa: PLC0415 - needs Django

        actions.approve(number, by=whoami.by(), allowed=queries.allowed_by(opened.release))
    output.say(f"{number} is approved")


@app.command()
def refuse(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why; it is in the audit log.")],
) -> None:
    """Refuse an address that somebody else proposed."""
    with output.told():
        platform.connect()
        from gongxin.push import actions  # noqa: PLC0415 - needs Django

        actions.refuse(number, by=whoami.by(), reason=reason)
    output.say(f"{number} is refused")


@app.command()
def replay(
    number: Number,
    delivery: Annotated[str, typer.Option(help="Number of one message.")] = "",
    since: Annotated[
        int | None, typer.Option(min=0, help="All with changes after a revision.")
    ] = None,
) -> None:
    """Send one message again, or all since a revision; each keeps its webhook-id."""
    if (delivery == "") == (since is None):
        message = "give either --delivery or --since"
        raise output.fail(message, code=output.USAGE)
    with output.told():
        platform.connect()
        from gongxin.push import actions, queries  # noqa: PLC0415 - needs Django

        units = {row.id: row.unit for row in queries.subscriptions()}
        unit, by, n = units.get(number, ""), whoami.by(), 1
        if since is None:
            actions.replay_delivery(number, delivery, unit=unit, by=by)
        else:
            n = actions.replay_since(number, since, unit=unit, by=by)
    output.say(f"{n} messages are sent again")


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Send what is due and end.")] = False,
    every: Annotated[int, typer.Option(min=1, help="Seconds between looks.")] = 2,
    parent: Annotated[int, typer.Option(hidden=True, help="End when this process has.")] = 0,
) -> None:
    """Make messages of what changed and send them until they are heard; several may run."""
    step_back(parent)
    with output.told():
        opened = platform.connect()
        from gongxin import law  # noqa: PLC0415 - with the rest
        from gongxin.push import queries, sender, signing, working  # noqa: PLC0415 - needs Django

        trust = ssl.create_default_context()
        pusher = working.Pusher(
            sender=lambda: sender.Sender(queries.allowed_by(law.active(opened.home)), trust),
            key=signing.platform_key(opened.home),
            release=lambda: law.active(opened.home),
            now=clock.now,
            today=clock.today,
            say=output.warn,
            chance=SystemRandom(),
        )
        if not once:
            pusher.run(every=every, stop=Ended(parent))
            return
        sent = pusher.once()
    output.say(f"{sent} messages were sent")
