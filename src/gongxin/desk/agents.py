"""Agents of organisations at the desk: their accounts, their appointment, who looked (查询留痕)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from gongxin import law
from gongxin.accounts import agents, units
from gongxin.accounts.acting import acts_for
from gongxin.accounts.policy import Action
from gongxin.audit import queries
from gongxin.audit.actions import record
from gongxin.core.audit import By, Deed
from gongxin.core.citation import Label
from gongxin.core.dates import CHINA
from gongxin.desk import views
from gongxin.desk.access import POSTED, by, desk_page, page, staff_of
from gongxin.desk.forms import AgentForm, AppointForm

KEPT = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class Shown:
    """A look as its organisation is told it: the day, the unit, and what for."""

    day: date
    unit: str
    purpose: Label | str
    matter: Label | str
    case: str


@desk_page(Action.MANAGE_ACCOUNTS, fresh=True, methods=POSTED)
def add_agent(request: HttpRequest) -> HttpResponse:
    """Make the account of an agent and show its link."""
    form = AgentForm(request.POST)
    if not form.is_valid():
        return views.show_accounts(request, agent=form)
    return views.show_link(request, lambda: agents.add_agent(form.person(), by=by(request)))


@desk_page(Action.GRANT_ROLES, fresh=True, methods=POSTED)
def appoint(request: HttpRequest) -> HttpResponse:
    """Appoint an agent on the document that authorises him (授权委托)."""
    form = AppointForm(request.POST, auto_id="agent_%s")
    if not form.is_valid():
        return views.show_roles(request, agent=form)
    return views.done(
        request,
        lambda: agents.appoint(form.mandate(), by=by(request)),
        lambda refused: views.show_roles(request, agent=form, refused=refused),
        to="desk:roles",
    )


@desk_page(Action.READ_LOOKS)
def looks(request: HttpRequest) -> HttpResponse:
    """Show an organisation who looked at it; never who of a unit's staff (1-85)."""
    code = staff_of(request).unit
    found = looks_of(code, by=by(request))
    return page(request, "looks.html", {"code": code, "looks": found})


def looks_of(code: str, *, by: By) -> tuple[Shown, ...]:
    """Return the looks at an organisation, and record that they were shown."""
    content = law.active(settings.GONGXIN.home).content
    purposes = {purpose.purpose: purpose.name for purpose in content.purposes}
    matters = {matter.matter: matter.name for matter in content.matters}
    with transaction.atomic():
        acts_for(code)
        record(Deed(at=by.at, actor=by.actor, action="read-looks", object=code, on_behalf=code))
        found = queries.looks_at(code, by.at - KEPT)
        names = units.names()
    return tuple(_shown(look, purposes, matters, names) for look in found)


def _shown(
    look: queries.Look,
    purposes: Mapping[str, Label],
    matters: Mapping[str, Label],
    names: Mapping[str, str],
) -> Shown:
    return Shown(
        day=look.at.astimezone(CHINA).date(),
        unit=names.get(look.unit, look.unit),
        purpose=purposes.get(look.purpose, look.purpose),
        matter=matters.get(look.matter, look.matter),
        case=look.case,
    )
