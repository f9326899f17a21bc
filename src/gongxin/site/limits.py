"""How many pages an address may ask for: as many as of the API, counted with them (限流).

Nobody has to scrape what is public; who tries keeps nobody else from reading (SAFETY T03). Pages
of the desk and what caches keep are not counted.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from gongxin.api.callers import address_of
from gongxin.api.limits import blind_name, count_request
from gongxin.portal.access import too_many
from gongxin.site import clock

PREFIX = "portal:"
FORMS = frozenset({"portal:send-feedback", "portal:feedback-answer"})  # letters: few a day suffice


class PageLimits:
    """Lets an address have its share of the public pages; stands inside the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as always."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Answer 429 to an address that is over a limit; Django calls this before a page."""
        del view, args, kwargs
        found = request.resolver_match
        if found is None or not found.view_name.startswith(PREFIX):
            return None
        try:
            name, limits = blind_name(address_of(request)), settings.API_LIMITS["anonymous"]
            over = count_request(name, limits=limits, at=clock.now()).over
            if over is None and found.view_name in FORMS:
                letters = settings.LETTER_LIMITS
                over = count_request(f"letters:{name}", limits=letters, at=clock.now()).over
        except (DatabaseError, InterfaceError):
            return None  # the page will say what is wrong
        return too_many(over.reset) if over else None
