"""gongxin client: systems of units that may call the API (接入系统)."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from gongxin.cli import clock, output, platform
from gongxin.core import uscc
from gongxin.core.audit import By

app = typer.Typer(help="Systems of units that may call the API.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
ClientId = Annotated[str, typer.Argument(metavar="CLIENT", help="Id of the client.")]
Limit = Annotated[list[str] | None, typer.Option(help="Only this one; give each. All if left out.")]


def _by() -> By:
    return By(f"operator:{getpass.getuser()}", clock.now())


@app.command()
def add(  # noqa: PLR0913, PLR0917 - one option a limit
    name: Annotated[str, typer.Argument(help="Name of the system (行政审批系统).")],
    unit: Annotated[str, typer.Option(help="Code of its unit.", parser=uscc.compact)],
    role: Annotated[list[str], typer.Option(help="checker, bank, reporter …; give each.")],
    purpose: Limit = None,
    matter: Limit = None,
    item: Limit = None,
    quota: Annotated[int, typer.Option(min=0, help="Organisations a day.")] = 10_000,
    rate: Annotated[int, typer.Option(min=0, help="Requests a second; 0: as usual.")] = 0,
    as_json: Json = False,
) -> None:
    """Register a system and print its secret: it is shown this once and stored nowhere."""
    with output.told():
        platform.connect()
        from gongxin.accounts.client_actions import NewClient, add_client  # noqa: PLC0415

        new = NewClient(
            name=name,
            unit=unit,
            roles=tuple(role),
            purposes=_limit(purpose),
            matters=_limit(matter),
            items=_limit(item),
            quota=quota,
            rate=rate,
        )
        made = add_client(new, by=_by())
    _say(made, as_json=as_json)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the registered systems, where they stand and what they used; secrets are not known."""
    with output.told():
        platform.connect()
        from gongxin.accounts.client_queries import registered  # noqa: PLC0415
        from gongxin.accounts.client_register import register  # noqa: PLC0415

        rows = registered()
        systems = {one.client_id: one for one in register(today=clock.today())}
    if as_json:
        output.print_json(
            [output.shallow(systems[row.client_id]) | output.shallow(row) for row in rows]
        )
        return
    for row in rows:
        one = systems[row.client_id]
        state = " disabled" if row.disabled else "" if one.connected else " unit dissolved"
        roles = ",".join(row.roles)
        last = one.last_call_at.date().isoformat() if one.last_call_at else "never"
        output.say(
            f"{row.client_id} {one.level or '-'} {one.region or '-'} {row.unit} {row.name}"
            f" ({roles}, {row.quota} a day) last call {last}, {one.calls} calls, {one.refused}"
            f" refused in 30 days, asked today {one.asked_today}{state}"
        )


@app.command()
def count(as_json: Json = False) -> None:
    """Count the connected systems by level, department and region, and the share of departments."""
    with output.told():
        opened = platform.connect()
        from gongxin.accounts import client_register  # noqa: PLC0415
        from gongxin.exchange.queries import pulled  # noqa: PLC0415

        today = clock.today()
        systems = client_register.register(today=today)
        found = client_register.counted(systems)
        shares = client_register.shares(systems, today=today, pulled=pulled(opened.release))
    if as_json:
        output.print_json(output.shallow(found) | {"shares": shares})
        return
    for what in ("levels", "departments", "regions"):
        for one in getattr(found, what):
            label = f"{one.key or '-'} {one.name if one.name != one.key else ''}".rstrip()
            output.say(f"{what} {label}: {one.systems} systems of {one.units} units")
    for share in shares:
        name = share.level or "all"
        output.say(f"connected {name}: {share.connected} of {share.departments} departments")


@app.command()
def products(as_json: Json = False) -> None:
    """List what systems call: each product with its version and calls of 30 days by unit and day.

    Calls without a token are listed under ``-``; by day with ``--json``.
    """
    with output.told():
        platform.connect()
        from gongxin.accounts import client_register  # noqa: PLC0415 - needs Django
        from gongxin.accounts.products import uses  # noqa: PLC0415

        today = clock.today()
        found = uses(first=today - client_register.SPAN, today=today)
    if as_json:
        output.print_json(found)
        return
    for one in found:
        units = ", ".join(f"{unit.unit or '-'} {unit.name} {unit.calls}" for unit in one.units)
        said = f": {units}" if units else ""
        output.say(f"{one.product} {one.version} {one.name.zh} {one.calls} calls{said}")


@app.command()
def disable(client: ClientId) -> None:
    """Take a system its access, at once."""
    with output.told():
        platform.connect()
        from gongxin.accounts.client_actions import disable_client  # noqa: PLC0415

        disable_client(client, by=_by())
    output.say(f"{client} is disabled; its tokens are no longer good")


@app.command()
def rotate(client: ClientId, as_json: Json = False) -> None:
    """Give a system another secret; the old one and its tokens end at once."""
    with output.told():
        platform.connect()
        from gongxin.accounts.client_actions import rotate_secret  # noqa: PLC0415

        made = rotate_secret(client, by=_by())
    _say(made, as_json=as_json)


@app.command()
def key(
    client: ClientId,
    file: Annotated[Path, typer.Argument(help="Its public key: Ed25519, PEM.")],
) -> None:
    """Keep the public key of a system that signs its calls (RFC 9421)."""
    with output.told():
        platform.connect()
        from gongxin.accounts.client_actions import set_verify_key  # noqa: PLC0415

        set_verify_key(client, file.read_text(encoding="ascii", errors="replace"), by=_by())
    output.say(f"signatures of {client} are checked with this key from now on")


def _limit(names: list[str] | None) -> tuple[str, ...] | None:
    return tuple(names) if names else None


def _say(made: object, *, as_json: bool) -> None:
    if as_json:
        output.print_json(made)
        return
    for name, value in output.shallow(made).items():
        output.say(f"{name} {value}")
    output.say("keep the secret now: it is stored nowhere and never shown again")
