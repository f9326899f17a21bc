"""Checks of millions: a list of codes becomes chunks that workers answer, each once (批量核查).

Requirement 2-28. A chunk, its answers, their rows in the audit log and its result stand or fall
together; whoever dies leaves the chunk to the next worker. Workers may be many.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import Count, Q, Sum

from gongxin.accounts.acting import acts_for
from gongxin.audit import actions
from gongxin.check.answer import SOLE_TRADERS, CheckRefused, Question, matter_of
from gongxin.check.asking import MOST, Given, check_within
from gongxin.check.models import Batch, Chunk
from gongxin.core import privacy, ulid, uscc
from gongxin.core.audit import Deed
from gongxin.core.errors import CreditError
from gongxin.law import Release

LONGEST = 200  # characters of a line


class NoCodes(CreditError):
    """What was handed in is no list of codes, one a line; nothing was kept."""

    code = "check.no_codes"


class NotDone(CreditError):
    """The batch has no result yet, or there is no such batch."""

    code = "check.batch_not_done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: chunks done of all, organisations answered and refused."""

    chunks: int
    done: int
    answered: int
    refused: int


def open_batch(lines: Iterable[str], question: Question, release: Release) -> str:
    """Keep the codes for the workers and return the batch's number.

    ``question`` is what is asked of each; its own code is not read. Blank lines count for
    nothing. What is no code, or may be a person's, keeps its place and not its text; so does the
    code of a sole trader, of which its class alone is kept.

    Raises:
        CheckRefused: an unknown matter or purpose; nothing was kept.
        NoCodes: there is no line, or one that is far too long; nothing was kept.
    """
    matter = matter_of(question, release)
    number = ulid.record_id(int(question.asked_at.timestamp() * 1000), os.urandom(16))
    with transaction.atomic():
        acts_for(question.unit)
        batch = Batch.objects.create(
            id=number,
            unit=question.unit,
            asker=question.asker,
            matter=matter.matter,
            purpose=question.purpose,
            case_no=privacy.mask(question.case_no),
            as_of=question.as_of,
            asked_at=question.asked_at,
            rows=0,
        )
        codes = _codes(lines)
        place = 0
        while part := list(islice(codes, MOST)):
            Chunk.objects.create(batch=batch, number=place, codes="\n".join(part))
            place += 1
            batch.rows += len(part)
        if batch.rows == 0:
            message = "there is no line; write one code a line"
            raise NoCodes(message)
        batch.save(update_fields=["rows"])
        actions.record(_deed(batch))
    return number


def _codes(lines: Iterable[str]) -> Iterator[str]:
    for place, line in enumerate(lines, start=1):
        if len(line) > LONGEST:
            message = f"line {place} is longer than {LONGEST} characters; write one code a line"
            raise NoCodes(message)
        code = uscc.compact(line)
        if code:
            yield _kept(code)


def _kept(code: str) -> str:
    """Return what is kept of a code until it is answered: of a livelihood that it is one (L3)."""
    if not uscc.is_valid(code):
        return ""
    return SOLE_TRADERS if code.startswith(SOLE_TRADERS) else code


def _deed(batch: Batch) -> Deed:
    return Deed(
        at=batch.asked_at,
        actor=batch.asker,
        action="open-batch",
        object=batch.id,
        on_behalf=batch.unit,
        purpose=batch.purpose,
        matter=batch.matter,
        case_no=batch.case_no,
        details={"rows": str(batch.rows)},
    )


def work(number: str, *, home: Path, release: Release) -> Iterator[Progress]:
    """Answer chunk after chunk until none is open that nobody else holds."""
    folder = home / "checks" / number
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        with transaction.atomic():
            opened = Chunk.objects.select_for_update(skip_locked=True, of=("self",))
            chunk = opened.filter(batch=number, done=False).order_by("number").first()
            if chunk is None:
                return
            _answer(chunk, folder, release)
        yield progress(number)


