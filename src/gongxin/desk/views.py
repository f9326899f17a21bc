"""Views of the desk: check the right, read the form, call one function, show (工作端视图)."""

from collections.abc import Callable

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from gongxin.accounts import actions, entering, links, logins, queries, units
from gongxin.accounts.policy import Action, Role
from gongxin.accounts.staff import Staff
from gongxin.core.errors import CreditError
from gongxin.desk import clock, wording
from gongxin.desk.access import POSTED, TYPED, by, desk_page, may, page, staff_of, wrong_method
from gongxin.desk.forms import (
    AccountForm,
    AgentForm,
    AppointForm,
    GrantForm,
    HandOverForm,
    LoginNameForm,
    NumberForm,
    PasswordForm,
    StandInForm,
)


@desk_page()
def home(request: HttpRequest) -> HttpResponse:
    """Show who one is: unit, roles, until when, who stands in (首页)."""
    return _home(request, StandInForm(staff=staff_of(request)))


def _home(request: HttpRequest, form: forms.Form, refused: str = "") -> HttpResponse:
    staff, day = staff_of(request), clock.today()
    context = {
        "unit_name": units.names().get(staff.unit, ""),
        "holdings": _named(queries.holdings(staff, day)),
        "given": [
            (n, who, wording.ROLES[r], last) for n, who, r, last in queries.given(staff, day)
        ],
        "delegates": may(request, Action.DELEGATE),
        "form": form,
        "refused": refused,
    }
    return page(request, "home.html", context, status=409 if refused else 200)


@desk_page(Action.DELEGATE, fresh=True, methods=TYPED)
def stand_in(request: HttpRequest) -> HttpResponse:
    """Let a colleague stand in for one's own role (代办)."""
    form = StandInForm(request.POST or None, staff=staff_of(request))
    if not form.is_valid():
        return _home(request, form)
    given = form.cleaned_data
    return done(
        request,
        lambda: actions.delegate(int(given["number"]), given["taker"], form.term(), by=by(request)),
        lambda refused: _home(request, form, refused),
        to="desk:home",
    )


@desk_page(Action.DELEGATE, methods=POSTED)
def end_stand_in(request: HttpRequest) -> HttpResponse:
    """End that somebody stands in for oneself."""
    form = NumberForm(request.POST)
    own = {number for number, *_ in queries.given(staff_of(request), clock.today())}
    if not form.is_valid() or form.cleaned_data["number"] not in own:
        raise Http404
    return done(
        request,
        lambda: actions.end_delegation(form.cleaned_data["number"], by=by(request)),
        lambda refused: _home(request, StandInForm(staff=staff_of(request)), refused),
        to="desk:home",
    )


@desk_page(Action.MANAGE_ACCOUNTS, fresh=True)
def accounts(request: HttpRequest) -> HttpResponse:
    """Show all accounts (账号管理, F13)."""
    return show_accounts(request)


def show_accounts(
    request: HttpRequest,
    form: forms.Form | None = None,
    *,
    agent: forms.Form | None = None,
    refused: str = "",
    link: str = "",
) -> HttpResponse:
    """Show the page of accounts, with what was typed or done there."""
    context = {
        "accounts": queries.accounts(),
        "form": form or AccountForm(),
        "agent": agent or AgentForm(auto_id="agent_%s"),
        "refused": refused,
        "link": link,
    }
    return page(request, "accounts.html", context, status=409 if refused else 200)


def show_link(request: HttpRequest, make: Callable[[], Staff]) -> HttpResponse:
    """Make or renew an account and show its one-time link, or why it was refused."""
    try:
        staff = make()
    except CreditError as error:
        return show_accounts(request, refused=wording.refusal(error))
    return show_accounts(request, link=_link(request, staff))


@desk_page(Action.MANAGE_ACCOUNTS, fresh=True, methods=TYPED)
def add_account(request: HttpRequest) -> HttpResponse:
    """Make an account and show the one-time link that sets its password."""
    form = AccountForm(request.POST or None)
    if not form.is_valid():
        return show_accounts(request, form)
    return show_link(request, lambda: actions.add_staff(form.person(), by=by(request)))


@desk_page(Action.MANAGE_ACCOUNTS, fresh=True, methods=POSTED)
def close_account(request: HttpRequest) -> HttpResponse:
    """Close an account."""
    form = LoginNameForm(request.POST)
    if not form.is_valid():
        raise Http404
    return done(
        request,
        lambda: actions.disable_staff(form.cleaned_data["login"], by=by(request)),
        lambda refused: show_accounts(request, refused=refused),
        to="desk:accounts",
    )


