"""Who asks, and the pages that answer: a session of one's own opens one's own pages (本人访问).

No address and no form names a person: whose records are shown follows from the session alone.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string

from gongxin.citizen import clock, problems
from gongxin.personal import keys, sessions
from gongxin.personal.keys import Keys
from gongxin.personal.sealing import Proven

if TYPE_CHECKING:
    from gongxin.citizen.settings import Citizen

P = ParamSpec("P")
READ = ("GET", "HEAD")
FORM = ("GET", "HEAD", "POST")
POSTED = ("POST",)
API = "/api/"


def given() -> "Citizen":
    """Return what the operator set."""
    found: Citizen = settings.CITIZEN  # type: ignore[misc]  # not of the site
    return found


def own_keys() -> Keys:
    """Return the keys of personal records."""
    return keys.read(given().home)


def who_asks(request: HttpRequest) -> Proven:
    """Return whose session the browser holds, ``NOBODY`` if none."""
    key = request.COOKIES.get(settings.PERSON_COOKIE, "")  # type: ignore[misc]
    return sessions.who(key, at=clock.now()) if key else sessions.NOBODY


def own_page(
    methods: tuple[str, ...] = READ,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Proven, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Make a view a page for whoever is logged in by real name; others are led to the login."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Proven, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            who = who_asks(request)
            if who == sessions.NOBODY:
                return redirect("citizen:home")
            return view(request, who, *args, **kwargs)

        return wrapped

    return decorate


def page(
    request: HttpRequest, name: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Return a page; a template sees the context and nothing of the request."""
    text = render_to_string(f"citizen/{name}", {"inside": False, **context}, request)
    return HttpResponse(text, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer the same whether there is nothing or it is another's."""
    del exception
    if request.path_info.startswith(API):
        return problems.response(problems.NOT_FOUND)
    return page(request, "not_found.html", {}, status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read; nothing of it is repeated."""
    del exception
    if request.path_info.startswith(API):
        return problems.response(problems.BAD_REQUEST)
    return page(request, "not_found.html", {}, status=400)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not asked for here, or too long ago."""
    del reason
    return page(request, "stale.html", {}, status=403)
