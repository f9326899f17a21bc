"""Every answer is kept nowhere, and a failure says nothing of anybody (不留存)."""

import logging
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from gongxin.citizen import access, problems

log = logging.getLogger("gongxin.citizen")


class KeptNowhere:
    """Marks answers to be kept by nobody; turns a failure into a page or problem without a word.

    The text of a failure may hold what somebody typed: its kind and place alone are logged (T29).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        response = self.get_response(request)
        if not request.path_info.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a failure; Django calls this, and answers itself what is no fault of ours."""
        if isinstance(error, (Http404, SuspiciousOperation)):
            return None
        where = (type(error), error, error.__traceback__)
        away = isinstance(error, (DatabaseError, InterfaceError))
        log.error("a request of a person or about one failed", exc_info=where)
        status = 503 if away else 500
        if request.path_info.startswith(access.API):
            return problems.response(problems.UNAVAILABLE if away else problems.FAILED)
        return access.page(request, "failed.html", {}, status=status)
