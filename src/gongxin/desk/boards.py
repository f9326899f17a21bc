"""The boards: one page for the supervising department, the credit centre and all units (0-05).

Who holds both roles sees what is for either; nobody needs a second account.
"""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from gongxin.accounts import units
from gongxin.accounts.policy import ADMINISTRATORS, Action, Role
from gongxin.desk import actions, clock, queries, views, wording
from gongxin.desk.access import POSTED, TYPED, actor_of, by, desk_page, may, page
from gongxin.desk.actions import Draft
from gongxin.desk.forms import ISO, TypedForm, day_input
from gongxin.desk.queries import Board

EVERYBODY = ("", _("everybody"))


def _to_units() -> list[tuple[str, object]]:
    return [EVERYBODY, *((unit.uscc, unit.name) for unit in units.registered())]


def _to_roles() -> list[tuple[str, object]]:
    at_work = [role for role in Role if role not in ADMINISTRATORS and role is not Role.SUBJECT]
    return [EVERYBODY, *((role.value, wording.ROLES[role]) for role in at_work)]


class MessageForm(TypedForm):
    """What is written, to whom, until when."""

    board = forms.ChoiceField(label=_("Board"), choices=wording.BOARDS.items)
    title = forms.CharField(label=_("Title"), max_length=actions.LONGEST_TITLE)
    text = forms.CharField(
        label=_("Text"),
        max_length=actions.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Nothing about a person, and no number of one."),
    )
    to_unit = forms.ChoiceField(label=_("To the unit"), choices=_to_units, required=False)
    to_role = forms.ChoiceField(label=_("To the role"), choices=_to_roles, required=False)
    until_on = forms.DateField(input_formats=ISO, label=_("Last day"), widget=day_input())

    def draft(self) -> Draft:
        """Return what was typed."""
        given = self.cleaned_data
        return Draft(**{**given, "board": Board(given["board"])})


class MarkForm(forms.Form):
    """Which message, and whether its task is done."""

    number = forms.IntegerField(min_value=1, max_value=2**62)
    done = forms.BooleanField(required=False)


@desk_page(Action.READ_BOARD)
def boards(request: HttpRequest) -> HttpResponse:
    """Show what stands on the boards for who asks, and what his unit wrote."""
    return _boards(request)


@desk_page(Action.WRITE_BOARD, fresh=True, methods=TYPED)
def write(request: HttpRequest) -> HttpResponse:
    """Write to units and roles."""
    form = MessageForm(request.POST or None)
    if not form.is_valid():
        return _boards(request, form)
    return views.done(
        request,
        lambda: actions.write_message(form.draft(), actor=actor_of(request), by=by(request)),
        lambda refused: _boards(request, form, refused),
        to="desk:boards",
    )


@desk_page(Action.READ_BOARD, methods=POSTED)
def mark(request: HttpRequest) -> HttpResponse:
    """Say that one has read it, or that the task is done."""
    form, actor = MarkForm(request.POST), actor_of(request)
    there = {one.number for one in queries.addressed(actor, clock.today())}
    if not form.is_valid() or form.cleaned_data["number"] not in there:
        raise Http404
    number, done = form.cleaned_data["number"], form.cleaned_data["done"]
    return views.done(
        request,
        lambda: actions.mark_message(number, done=done, actor=actor, by=by(request)),
        lambda refused: _boards(request, refused=refused),
        to="desk:boards",
    )


@desk_page(Action.WRITE_BOARD, fresh=True, methods=POSTED)
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take a message of one's unit away."""
    form, actor = MarkForm(request.POST), actor_of(request)
    own = {one.number for one in queries.written(actor.unit, clock.today())}
    if not form.is_valid() or form.cleaned_data["number"] not in own:
        raise Http404
    number = form.cleaned_data["number"]
    return views.done(
        request,
        lambda: actions.withdraw_message(number, actor=actor, by=by(request)),
        lambda refused: _boards(request, refused=refused),
        to="desk:boards",
    )


def _boards(
    request: HttpRequest, form: forms.Form | None = None, refused: str = ""
) -> HttpResponse:
    actor, day = actor_of(request), clock.today()
    found, writes = queries.addressed(actor, day), may(request, Action.WRITE_BOARD)
    context = {
        "boards": [
            (name, [one for one in found if one.board == board])
            for board, name in wording.BOARDS.items()
        ],
        "writes": writes,
        "written": queries.written(actor.unit, day) if writes else (),
        "form": form or MessageForm(),
        "unit_names": units.names(),
        "roles": {role.value: str(name) for role, name in wording.ROLES.items()},
        "refused": refused,
    }
    return page(request, "boards.html", context, status=409 if refused else 200)
