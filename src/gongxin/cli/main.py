"""gongxin: one command, noun and verb. ``--json`` prints exactly one JSON document on stdout."""

import os
import sys
from datetime import date
from typing import Annotated, Any

import typer

from gongxin.cli import (
    archive,
    audit,
    batches,
    checks,
    clients,
    clock,
    codes,
    companions,
    demo,
    evidence,
    exchange,
    feedback,
    intake,
    opendata,
    output,
    packs,
    personal,
    platform,
    probe,
    push,
    records,
    sandbox,
    snapshots,
    sources,
    staff,
    templates,
    upkeep,
    whoami,
)
from gongxin.core import privacy, uscc
from gongxin.core.errors import CreditError

app = typer.Typer(
    help="Gongxin 公信: an open public credit information platform.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
subject_app = typer.Typer(help="Organisations in the ledger.", no_args_is_help=True)
app.add_typer(packs.app, name="pack")
app.add_typer(archive.app, name="archive")
app.add_typer(audit.app, name="audit")
app.add_typer(batches.app, name="batch")
app.add_typer(records.app, name="record")
app.add_typer(staff.staff_app, name="staff")
app.add_typer(staff.role_app, name="role")
app.add_typer(clients.app, name="client")
app.add_typer(sources.app, name="source")
app.add_typer(push.app, name="push")
app.add_typer(exchange.app, name="exchange")
app.add_typer(opendata.app, name="opendata")
app.add_typer(feedback.app, name="feedback")
app.add_typer(personal.app, name="personal")
app.add_typer(subject_app, name="subject")
app.add_typer(checks.app, name="checks")
app.command("uscc")(codes.uscc)
app.command("template")(templates.template)
checks.app.command("snapshot")(snapshots.snapshot)
checks.app.command("look")(snapshots.look)
app.command("intake")(intake.intake)
app.command("check")(checks.check)
app.command("verify")(checks.verify)
app.command("evidence")(evidence.evidence)
app.command("probe")(probe.probe)
for command in (upkeep.stop, upkeep.doctor, upkeep.backup, upkeep.restore):
    app.command()(command)

# Terms and windows reckon some years back and ahead of the day.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Code = Annotated[
    str,
    typer.Argument(metavar="USCC", help="Unified social credit code.", parser=uscc.compact),
]
Day = Annotated[str | None, typer.Option("--as-of", help="Day YYYY-MM-DD; today if left out.")]


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        message = f"--as-of {text}: write the day as 2026-05-04"
        raise output.fail(message, code=output.USAGE) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        message = f"--as-of {text}: give a day from {FIRST_DAY} to {LAST_DAY}"
        raise output.fail(message, code=output.USAGE)
    return day


def _day_shown(text: str | None) -> date:
    """Read a day that an answer about an organisation may be of: what has ended is in none."""
    day = _day(text)
    if day < clock.today():
        message = f"--as-of {text}: give today or a later day; what has ended is shown to nobody"
        raise output.fail(message, code=output.USAGE)
    return day


@app.command()
def init(
    pack: Annotated[str, typer.Option(help="Name or folder of the place's pack.")],
) -> None:
    """Make an empty platform in GONGXIN_HOME, or give the one there another release of the law.

    Records that are there stand by whichever release treats their organisation better.
    """
    with output.told():
        release = platform.compile_pack(pack)
        made, restated = platform.create(release, by=whoami.by())
    output.say(f"platform in {made.home}: pack {release.content.place}, {release.hash}")
    if restated.changed or restated.kept:
        output.say(
            f"{restated.changed} records stand better under this release and were restated;"
            f" {restated.kept} would stand worse and stay as they are"
        )


@app.command("demo")
def demo_(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve when loaded.")] = True,
    organisations: Annotated[int, typer.Option(min=10, help="Size of the invented world.")] = 2000,
) -> None:
    """Load packs/demo, the examples and an invented world; evaluate; serve the site."""
    with output.told():
        demo.run(organisations=organisations, as_of=clock.today(), now=clock.now)
        if serve:
            _serve("127.0.0.1", 8000)


@app.command("sandbox")
def sandbox_(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve when made.")] = True,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    as_json: Json = False,
) -> None:
    """Make a platform for trying the API, with organisations whose answers are known; serve it."""
    with output.told():
        made = sandbox.make(as_of=clock.today(), now=clock.now)
        if as_json:
            output.print_json(made)
        else:
            for name, value in output.shallow(made).items():
                output.say(f"{name} {value}")
        if serve:
            _serve("127.0.0.1", port)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes; one a processor.")] = 1,
) -> None:
    """Serve the site of the platform in GONGXIN_HOME.

    SIGHUP gives it new workers, the old ones end when they have answered: no request is lost.
    """
    with output.told():
        platform.connect()
        _serve(host, port, workers)


ENDS_WITHIN = 30  # seconds that a request which is being answered has when its worker ends


