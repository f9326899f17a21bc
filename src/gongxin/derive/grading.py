"""An evaluation run: every organisation in scope graded as of a day, kept with its reasons (评价).

Result = f(ledger head, release, model, day): the digest of the result is stored, and a second run
on the same three gives the same digest.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from django.db import transaction

from gongxin.audit import actions
from gongxin.core import ulid
from gongxin.core.audit import By, Deed
from gongxin.core.citation import Label
from gongxin.core.clauses import Model
from gongxin.core.evaluation import CompiledModel
from gongxin.core.subject import SubjectKind, archive_only
from gongxin.derive.explanation import needed_model
from gongxin.derive.models import Run
from gongxin.engines.evaluation import facts_sql, grades_sql, lines_sql
from gongxin.law import Release
from gongxin.ledger import segments
from gongxin.ledger.bulk import copy_in
from gongxin.ledger.models import Subject
from gongxin.ledger.queries import head as ledger_head
from gongxin.ledger.segments import literal


@dataclass(frozen=True, slots=True)
class Graded:
    """What a run made; ``levels`` counts organisations by level, from the best to the worst."""

    run: str
    model: str
    model_name: Label
    standing: str
    as_of: date
    head: int
    release: str
    subjects: int
    levels: dict[str, int]
    result_digest: str


@dataclass(frozen=True, slots=True)
class Moment:
    """The day and ledger head that a run sees, and when it is made."""

    as_of: date
    head: int
    made_at: datetime


def evaluate_all(
    *,
    as_of: date,
    by: By,
    release: Release,
    home: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Graded:
    """Grade all organisations that are in the scope of the release's model.

    Raises:
        NoModel: the release has none.
    """
    model = needed_model(release)
    compiled = release.compiled_models[model.model]
    head = ledger_head()
    progress("export")
    segments.export(home, head=head)
    con, _ = segments.open_scan(home, head=head)
    try:
        progress("evaluate")
        run(con, compiled, as_of=as_of, subjects=_graded_subjects(model))
        progress("store")
        graded = _graded(con, model, Moment(as_of, head, by.at), release)
        with transaction.atomic():
            _store(con, graded, home, by.at)
            told = {"as_of": str(as_of), "head": str(head), "release": release.hash}
            told |= {"model": graded.model, "result": graded.result_digest}
            actions.record(Deed(by.at, by.actor, "evaluate", graded.run, details=told))
    finally:
        con.close()
    return graded


def run(
    con: duckdb.DuckDBPyConnection,
    compiled: CompiledModel,
    *,
    as_of: date,
    subjects: list[str],
) -> None:
    """Make the tables ``lines`` and ``grades`` from the view ``entry`` of a scan."""
    con.execute("CREATE TABLE graded (subject VARCHAR)")
    if subjects:
        con.execute("INSERT INTO graded SELECT unnest(?::VARCHAR[])", [subjects])
    con.execute(
        f"""CREATE VIEW scored AS SELECT c.subject, c.record_id, c.item, c.decided_on,
            c.failing_class, c.payload FROM ({segments.CURRENT_SQL}) c
            SEMI JOIN graded g ON g.subject = c.subject
            WHERE c.hidden = '' AND c.public_from <= DATE '{as_of}'
            AND (c.public_until IS NULL OR c.public_until >= DATE '{as_of}')"""
    )
    con.execute(f"CREATE TABLE facts AS {facts_sql(compiled)}")
    con.execute(f"CREATE TABLE lines AS {lines_sql(compiled, as_of=as_of)}")
    con.execute(f"CREATE TABLE grades AS {grades_sql(compiled, as_of=as_of)}")


def _graded_subjects(model: Model) -> list[str]:
    kinds = Subject.objects.filter(kind=SubjectKind.ORGANISATION.value, form__in=model.forms)
    codes = kinds.order_by("uscc").values_list("uscc", flat=True)
    return [code for code in codes if not archive_only(code)]


def _graded(
    con: duckdb.DuckDBPyConnection, model: Model, moment: Moment, release: Release
) -> Graded:
    counts = dict(con.execute("SELECT level, count(*) FROM grades GROUP BY level").fetchall())
    levels = {level.level: int(counts.get(level.level, 0)) for level in model.levels}
    result = _digest(con)
    seed = f"{model.model}|{moment.as_of}|{moment.head}|{release.hash}".encode()
    return Graded(
        run=ulid.record_id(int(moment.made_at.timestamp() * 1000), seed),
        model=model.model,
        model_name=model.name,
        standing=model.standing,
        as_of=moment.as_of,
        head=moment.head,
        release=release.hash,
        subjects=sum(levels.values()),
        levels=levels,
        result_digest=result,
    )


def _digest(con: duckdb.DuckDBPyConnection) -> str:
    """Hash grades and lines in a fixed order, so that a run can be shown to be made again."""
    hasher = hashlib.sha256()
    for query in (
        "SELECT subject, score, level FROM grades ORDER BY subject",
        "SELECT subject, record_id, item, points FROM lines ORDER BY ALL",
    ):
        cursor = con.execute(query)
        while rows := cursor.fetchmany(50_000):
            hasher.update("".join(f"{'|'.join(map(str, row))}\n" for row in rows).encode())
    return f"sha256:{hasher.hexdigest()}"


def _store(con: duckdb.DuckDBPyConnection, graded: Graded, home: Path, made_at: datetime) -> None:
    folder = home / "runs" / graded.run
    folder.mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY (SELECT * FROM lines ORDER BY ALL) TO {literal(folder / 'lines.parquet')}")
    grades = folder / "grades.csv"
    con.execute(
        f"""COPY (SELECT '{graded.run}', subject, score, level FROM grades ORDER BY subject)
            TO {literal(grades)} (FORMAT csv, HEADER false)"""
    )
    Run.objects.create(
        id=graded.run,
        model=graded.model,
        standing=graded.standing,
        as_of=graded.as_of,
        head=graded.head,
        release=graded.release,
        subjects=graded.subjects,
        levels=graded.levels,
        result_digest=graded.result_digest,
        made_at=made_at,
    )
    copy_in("derive_grade (run_id, subject, score, level)", grades)
    grades.unlink()
