"""gongxin staff and gongxin role: the first accounts, before anybody can log in (账号, 角色).

A password is asked for on a terminal or set through a one-time link, never given as an argument.
"""

import getpass
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from gongxin.cli import clock, output, platform
from gongxin.core import privacy
from gongxin.core.audit import By
from gongxin.core.errors import CreditError

if TYPE_CHECKING:
    from gongxin.accounts.staff import Staff

staff_app = typer.Typer(help="Accounts of people who work here.", no_args_is_help=True)
role_app = typer.Typer(help="Roles that people hold.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Login name.")]
Unit = Annotated[str, typer.Option(help="Code of the unit.")]
Day = Annotated[str, typer.Option(help="Day YYYY-MM-DD.")]


class WeakPassword(CreditError):
    """A password is too weak, or was not typed twice alike."""

    code = "accounts.weak_password"


class NoSingleSignOn(CreditError):
    """No identity service is set that an account could be linked to."""

    code = "accounts.no_single_sign_on"


def _by() -> By:
    return By(f"operator:{getpass.getuser()}", clock.now())


@staff_app.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Name of the person.")],
    staff_no: Annotated[str, typer.Option(help="Staff number at the unit.")],
    unit: Unit,
    link: Annotated[bool, typer.Option("--link", help="Print a one-time link instead.")] = False,
) -> None:
    """Make the account of a person: asks for the password, or prints a link that sets it once."""
    with output.told():
        platform.connect()
        from gongxin.accounts import actions  # noqa: PLC0415 - needs Django

        password = "" if link else _asked(login, name, staff_no)
        made = actions.add_staff(actions.Person(login, name, staff_no, unit), by=_by())
        _open(made, password)


@staff_app.command("renew")
def renew(login: Login) -> None:
    """Take password and second factors away and print a link that sets a password anew."""
    with output.told():
        platform.connect()
        from gongxin.accounts import actions  # noqa: PLC0415 - needs Django

        _open(actions.renew_staff(login, by=_by()), "")


@staff_app.command("list")
def list_(as_json: Json = False) -> None:
    """List the accounts."""
    with output.told():
        platform.connect()
        from gongxin.accounts import queries  # noqa: PLC0415 - needs Django

        found = queries.accounts()
    if as_json:
        output.print_json(found)
        return
    for one in found:
        state = "open" if one.active else "closed"
        output.say(f"{one.login}\t{one.name}\t{one.staff_no}\t{one.unit_name}\t{state}")


@staff_app.command("disable")
def disable(login: Login) -> None:
    """Close an account; whoever is logged in with it is out at the next page."""
    with output.told():
        platform.connect()
        from gongxin.accounts import actions  # noqa: PLC0415 - needs Django

        actions.disable_staff(login, by=_by())
    output.say(f"the account {login} is closed")


@staff_app.command("link")
def link_(
    login: Login,
    subject: Annotated[str, typer.Option(help="Who the person is at the identity service (sub).")],
) -> None:
    """Link an account to a person of the identity service of ``GONGXIN_SSO_ISSUER``."""
    with output.told():
        platform.connect()
        from django.conf import settings  # noqa: PLC0415 - needs Django

        from gongxin.accounts import actions  # noqa: PLC0415

        sso = settings.GONGXIN.sso
        if sso is None:
            message = "set GONGXIN_SSO_ISSUER and GONGXIN_SSO_CLIENT first"
            raise NoSingleSignOn(message)
        actions.link_staff(login, sso.provider, subject, by=_by())
    output.say(f"the account {login} is linked to a person of {sso.issuer}")


@role_app.command("grant")
def grant(
    login: Login,
    role: Annotated[str, typer.Argument(help="Role, as in docs/access.csv.")],
    unit: Unit,
    from_on: Annotated[str, typer.Option("--from", help="First day; today if left out.")] = "",
    until_on: Annotated[str, typer.Option("--until", help="Last day; none if left out.")] = "",
) -> None:
    """Let a person hold a role at a unit."""
    with output.told():
        platform.connect()
        from gongxin.accounts import actions  # noqa: PLC0415 - needs Django
        from gongxin.accounts.policy import Role  # noqa: PLC0415

        if role not in set(Role):
            message = f"there is no role {privacy.mask(role)}; known: {', '.join(Role)}"
            raise output.fail(message, code=output.USAGE)
        term = actions.Term(
            _day(from_on) if from_on else clock.today(), _day(until_on) if until_on else None
        )
        made = actions.grant_role(login, Role(role), unit, term, by=_by())
    output.say(f"{login} is {role} at {unit} from {term.from_on}: assignment {made.pk}")


@role_app.command("end")
def end(
    assignment: Annotated[int, typer.Argument(help="Number of the assignment.")],
) -> None:
    """End a role today."""
    with output.told():
        platform.connect()
        from gongxin.accounts import actions  # noqa: PLC0415 - needs Django

        actions.end_role(assignment, by=_by())
    output.say(f"assignment {assignment} has ended")


@role_app.command("list")
def roles(as_json: Json = False) -> None:
    """List who holds which role."""
    with output.told():
        platform.connect()
        from gongxin.accounts import queries  # noqa: PLC0415 - needs Django

        found = queries.granted(clock.today())
    if as_json:
        output.print_json([{"account": one, "roles": held} for one, held in found])
        return
    for one, held in found:
        for role in held:
            until = role.until_on or "no end"
            output.say(f"{role.number}\t{one.login}\t{role.role.value}\t{role.unit}\t{until}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{privacy.mask(text)}: write the day as 2026-05-04"
        raise output.fail(message, code=output.USAGE) from error


def _asked(login: str, name: str, staff_no: str) -> str:
    """Return a password that was typed twice on a terminal."""
    if not sys.stdin.isatty():
        message = "a password is asked for on a terminal; elsewhere give --link"
        raise output.fail(message, code=output.USAGE)
    from django.contrib.auth.password_validation import validate_password  # noqa: PLC0415
    from django.core.exceptions import ValidationError  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    from gongxin.accounts.staff import Staff  # noqa: PLC0415

    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Once more: "):
        message = "the two passwords are not the same; nothing was done"
        raise WeakPassword(message)
    try:
        with translation.override("en"):
            validate_password(password, Staff(login=login, name=name, staff_no=staff_no))
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
    return password


def _open(staff: "Staff", password: str) -> None:
    """Set the password, or print the link that does."""
    from gongxin.accounts import links, logins  # noqa: PLC0415 - needs Django

    if password:
        logins.set_password(staff, password, at=clock.now())
        output.say(f"account {staff.login}: log in at /desk/login and set up a second factor")
        return
    who, token = links.parts(staff)
    output.say(f"account {staff.login}: one link, for 24 hours and one use")
    output.say(f"/desk/start/{who}/{token}")
