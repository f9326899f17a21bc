"""The operations of ``/api/v1``: read the request, ask one function, answer (接口操作)."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Body, NinjaAPI, Path, Query
from pydantic import TypeAdapter

from gongxin import law
from gongxin.api import (
    asking,
    clock,
    faults,
    keeping,
    ranging,
    reading,
    reporting,
    schemas,
    signatures,
    tokens,
)
from gongxin.api.bodies import StrictParser
from gongxin.api.callers import NeedsScope
from gongxin.api.problems import UNKNOWN_PARAMETER, Problem
from gongxin.api.reporting import Reporting
from gongxin.check import ranges
from gongxin.check.ranges import RangeSize
from gongxin.law import Release

MAX_AGE = 300  # seconds: what ends at midnight is gone everywhere five minutes later
View = Callable[..., HttpResponseBase]

api = NinjaAPI(
    title="公信 Gongxin",
    version="1",
    urls_namespace="api-1",
    parser=StrictParser(),
    openapi_url=None,
    docs_url=None,
)
faults.speak(api)

UsccPart = Annotated[
    str, Path(description="Unified social credit code 统一社会信用代码", max_length=18)
]
CheckNo = Annotated[
    str, Path(description="Number of the check 核查编号", max_length=26, pattern="^[0-9A-Z]+$")
]
Limit = Annotated[int, Query(ge=1, le=schemas.MOST, description="At most so many entries")]
Cursor = Annotated[
    str,
    Query(
        max_length=100,
        pattern="^[0-9A-Za-z.-]*$",
        description="`next` of the part before",
    ),
]
Since = Annotated[
    str,
    Query(
        max_length=15,
        pattern="^[0-9]+$",
        description="`next` of the part before; 0 from the beginning",
    ),
]


def operation(  # noqa: PLR0913 - one argument a fact
    method: str,
    path: str,
    *,
    gives: object,
    scope: str = "",
    takes: tuple[str, ...] = (),
    streamed: bool = False,
) -> Callable[[View], View]:
    """Register an operation; a query parameter that it does not take is refused, never ignored.

    ``streamed``: its body is too large to be held.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if any(n not in takes or len(v) != 1 for n, v in request.GET.lists()):
                raise Problem(UNKNOWN_PARAMETER)
            return view(request, *args, **kwargs)

        name = view.__name__
        auth = NeedsScope(scope, streamed=streamed) if scope else None
        register = api.api_operation(
            [method], path, auth=auth, response=gives, operation_id=name, url_name=name
        )
        registered: View = register(guarded)
        return registered

    return decorate


@operation("POST", "/token", gives=schemas.TokenOut)
def issue_token(request: HttpRequest) -> HttpResponse:
    """Issue a token to a client: grant_type=client_credentials, no other (RFC 6749, 4.4)."""
    return tokens.issue(request)


@operation("POST", "/checks", gives=asking.SignedAnswer, scope="check")
def check_organisation(
    request: HttpRequest, asked: Annotated[schemas.CheckIn, Body()]
) -> HttpResponse:
    """Check one organisation 信用核查: facts and what law attaches to them, never a verdict.

    An outage of ours means unknown, never bad.
    """
    about = check_of(request, "check", asked)
    asking.permit(about, [asked.uscc])
    return asking.ask(about, asked.uscc, release=release(), key=key_of(request))


@operation("POST", "/checks:batch", gives=asking.BatchAnswer, scope="check")
def check_organisations(
    request: HttpRequest, asked: Annotated[schemas.BatchIn, Body()]
) -> HttpResponse:
    """Check up to 1,000 organisations 批量核查: each is answered or refused by itself."""
    about = check_of(request, "batch", asked)
    asking.permit(about, asked.organisations)
    return asking.ask_batch(about, asked.organisations, release=release(), key=key_of(request))


@operation("GET", "/checks:range", gives=RangeSize)
def read_range(request: HttpRequest) -> HttpResponse:
    """Tell how many signs the prefix of a range has today 隐私核查前缀位数; null: there is none."""
    return _public(ranges.size(clock.today()))


@operation("POST", "/checks:range", gives=ranging.SignedRange, scope="check")
def find_range(request: HttpRequest, asked: Annotated[schemas.RangeIn, Body()]) -> HttpResponse:
    """Find the adverse facts of all organisations of a bucket 隐私核查: nobody learns who is meant.

    Public facts and list entries, no measures; no outcome can be reported to it.
    """
    about = check_of(request, "range", asked)
    asking.permit(about, [""])
    return ranging.find(about, asked.prefix, release=release())