@desk_page(Action.MANAGE_ACCOUNTS, fresh=True, methods=POSTED)
def renew_account(request: HttpRequest) -> HttpResponse:
    """Take password and factors away and show a link that sets a password anew."""
    form = LoginNameForm(request.POST)
    if not form.is_valid():
        raise Http404
    login = form.cleaned_data["login"]
    return show_link(request, lambda: actions.renew_staff(login, by=by(request)))


@desk_page(Action.GRANT_ROLES, fresh=True)
def roles(request: HttpRequest) -> HttpResponse:
    """Show who holds which role (角色管理, F13)."""
    return show_roles(request)


def show_roles(
    request: HttpRequest,
    form: forms.Form | None = None,
    *,
    agent: forms.Form | None = None,
    refused: str = "",
    code: str = "",
) -> HttpResponse:
    """Show the page of roles, with what was typed or done there."""
    held = [(account, _named(holdings)) for account, holdings in queries.granted(clock.today())]
    context = {
        "held": held,
        "form": form or GrantForm(),
        "agent": agent or AppointForm(auto_id="agent_%s"),
        "hand_over": HandOverForm(auto_id="hand_%s"),
        "waiting": entering.waiting(),
        "code": code,
        "refused": refused,
    }
    return page(request, "roles.html", context, status=409 if refused else 200)


@desk_page(Action.GRANT_ROLES, fresh=True, methods=TYPED)
def grant_role(request: HttpRequest) -> HttpResponse:
    """Let a person hold a role."""
    form = GrantForm(request.POST or None)
    if not form.is_valid():
        return show_roles(request, form)
    given = form.cleaned_data
    return done(
        request,
        lambda: actions.grant_role(
            given["login"], Role(given["role"]), given["unit"], form.term(), by=by(request)
        ),
        lambda refused: show_roles(request, form, refused=refused),
        to="desk:roles",
    )


@desk_page(Action.GRANT_ROLES, fresh=True, methods=POSTED)
def end_role(request: HttpRequest) -> HttpResponse:
    """End a role today."""
    form = NumberForm(request.POST)
    if not form.is_valid():
        raise Http404
    return done(
        request,
        lambda: actions.end_role(form.cleaned_data["number"], by=by(request)),
        lambda refused: show_roles(request, refused=refused),
        to="desk:roles",
    )


@desk_page(Action.GRANT_ROLES, fresh=True, methods=POSTED)
def release_link(request: HttpRequest) -> HttpResponse:
    """Release the link of an account and show the code that its person types."""
    form = LoginNameForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        code = entering.release(form.cleaned_data["login"], by=by(request))
    except CreditError as error:
        return show_roles(request, refused=wording.refusal(error))
    return show_roles(request, code=code)


@desk_page(Action.GRANT_ROLES, fresh=True, methods=POSTED)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Move all roles of a person to another and close the account (交接)."""
    form = HandOverForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    return done(
        request,
        lambda: actions.hand_over(given["login"], given["taker"], by=by(request)),
        lambda refused: show_roles(request, refused=refused),
        to="desk:roles",
    )


@desk_page(fresh=True, methods=TYPED)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; all other sessions end."""
    staff = staff_of(request)
    form = PasswordForm(request.POST or None, staff=staff)
    if not form.is_valid():
        return page(request, "password.html", {"form": form})
    logins.set_password(staff, form.cleaned_data["password"], at=clock.now())
    update_session_auth_hash(request, staff)
    return redirect("desk:home")


def start(request: HttpRequest, who: str, token: str) -> HttpResponse:
    """Set the first password with a one-time link; the link ends with it (首次设置密码)."""
    if request.method not in TYPED:
        return wrong_method(request, TYPED)
    staff = links.staff_of(who, token)
    if staff is None:
        raise Http404
    form = PasswordForm(request.POST or None, staff=staff, coded=entering.needs_code(staff))
    if not form.is_valid():
        return page(request, "password.html", {"form": form, "first": True})
    given = form.cleaned_data
    return done(
        request,
        lambda: entering.enter(staff, given.get("code", ""), given["password"], at=clock.now()),
        lambda refused: page(
            request,
            "password.html",
            {"form": form, "first": True, "refused": refused},
            status=409,
        ),
        to="account_login",
    )


def done(
    request: HttpRequest,
    act: Callable[[], object],
    refuse: Callable[[str], HttpResponse],
    *,
    to: str,
) -> HttpResponse:
    """Do something and go on to a page, or say why it was refused."""
    del request
    try:
        act()
    except CreditError as error:
        return refuse(wording.refusal(error))
    return redirect(to)


def _named(holdings: tuple[queries.Holding, ...]) -> list[tuple[queries.Holding, str]]:
    return [(holding, str(wording.ROLES[holding.role])) for holding in holdings]


def _link(request: HttpRequest, staff: Staff) -> str:
    return request.build_absolute_uri(reverse("desk:start", args=links.parts(staff)))
