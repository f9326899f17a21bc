"""What holds for every address under ``/api/``: limits, traces, entity tags, no page of HTML.

The outermost middleware: whatever another part of the server says to a request under ``/api/``
leaves here as a problem of RFC 9457.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils.cache import get_conditional_response

from gongxin.accounts import client_use
from gongxin.api import callers, clock
from gongxin.api.problems import MEDIA_TYPE, UNAVAILABLE, Problem, of_status
from gongxin.check import sandboxes

PREFIX = "/api/"
OPERATIONS = "api-1"  # the namespace of what is answered with JSON, beside pages and files
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
ERROR = 400
_FIXED: dict[str, ResolverMatch] = {}  # as many as there are routes
log = logging.getLogger("gongxin.api")


class ApiGate:
    """Receives and lets go every request under ``/api/``; others pass untouched.

    An operation knows no session, cookie or language and needs nothing of what stands between
    here and a page: it is asked at once, and a check costs a fifth less.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._operate: Callable[[HttpRequest], HttpResponse]
        self._operate = convert_exception_to_response(_operate)  # type: ignore[assignment]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and never with a page of HTML for a failure."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        head = request.method == "HEAD"
        if head:
            request.method = "GET"
        trace_id = secrets.token_hex(16)
        request.trace_id = trace_id  # type: ignore[attr-defined]
        response = _conditional(request, self._answer(request, trace_id))
        response.headers["Trace-Id"] = trace_id
        if sandboxes.is_sandbox(settings.GONGXIN.home):
            response.headers[sandboxes.HEADER] = "1"
        if not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return _without_body(response) if head else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the problem that a page raised; Django calls this."""
        if isinstance(error, Problem):
            return error.response(request.trace_id)  # type: ignore[attr-defined]
        return None

    def _answer(self, request: HttpRequest, trace_id: str) -> HttpResponse:
        try:
            call = callers.receive(request)
        except (DatabaseError, InterfaceError) as error:
            record_failure(trace_id, error)
            return Problem(UNAVAILABLE, headers={"Retry-After": "30"}).response(trace_id)
        request.call = call  # type: ignore[attr-defined]
        try:
            callers.admit(call)
            asked = self._operate if _is_operation(request) else self.get_response
            response = as_problem(asked(request), trace_id)
        except Problem as problem:
            response = problem.response(trace_id)
        if call.client is not None and response.status_code >= ERROR:
            _count_refused(call.client.client_id, trace_id)
        for name, value in call.standing.headers().items():
            response.headers[name] = value
        return response


def _count_refused(client_id: str, trace_id: str) -> None:
    """Count a refusal of a client; where it cannot be counted the answer goes out all the same."""
    try:
        client_use.count_refused(client_id, at=clock.now())
    except (DatabaseError, InterfaceError) as error:
        record_failure(trace_id, error)


def _is_operation(request: HttpRequest) -> bool:
    try:
        request.resolver_match = _resolved(request.path_info)
    except Http404:
        return False
    return request.resolver_match.namespace == OPERATIONS


def _resolved(path: str) -> ResolverMatch:
    """Find what answers at an address; where it has no parameter, the first search is the last."""
    found = _FIXED.get(path)
    if found is None:
        found = resolve(path)
        if not found.kwargs and not found.args:
            _FIXED[path] = found
    return found


def _operate(request: HttpRequest) -> HttpResponseBase:
    request.get_host()  # refuses a host that is not ours
    found: ResolverMatch = request.resolver_match  # type: ignore[assignment]
    response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    response.headers["Content-Security-Policy"] = NO_PAGE
    return response


def as_problem(response: HttpResponse, trace_id: str) -> HttpResponse:
    """Return an error of another part of the server as a problem, other answers as they are."""
    if response.status_code < ERROR or response.headers.get("Content-Type") == MEDIA_TYPE:
        return response
    problem = of_status(response.status_code)
    if "Allow" in response.headers:
        problem.headers = {"Allow": response.headers["Allow"]}
    return problem.response(trace_id)


def record_failure(trace_id: str, error: BaseException) -> None:
    """Log where a failure arose; its message may hold what somebody typed and stays out (T29)."""
    where = (type(error), error, error.__traceback__)
    log.error("a call failed", exc_info=where, extra={"trace_id": trace_id})


def _without_body(response: HttpResponse) -> HttpResponse:
    """Return the answer to HEAD; nothing that is streamed is read for it."""
    if response.streaming:
        if (file := getattr(response, "file_to_stream", None)) is not None:
            file.close()
        return HttpResponse(status=response.status_code, headers=dict(response.headers))
    response.headers["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give what may be kept its entity tag; answer 304 to whoever has it already."""
    kept = "no-store" not in response.headers.get("Cache-Control", "")
    if request.method != "GET" or response.status_code != HttpResponse.status_code or not kept:
        return response
    if response.streaming:  # a file has its own and compared it before it was opened
        return response
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response
