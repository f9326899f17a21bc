"""The operations on open data: manifest, files, removals, acknowledgements (开放数据接口)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated

from django.conf import settings
from django.db import transaction
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
)
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import Body, Query
from pydantic import BaseModel, ConfigDict, Field

from gongxin import law
from gongxin.accounts.acting import acts_for
from gongxin.accounts.client_queries import Caller
from gongxin.api import clock
from gongxin.api.asking import JSON
from gongxin.api.operations import MAX_AGE, Limit, as_json, operation
from gongxin.api.problems import INVALID, METHOD_NOT_ALLOWED, NOT_FOUND, UNKNOWN_PARAMETER, Problem
from gongxin.core.audit import By
from gongxin.core.citation import Label
from gongxin.opendata import actions, documents, queries
from gongxin.opendata.removals import BadCursor, Cursor, removals

SCOPE = "open-data"
KEPT = {"Cache-Control": f"public, max-age={MAX_AGE}"}
UNKEPT = {"Cache-Control": "no-store"}
FILES = "/api/v1/opendata/files"
PLACE = "^[0-9]{1,15}[.][0-9]{4}-[0-9]{2}-[0-9]{2}[.][0-9A-Z]{0,26}$"
Since = Annotated[
    str,
    Query(
        max_length=60,
        pattern=PLACE,
        description="`removals` of the manifest of the copy, then `next` of the part before",
    ),
]


class AckIn(BaseModel):
    """Up to where copies follow the removals: ``next`` of the last part that was carried out."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    cursor: Annotated[str, Field(max_length=60, pattern=PLACE)]


@dataclass(frozen=True, slots=True)
class FileOut:
    """A file of the snapshot; ``rows`` are lines without a header."""

    name: str
    media_type: str
    rows: int
    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class ManifestOut:
    """The snapshot of today, signed: ``signature`` is over the rest as canonical JSON.

    A file's address is ``/api/v1/opendata/files/{snapshot}/{name}``. ``removals`` is the place from
    which on copies follow the removals; ``changes_since`` the snapshot that the file of changes
    goes on from, null if there is none.
    """

    format: int
    snapshot: str
    place: str
    publisher: Label
    as_of: date
    made_at: datetime
    head: int
    release: str
    removals: str
    changes_since: str | None
    licence: Label
    files: tuple[FileOut, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class RemovalOut:
    """A record that copies are to drop: expired, repaired, withdrawn or erased."""

    record_id: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class RemovalsOut:
    """A part of the removals, signed; go on with ``next``, at once if there is ``more``."""

    items: tuple[RemovalOut, ...]
    next: str
    more: bool
    as_of: date
    signature: str


@dataclass(frozen=True, slots=True)
class AckOut:
    """The place that is acknowledged now; it never goes back."""

    cursor: str


@operation("GET", "/opendata/manifest", gives=ManifestOut)
def read_manifest(request: HttpRequest) -> HttpResponse:
    """Read what today's snapshot of all public records is made of 开放数据清单.

    Organisations only. A snapshot is served on its day alone; 404 until today's is made.
    """
    del request
    found = queries.served(clock.today(), home=settings.GONGXIN.home)
    if found is None:
        raise Problem(NOT_FOUND)
    return HttpResponse(found.manifest, content_type=JSON, headers=KEPT)


@operation("GET", "/opendata/removals", gives=RemovalsOut, takes=("since", "limit"))
def list_removals(request: HttpRequest, since: Since = "", limit: Limit = 200) -> HttpResponse:
    """List what copies are to drop 撤下清单: ids and kinds, up to ``limit`` of each source.

    Without ``since`` those of today's snapshot; 404 until it is made.

    A removal stands here at once, whatever day the copy is of.
    """
    del request
    day, home = clock.today(), settings.GONGXIN.home
    place = _place(since) if since else _beginning(queries.served(day, home=home))
    found = removals(place, limit=limit, as_of=day, release=law.active(home))
    told = {
        "items": [asdict(one) for one in found.items],
        "next": found.next.text(),
        "more": found.more,
        "as_of": day,
    }
    signed = documents.signed(told, documents.signer(home))
    return HttpResponse(signed, content_type=JSON, headers=UNKEPT)


@operation("POST", "/opendata/acks", gives=AckOut, scope=SCOPE)
def acknowledge_removals(request: HttpRequest, told: Annotated[AckIn, Body()]) -> HttpResponse:
    """Acknowledge that copies follow the removals up to a place 撤下回执; again changes nothing.

    From the first on, the client is asked: a removal that waits for more than 24 hours is shown to
    the supervisor.
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]
    actor = caller.actor
    with transaction.atomic():
        acts_for(actor.unit)
        by = By(actor.name, clock.now())
        kept = actions.acknowledge(caller.client_id, actor.unit, _place(told.cursor), by=by)
    return as_json(AckOut(kept.text()), UNKEPT)


def download(request: HttpRequest, snapshot: str, name: str) -> HttpResponseBase:
    """Give a file of today's snapshot; of another snapshot there is nothing.

    Raises:
        Problem: another method, a parameter, another snapshot, or no such file.
    """
    if request.method != "GET":
        raise Problem(METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
    if len(request.GET) > 0:
        raise Problem(UNKNOWN_PARAMETER)
    served = queries.served(clock.today(), home=settings.GONGXIN.home)
    found = queries.file_of(served, name) if served and served.id == snapshot else None
    if found is None:
        raise Problem(NOT_FOUND)
    path, told = found
    tag = f'"{told["digest"].partition(":")[2][:32]}"'
    headers = {**KEPT, "ETag": tag}
    if get_conditional_response(request, etag=tag) is not None:
        return HttpResponseNotModified(headers=headers)
    return FileResponse(
        path.open("rb"), as_attachment=True, content_type="application/gzip", headers=headers
    )


def _beginning(served: queries.Served | None) -> Cursor:
    if served is None:
        raise Problem(NOT_FOUND)
    return served.removals


def _place(text: str) -> Cursor:
    try:
        return Cursor.read(text)
    except BadCursor as error:
        raise Problem(INVALID, error.message) from error
