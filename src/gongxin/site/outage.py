"""What a page says while the database is away: our fault, nothing about anybody, soon again.

503 and Retry-After, so that caches and callers wait instead of keeping it (SAFETY R9, R10).
"""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from gongxin.portal.access import unavailable

AGAIN = 30  # seconds; a restart of the database takes less


class Outage:
    """Turns a lost database into an answer of its own; the outermost of the pages' middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as always; a middleware may have met the outage as well as a page."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a page that the database failed; Django calls this."""
        del request
        lost = isinstance(error, OperationalError | InterfaceError)
        return unavailable(AGAIN) if lost else None
