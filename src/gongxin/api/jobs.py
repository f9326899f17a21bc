"""Checks of a file of organisations: handed in, worked beside, fetched when done (批量核查任务).

A result is served on its day alone: what ends at midnight is in none after it (invariant P7).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import File, Form, UploadedFile
from pydantic import TypeAdapter

from gongxin import law
from gongxin.accounts import policy
from gongxin.accounts.client_queries import Caller
from gongxin.api import asking, clock, digests, keeping, problems, schemas, signatures
from gongxin.api.operations import CheckNo, operation
from gongxin.api.problems import Fault, Problem
from gongxin.check import batches
from gongxin.check.answer import CheckRefused
from gongxin.check.batches import NoCodes
from gongxin.core import privacy, uscc

MOST_BYTES = 128 * 1024 * 1024  # some 6 million codes
LINES = "application/jsonl"
PLACE = "/api/v1/checks/batches"
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class JobOut:
    """How far a batch is; ``lines`` is the address of its answers once all are there."""

    batch: str
    rows: int
    answered: int
    refused: int
    as_of: date
    lines: str | None


_JOB: TypeAdapter[JobOut] = TypeAdapter(JobOut)


@operation("POST", "/checks/batches", gives={202: JobOut}, scope="check", streamed=True)
def open_batch(
    request: HttpRequest,
    asked: Annotated[schemas.JobIn, Form()],
    file: Annotated[UploadedFile, File(description="Codes, one a line, UTF-8")],
) -> HttpResponse:
    """Hand in a file of organisations 批量核查任务: 202, and where the result will be.

    As many lines as the client's quota of the day holds. Each line is answered or refused by
    itself; a person's number keeps its place and nothing else.
    """
    _demand_fields(request)
    if file.size is None or file.size > MOST_BYTES:
        raise Problem(problems.TOO_LARGE)
    about = _asking(request, asked)
    asking.permit(about, [""])
    release = law.active(settings.GONGXIN.home)
    rows, digest = _read_through(file)
    if about.evidence is not None and any(map(_names_person, _lines(file))):
        about = replace(about, evidence=None)  # the digest of such a body can be guessed

    def effect() -> HttpResponse:
        try:
            number = batches.open_batch(_lines(file), about.question(""), release)
        except CheckRefused as refused:
            raise Problem(asking.REFUSALS[str(refused.facts["reason"])]) from refused
        except NoCodes as refused:
            raise Problem(problems.BAD_REQUEST, refused.message) from refused
        opened = JobOut(number, rows, 0, 0, about.day, None)
        headers = {"Cache-Control": "no-store", "Location": f"{PLACE}/{number}"}
        return _json(opened, 202, headers)

    key = keeping.read_key(request.headers.get(keeping.HEADER))
    return asking.once(about, [digest], key, asking.Effect(effect, rows))


@operation("GET", "/checks/batches/{check_no}", gives=JobOut, scope="check")
def read_batch(request: HttpRequest, check_no: CheckNo) -> HttpResponse:
    """Tell how far a batch of the client's unit is 批量核查进度."""
    found = _found(request, check_no)
    return _json(found, 200, {"Cache-Control": "no-store"})


@operation("GET", "/checks/batches/{check_no}/result", gives=str, scope="check")
def read_batch_result(request: HttpRequest, check_no: CheckNo) -> StreamingHttpResponse:
    """Fetch the lines of a batch that is done 批量核查结果: JSON lines in the order of its rows.

    Served on the day of the batch alone; 404 while it is not done, and from midnight on.
    """
    found = _found(request, check_no)
    if found.lines is None:
        raise Problem(problems.NOT_FOUND)
    unit = _caller(request).actor.unit
    parts = batches.result(check_no, unit=unit, home=settings.GONGXIN.home)
    response = StreamingHttpResponse(_bytes_of(parts), content_type=LINES)
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(request: HttpRequest, number: str) -> JobOut:
    """Return a batch of the caller's unit, which is of today or as good as none."""
    caller = _caller(request)
    resource = policy.Resource(owner=caller.actor.unit)
    if not policy.can(caller.actor, policy.Action.REPORT_OUTCOME, resource).allow:
        raise Problem(problems.NOT_FOUND)
    found = batches.standing(number, unit=caller.actor.unit)
    if found is None or found.as_of != clock.today():
        raise Problem(problems.NOT_FOUND)
    far = found.progress
    done = far.done == far.chunks
    address = f"{PLACE}/{number}/result" if done else None
    return JobOut(number, found.rows, far.answered, far.refused, found.as_of, address)


def _demand_fields(request: HttpRequest) -> None:
    """Refuse a part of the form that nobody reads, or that stands twice."""
    known = set(schemas.JobIn.model_fields)
    names = [*request.POST, *request.FILES]
    many = [len(parts) for form in (request.POST, request.FILES) for _, parts in form.lists()]
    if not set(names) <= known | {"file"} or any(number != 1 for number in many):
        fault = Fault("/form", "extra_forbidden", "each part of the form is known and stands once")
        raise Problem(problems.INVALID, errors=(fault,))


def _asking(request: HttpRequest, asked: schemas.JobIn) -> asking.Asking:
    return asking.Asking(
        operation="job",
        caller=_caller(request),
        matter=asked.matter,
        purpose=asked.purpose,
        case_no=asked.case_no,
        officer=asked.officer,
        at=clock.now(),
        day=clock.today(),
        trace_id=request.trace_id,  # type: ignore[attr-defined]
        evidence=signatures.verify(
            request, _caller(request), at=clock.now(), body=digests.watched(request)
        ),
    )


def _caller(request: HttpRequest) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller


def _names_person(line: str) -> bool:
    """Tell whether a person's number stands on a line, alone or among other text."""
    text = line.strip()
    return uscc.is_person_number(text) or (not uscc.is_valid(text) and privacy.mask(text) != text)


def _read_through(file: UploadedFile) -> tuple[int, str]:
    """Count the lines with something in them, and take the digest of all."""
    digest, rows = hashlib.sha256(), 0
    for line in _lines(file):
        digest.update(line.encode())
        rows += bool(line.strip())
    if rows == 0:
        raise Problem(problems.BAD_REQUEST, "there is no line; write one code a line")
    return rows, digest.hexdigest()


def _lines(file: UploadedFile) -> Iterator[str]:
    """Return the lines of the file; one that is far too long is cut where it will be refused."""
    file.seek(0)
    try:
        while line := file.readline(CHUNK):
            yield line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(problems.BAD_REQUEST, "the file is not UTF-8") from error


def _bytes_of(parts: Iterator[Path]) -> Iterator[bytes]:
    return chain.from_iterable(_part(path) for path in parts)


def _part(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            yield block


def _json(found: JobOut, status: int, headers: dict[str, str]) -> HttpResponse:
    body = _JOB.dump_json(found)
    return HttpResponse(body, status=status, content_type=asking.JSON, headers=headers)
