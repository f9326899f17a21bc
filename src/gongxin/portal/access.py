"""What every public page keeps to: parameters, methods, time in caches (访问规则).

A parameter that a page does not know is refused, never silently ignored. What caches may keep they
keep for five minutes and never past midnight in China, when terms end; whoever has a page asks by
its tag whether it is still the same.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control

from gongxin.core import dates
from gongxin.portal import clock

MAX_AGE = 300  # seconds: what is withdrawn or repaired is gone everywhere five minutes later
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def public_page(*parameters: str) -> Callable[[View[P]], View[P]]:
    """Make a view a public page that takes these query parameters, each at most once."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD"])
            if not _known(request, parameters):
                return bad_request(request)
            # Before the page is made: one that is made of today is kept no longer than today.
            seconds = min(MAX_AGE, dates.seconds_left(clock.now()))
            response = view(request, *args, **kwargs)
            if "Cache-Control" in response:
                return response
            patch_cache_control(response, public=True, max_age=seconds)
            return _conditional(request, response)

        return wrapped

    return decorate


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a page its entity tag; answer 304 to whoever has the same page already."""
    if response.status_code != HttpResponse.status_code:
        return response
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    found = get_conditional_response(request, etag=tag, response=response)
    return response if found is None else found


def posted_page(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Make a view the answer to a public form: it takes no parameters and is kept nowhere."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return unkept(bad_request(request) if request.GET else view(request))

    return wrapped


def _known(request: HttpRequest, parameters: tuple[str, ...]) -> bool:
    return all(name in parameters and len(values) == 1 for name, values in request.GET.lists())


def page(template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Return a page made of the context alone.

    Templates never see the request: a missing variable would log it with all that was typed.
    """
    return HttpResponse(render_to_string(template, dict(context)), status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer the same page whether there is nothing or it is not for the reader (T02)."""
    del request, exception
    return unkept(page("404.html", {}, status=404))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer that the address has a part that the page does not know; it is not repeated."""
    del request, exception
    return unkept(page("400.html", {}, status=400))


def too_many(seconds: int) -> HttpResponse:
    """Answer that an address asked for too many pages, and when it may go on (T03)."""
    response = unkept(page("429.html", {"seconds": seconds}, status=429))
    response.headers["Retry-After"] = str(seconds)
    return response


def unavailable(seconds: int) -> HttpResponse:
    """Answer that the fault is ours and passes, and when to come again; no database is needed."""
    response = unkept(page("500.html", {}, status=503))
    response.headers["Retry-After"] = str(seconds)
    return response


def unkept(response: HttpResponse) -> HttpResponse:
    """Return the answer marked to be kept nowhere: its address may hold what nobody should see."""
    response.headers["Cache-Control"] = "no-store"
    return unlisted(response)


def unlisted(response: HttpResponse) -> HttpResponse:
    """Return the answer marked for search engines: neither listed nor kept (legal.md L9)."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response
