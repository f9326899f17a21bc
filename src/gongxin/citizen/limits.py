"""How often an address and a session may ask, and how often a login may be tried (限流).

By minutes and over all workers of the process. An address counts as long as a whole counter hall
may stand behind it; the session is one person, whose records nobody needs sixty times a minute.
"""

import hashlib
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from gongxin.accounts import addresses
from gongxin.citizen import access, clock, problems
from gongxin.personal import limits

LOGIN = frozenset({"citizen:enter", "back"})


class Limits:
    """Lets everybody have a share; stands inside the language and before the forms' check."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as always."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Answer 429 to whoever asks too often; Django calls this before a page or operation."""
        del view, args, kwargs
        try:
            wait = next((wait for wait in _waits(request) if wait > 0), 0)
        except (DatabaseError, InterfaceError):
            return None  # the page will say what is wrong
        return _too_many(request, wait) if wait else None


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from, seen through our own proxies alone."""
    remote: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    seen = addresses.seen(remote, forwarded, proxies=access.given().proxies)
    return addresses.subscriber(seen)


def _waits(request: HttpRequest) -> Iterator[int]:
    """Count what the request counts for, the address first: one that is over fills no more rows."""
    address, at = address_of(request), clock.now()
    counted = [("system" if request.path_info.startswith(access.API) else "address", address)]
    found = request.resolver_match
    if found is not None and found.view_name in LOGIN:
        counted.append(("login", address))
    if key := request.COOKIES.get(settings.PERSON_COOKIE, ""):  # type: ignore[misc]
        counted.append(("session", hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()))
    most: dict[str, int] = settings.PERSON_LIMITS  # type: ignore[misc]
    for kind, caller in counted:
        yield limits.seconds_to_wait(
            kind, caller, most=most[kind], at=at, secret=settings.SECRET_KEY
        )


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    headers = {"Retry-After": str(wait)}
    if request.path_info.startswith(access.API):
        return problems.response(problems.RATE_LIMITED, headers)
    answer = access.page(request, "too_many.html", {"seconds": wait}, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer
