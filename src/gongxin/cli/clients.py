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
    """List the registered systems; secrets are not known to us."""
    with output.told():
        platform.connect()
        from gongxin.accounts.client_queries import registered  # noqa: PLC0415

        rows = registered()
    if as_json:
        output.print_json(rows)
        return
    for row in rows:
        state = " disabled" if row.disabled else ""
        roles = ",".join(row.roles)
        output.say(f"{row.client_id} {row.unit} {row.name} ({roles}, {row.quota} a day){state}")


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