@operation("POST", "/checks/{check_no}/outcome", gives=schemas.OutcomeOut, scope="check")
def report_outcome(
    request: HttpRequest, check_no: CheckNo, said: Annotated[schemas.OutcomeIn, Body()]
) -> HttpResponse:
    """Report what became of the case of a check 办理结果反馈; the same again changes nothing.

    A worse outcome cites a measure of that answer; the organisation is told on the same day.
    """
    caller = request.auth  # type: ignore[attr-defined]
    at = clock.now()
    evidence = signatures.verify(request, caller, at=at)
    found = reporting.report(check_no, said, Reporting(caller, at, evidence), release=release())
    return as_json(found, {"Cache-Control": "no-store"})


@operation("GET", "/subjects/{uscc}", gives=schemas.SubjectOut)
def read_subject(request: HttpRequest, uscc: UsccPart) -> HttpResponse:
    """Read the public archive of an organisation 信用档案."""
    found = reading.archive_of(uscc, day=clock.today(), release=release())
    return _public(reading.subject(found), unlisted=reading.is_unlisted(found))


@operation(
    "GET",
    "/subjects/{uscc}/records",
    gives=schemas.RecordsOut,
    takes=("limit", "cursor", "item"),
)
def list_records(
    request: HttpRequest,
    uscc: UsccPart,
    limit: Limit = 50,
    cursor: Cursor = "",
    item: Annotated[str, Query(max_length=64, description="Only this catalog item")] = "",
) -> HttpResponse:
    """List an organisation's public records, the youngest decision first 信用记录."""
    active = release()
    found = reading.archive_of(uscc, day=clock.today(), release=active)
    part = reading.records(found, reading.Turn(limit, cursor), item=item, release=active)
    return _public(part, unlisted=reading.is_unlisted(found))


@operation("GET", "/catalog", gives=schemas.CatalogOut, takes=("limit", "cursor"))
def list_catalog(request: HttpRequest, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List what is gathered, with the matters and purposes of checks 信用信息目录."""
    turn = reading.Turn(limit, cursor)
    return _public(reading.catalog(turn, day=clock.today(), release=release()))


@operation("GET", "/changes", gives=schemas.ChangesOut, scope="changes", takes=("since", "limit"))
def list_changes(request: HttpRequest, limit: Limit = 200, since: Since = "0") -> HttpResponse:
    """List what became public or ceased to be 公开信息变更, for whoever keeps a copy.

    Organisations only, and of the record types that the client was given. Empty items are no end:
    revisions that do not concern it are passed over.
    """
    turn = reading.Turn(limit, since)
    entitled = request.auth.actor.scope.items  # type: ignore[attr-defined]
    found = reading.changes(turn, entitled=entitled, day=clock.today(), release=release())
    return as_json(found, {"Cache-Control": "no-store"})


def check_of(
    request: HttpRequest, name: str, asked: schemas.CheckIn | schemas.BatchIn | schemas.RangeIn
) -> asking.Asking:
    """Return who asks for what, of a request; the signature of a signed one is verified."""
    return asking.Asking(
        operation=name,
        caller=request.auth,  # type: ignore[attr-defined]
        matter=asked.matter,
        purpose=asked.purpose,
        case_no=asked.case_no,
        officer=asked.officer,
        at=clock.now(),
        day=clock.today(),
        trace_id=request.trace_id,  # type: ignore[attr-defined]
        evidence=signatures.verify(request, request.auth, at=clock.now()),  # type: ignore[attr-defined]
    )


def key_of(request: HttpRequest) -> str | None:
    """Return the key under which the answer is kept, None if there is none."""
    return keeping.read_key(request.headers.get(keeping.HEADER))


def release() -> Release:
    """Return the release that the platform runs on."""
    return law.active(settings.GONGXIN.home)


def _public(value: object, *, unlisted: bool = False) -> HttpResponse:
    """Return what everybody may read and keep for some minutes."""
    headers = {"Cache-Control": f"public, max-age={MAX_AGE}"}
    if unlisted:
        headers["X-Robots-Tag"] = "noindex, noarchive"
    return as_json(value, headers)


def as_json(value: object, headers: dict[str, str]) -> HttpResponse:
    """Return an answer as its JSON document."""
    body = TypeAdapter(type(value)).dump_json(value)
    return HttpResponse(body, content_type=asking.JSON, headers=headers)
