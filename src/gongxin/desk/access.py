"""What every page of the desk keeps to: a login, a right, a fresh factor where it matters.

Whoever may not sees the page that also stands where there is nothing.
"""

from collections.abc import Callable, Mapping
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.http import urlencode

from gongxin.accounts import queries
from gongxin.accounts.policy import Action, Actor, Resource, can
from gongxin.accounts.staff import Staff
from gongxin.core.audit import By
from gongxin.desk import clock, sessions

View = Callable[[HttpRequest], HttpResponse]
ENGLISH = "en"
SHOWN = ("GET", "HEAD")  # a page that is read
POSTED = ("POST",)  # a form that stands on another page
TYPED = (*SHOWN, *POSTED)  # a page with its form


def staff_of(request: HttpRequest) -> Staff:
    """Return who is logged in.

    Raises:
        Http404: nobody is.
    """
    if not isinstance(request.user, Staff):
        raise Http404
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, with the roles of today."""
    return queries.actor_of(staff_of(request), clock.today())


def by(request: HttpRequest) -> By:
    """Return who does something, and when, for the audit log."""
    return By(queries.actor_name(staff_of(request)), clock.now())


def may(request: HttpRequest, action: Action) -> bool:
    """Tell whether who asks may do something at his unit."""
    return _may(actor_of(request), action)


def _may(actor: Actor, action: Action) -> bool:
    return can(actor, action, Resource(owner=actor.unit)).allow


def desk_page(
    action: Action | None = None, *, fresh: bool = False, methods: tuple[str, ...] = SHOWN
) -> Callable[[View], View]:
    """Make a view a page of the desk: for who may do ``action``, ``fresh`` after a new factor."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponse:
            if action is not None and not may(request, action):
                raise Http404
            if request.method not in methods:
                return wrong_method(request, methods)
            if fresh and not sessions.has_fresh_factor(request):
                back = urlencode({"next": _shown_by(request)})
                return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
            return view(request)

        return login_required(wrapped)

    return decorate


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Return a page of the desk."""
    return render(request, f"desk/{template}", {**frame(request), **context}, status=status)


def frame(request: HttpRequest) -> dict[str, object]:
    """Return what stands around every page of the desk."""
    other = settings.LANGUAGE_CODE if translation.get_language() == ENGLISH else ENGLISH
    known: dict[str, object] = {"other_address": translate_url(request.path, other)}
    if isinstance(request.user, Staff):
        actor = actor_of(request)  # once: each asks the database for all roles
        known |= {
            "staff": request.user,
            "manages": _may(actor, Action.MANAGE_ACCOUNTS),
            "grants": _may(actor, Action.GRANT_ROLES),
            "looks_up": _may(actor, Action.LOOK_UP),
            "applies": _may(actor, Action.APPLY_SPECIAL),
            "decides": _may(actor, Action.DECIDE_SPECIAL),
            "reads_boards": _may(actor, Action.READ_BOARD),
            "letters_wait": _may(actor, Action.ANSWER_FEEDBACK),
            "counts": _may(actor, Action.COUNT_CHECKS),
            "sees_looks": _may(actor, Action.READ_LOOKS),
            "watches": _may(actor, Action.WATCH),
        }
    return known


def wrong_method(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    """Answer a method that an address does not take, in words: somebody loaded a form's address."""
    answer = HttpResponseNotAllowed(methods)
    answer.content = render(request, "desk/stale_form.html").content
    return answer


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from an old one."""
    del reason
    return render(request, "desk/stale_form.html", status=403)


def _shown_by(request: HttpRequest) -> str:
    """Return the page to come back to: what was posted is typed again after the factor."""
    return request.path if request.method == "GET" else reverse("desk:home")