def _answer(chunk: Chunk, folder: Path, release: Release) -> None:
    batch = chunk.batch
    asked = Question(
        "",
        batch.matter,
        batch.purpose,
        batch.as_of,
        batch.asked_at,
        asker=batch.asker,
        case_no=batch.case_no,
        unit=batch.unit,
    )
    questions = [replace(asked, uscc=code) for code in chunk.codes.split("\n")]
    told = check_within(questions, release, batch=batch.id)
    _write(folder / f"{chunk.number}.jsonl", told, first=chunk.number * MOST + 1)
    chunk.answered = sum(isinstance(one, Given) for one in told)
    chunk.refused = len(told) - chunk.answered
    chunk.codes, chunk.done = "", True
    chunk.save(update_fields=["answered", "refused", "codes", "done"])


def _write(path: Path, told: Sequence[Given | CheckRefused], *, first: int) -> None:
    """Write a chunk's result; one that was written and not committed is written again."""
    half = path.with_suffix(".half")
    with half.open("w", encoding="utf-8") as lines:
        for row, one in enumerate(told, start=first):
            lines.write(_line(row, one))
        lines.flush()
        os.fsync(lines.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else the row says done and a power cut takes the file
    finally:
        os.close(folder)


def _line(row: int, told: Given | CheckRefused) -> str:
    if isinstance(told, CheckRefused):
        refused = json.dumps(told.message, ensure_ascii=False)
        return f'{{"row":{row},"refused":{refused}}}\n'
    return f'{{"row":{row},"answer":{told.content}}}\n'


@dataclass(frozen=True, slots=True)
class Standing:
    """A batch as its unit sees it."""

    rows: int
    as_of: date
    progress: Progress


def standing(number: str, *, unit: str) -> Standing | None:
    """Return how a batch of the unit stands; None if it asked none of this number."""
    with transaction.atomic():
        acts_for(unit)
        found = Batch.objects.filter(id=number, unit=unit).first()
        return Standing(found.rows, found.as_of, progress(number)) if found else None


def open_numbers(day: date) -> tuple[str, ...]:
    """Return the batches of a day in which chunks wait to be answered, the oldest first."""
    waiting = Chunk.objects.filter(done=False, batch__as_of=day)
    return tuple(sorted(set(waiting.values_list("batch", flat=True))))


def sweep(home: Path, day: date) -> int:
    """Delete the results of batches of other days: what ended at midnight stands in no file.

    One that is still being answered stays until it is: whoever waits for it reads it at once. What
    a day later nobody has answered is answered no more, and its codes go.
    """
    long_ago = day - timedelta(days=1)
    Chunk.objects.filter(done=False, batch__as_of__lt=long_ago).delete()
    folders = [path for path in (home / "checks").glob("*") if path.is_dir()]
    kept = Q(as_of=day) | Q(chunk__done=False)
    current = set(Batch.objects.filter(kept).values_list("id", flat=True))
    ended = [path for path in folders if path.name not in current]
    for path in ended:
        shutil.rmtree(path)
    return len(ended)


def progress(number: str) -> Progress:
    """Return how far a batch is."""
    counted = Chunk.objects.filter(batch=number).aggregate(
        chunks=Count("id"),
        done=Count("id", filter=Q(done=True)),
        answered=Sum("answered"),
        refused=Sum("refused"),
    )
    return Progress(
        counted["chunks"], counted["done"], counted["answered"] or 0, counted["refused"] or 0
    )


def result(number: str, *, unit: str, home: Path) -> Iterator[Path]:
    """Return the files of a batch's result in the order of its rows, JSON lines.

    Raises:
        NotDone: chunks are open, or ``unit`` asked no such batch.
    """
    with transaction.atomic():
        acts_for(unit)
        found = Batch.objects.filter(id=number, unit=unit).first()
        far = progress(number)
    if found is None or far.answered + far.refused < found.rows:
        message = "no batch of this number that is done was asked by this unit"
        raise NotDone(message)
    return (home / "checks" / number / f"{place}.jsonl" for place in range(far.chunks))
