"""What ninja and pydantic object to, as problems; nothing that was typed is repeated (输入错误)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from gongxin.api.gate import record_failure
from gongxin.api.problems import (
    INTERNAL,
    INVALID,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    Fault,
    Problem,
    of_status,
)

EXTRA = "extra_forbidden"


def speak(api: NinjaAPI) -> None:
    """Make an API answer with problems whatever goes wrong in an operation."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    api.add_exception_handler(DatabaseError, _unavailable)
    api.add_exception_handler(InterfaceError, _unavailable)
    api.add_exception_handler(Exception, _failed)


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response(request.trace_id)  # type: ignore[attr-defined]


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return _answer(request, error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return _answer(request, Problem(INVALID, errors=tuple(map(fault, error.errors))))


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """Ninja wraps what reading the body raised."""
    cause = error.__cause__
    return _answer(request, cause if isinstance(cause, Problem) else of_status(error.status_code))


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    del error
    return _answer(request, Problem(NOT_FOUND))


def _too_large(request: HttpRequest, error: Any) -> HttpResponse:
    del error
    return _answer(request, Problem(TOO_LARGE))


def _unavailable(request: HttpRequest, error: Any) -> HttpResponse:
    record_failure(request.trace_id, error)  # type: ignore[attr-defined]
    return _answer(request, Problem(UNAVAILABLE, headers={"Retry-After": "30"}))


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    record_failure(request.trace_id, error)  # type: ignore[attr-defined]
    return _answer(request, Problem(INTERNAL))


def fault(found: Mapping[str, Any]) -> Fault:
    """Return one of pydantic's faults with its place as a JSON pointer.

    The name of a member that we do not know is somebody's text: the pointer names its object.
    """
    kind = str(found["type"])
    source, *parts = found["loc"]
    # ninja puts the parameter's name between the source and the member.
    inner: Sequence[object] = parts[1:] if source == "body" else parts
    known = inner[:-1] if kind == EXTRA else inner
    pointer = "".join(f"/{part}" for part in (source, *known))
    return Fault(pointer, kind, str(found["msg"]))