def _serve(host: str, port: int, workers: int = 1) -> None:
    platform.refuse_unsafe()
    from gongxin.cli import rights  # noqa: PLC0415 - needs Django

    rights.ready()
    from django.conf import settings  # noqa: PLC0415
    from granian import Granian  # noqa: PLC0415 - only the server needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    output.say(f"serving on http://{host}:{port}/ (Ctrl-C to stop)")
    server = Granian(
        "gongxin.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=ENDS_WITHIN,
        log_enabled=False,
    )
    with companions.beside():
        server.serve()


@subject_app.command("show")
def subject_show(code: Code, as_json: Json = False, as_of: Day = None) -> None:
    """Show the public archive of an organisation."""
    with output.told():
        opened = platform.connect()
        from gongxin.derive.archive import archive  # noqa: PLC0415 - needs Django
        from gongxin.derive.chapters import chapters  # noqa: PLC0415
        from gongxin.derive.timeline import timeline  # noqa: PLC0415

        found = archive(code, as_of=_day_shown(as_of), release=opened.release)
    if found is None:
        raise output.fail(f"nothing is known of {_shown(code)}")
    if as_json:
        days = [_event_document(event) for event in timeline(found)]
        parts = [_chapter_document(part) for part in chapters(found, opened.release)]
        output.print_json({**output.shallow(found), "chapters": parts, "timeline": days})
        return
    output.say(f"{found.name} {found.uscc} (as of {found.as_of})")
    for part in chapters(found, opened.release):
        if not part.kept:
            continue
        output.say(f"  {part.name.zh}" + ("" if part.records else "：查询期内无相关信息"))
        for record in part.records:
            until = record.public_until or "without end"
            output.say(
                f"    {record.item_name.zh} {record.document_no} {record.decided_on}"
                f" {record.failing_class} public until {until} {record.record_id}"
            )


def _chapter_document(part: Any) -> dict[str, object]:
    ids = [record.record_id for record in part.records]
    return {"chapter": part.chapter, "name": part.name, "kept": part.kept, "records": ids}


def _event_document(event: Any) -> dict[str, object]:
    return {
        "day": event.day,
        "step": event.step,
        "phase": event.phase,
        "record_id": event.record.record_id,
        "item": event.record.item,
    }


@app.command()
def evaluate(as_of: Day = None, as_json: Json = False) -> None:
    """Grade all organisations in the model's scope."""
    with output.told():
        opened = platform.connect()
        from gongxin.derive.grading import evaluate_all  # noqa: PLC0415 - needs Django

        with output.steps("evaluate", quiet=as_json) as step:
            graded = evaluate_all(
                as_of=_day(as_of),
                by=whoami.by(),
                release=opened.release,
                home=opened.home,
                progress=step,
            )
    if as_json:
        output.print_json(graded)
        return
    levels = ", ".join(f"{level} {count}" for level, count in graded.levels.items())
    output.say(f"run {graded.run}: {graded.subjects} organisations; {levels}")
    output.say(f"  by {graded.model_name.zh}{_example(graded.standing)}")


@app.command()
def explain(code: Code, as_of: Day = None, as_json: Json = False) -> None:
    """Explain an organisation's grade: every point with its record and clause."""
    with output.told():
        opened = platform.connect()
        from gongxin.derive.explanation import explain as explained  # noqa: PLC0415

        found = explained(code, as_of=_day_shown(as_of), release=opened.release)
    if found is None:
        raise output.fail(f"nothing is known of {_shown(code)}")
    if as_json:
        output.print_json(found)
        return
    if found.not_graded:
        output.say(f"{found.name}: no grade ({found.not_graded})")
        return
    output.say(f"{found.name}: {found.level}, {found.score / 1000:g}{_example(found.standing)}")
    output.say(f"  base {found.base / 1000:g}")
    for line in found.lines:
        about = f"{line.item_name.zh} {line.document_no} {output.cited(line.cite)}"
        output.say(f"  {line.points / 1000:+g} {about}")
    for ceiling in found.ceilings:
        numbers = ", ".join(record.document_no for record in ceiling.records)
        cited = f"{numbers} {output.cited(ceiling.cite)}"
        output.say(f"  no better than {ceiling.level}: {ceiling.name.zh} {cited}")


def _example(standing: str) -> str:
    """What must stand beside every grade of a model that is nobody's (docs/legal.md L1)."""
    return " (示例, an example without effect)" if standing == "illustrative" else ""


def _shown(code: str) -> str:
    return code if uscc.is_valid(code) else privacy.mask(code)


def main() -> None:
    """Run the command; no traceback reaches a user unless GONGXIN_DEBUG is set."""
    try:
        app()
    except CreditError as error:
        output.errors.print(output.shown(f"error {error.code}: {error.message}"), markup=False)
        sys.exit(output.FAILED)
    except Exception as error:
        if os.environ.get("GONGXIN_DEBUG"):
            raise
        kind = type(error).__name__
        message = f"error: an unexpected fault ({kind}: {error}); set GONGXIN_DEBUG=1 to see where"
        output.errors.print(output.shown(message), markup=False)
        sys.exit(output.FAILED)
