"""gongxin check, checks and verify: asking, counting, and checking a signed answer (信用核查)."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gongxin.audit import signing
from gongxin.cli import clock, output, platform, whoami
from gongxin.cli.processes import Ended, end_with
from gongxin.core import uscc

if TYPE_CHECKING:
    from gongxin.check.answer import Answer

app = typer.Typer(help="What was asked, and for what.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
First = Annotated[str, typer.Option("--from", help="First day YYYY-MM-DD.")]
Last = Annotated[str, typer.Option("--until", help="Last day YYYY-MM-DD.")]
Unit = Annotated[str, typer.Option("--unit", help="Code of the unit.")]


def check(  # noqa: PLR0913, PLR0917 - options of the command
    code: Annotated[
        str,
        typer.Argument(metavar="USCC", help="Unified social credit code.", parser=uscc.compact),
    ],
    matter: Annotated[str, typer.Option(help="The matter the check is for.")],
    purpose: Annotated[str, typer.Option(help="What the answer is used for.")],
    case: Annotated[str, typer.Option(help="Number of the case that the check is for.")] = "",
    unit: Annotated[str, typer.Option(help="Code of the unit that decides the case.")] = "",
    as_json: Json = False,
) -> None:
    """Check one organisation: facts and what law attaches to them; never a verdict."""
    with output.told():
        opened = platform.connect()
        from gongxin.check import asking, documents  # noqa: PLC0415 - needs Django
        from gongxin.check.answer import Question  # noqa: PLC0415

        demand_unit(unit)
        signer = documents.signer(opened.home)
        question = Question(
            code, matter, purpose, clock.today(), clock.now(), whoami.by().actor, case, unit
        )
        answer = asking.check(question, opened.release)
        signature = documents.signature(documents.content_of(answer), signer)
    if as_json:
        output.print_json(output.shallow(answer) | {"signature": signature})
        return
    _say(answer)


def demand_unit(code: str) -> None:
    """Refuse a unit that nobody registered."""
    from gongxin.accounts import units  # noqa: PLC0415 - needs Django

    if code and code not in units.names():
        message = "--unit is no registered unit; leave it out or see gongxin pack lists"
        raise output.fail(message, code=output.USAGE)


def _say(answer: "Answer") -> None:
    output.say(f"{answer.name or answer.uscc}: {answer.status}, check {answer.check_no}")
    for fact in (*answer.facts, *answer.list_entries):
        until = fact.public_until or "without end"
        output.say(
            f"  {fact.name} {fact.document_no} {fact.decided_on} {fact.failing_class}"
            f" until {until} {output.cited(fact.basis)}"
        )
        if fact.adverse:
            day = f"from {fact.repairable_from}" if fact.repairable_from else "without a first day"
            output.say(f"    repair {day}, decided by {fact.channel}")
    for measure in (*answer.measures, *answer.incentives):
        output.say(
            f"  {measure.kind}: {measure.name} ({measure.implementing_unit})"
            f" until {measure.until or 'without end'} {output.cited(measure.clause)}"
        )
    output.say(f"  not shown: {answer.not_shown}; coverage: {answer.coverage}")


def verify(
    file: Annotated[Path, typer.Argument(help="What check --json or evidence printed.")],
    key: Annotated[Path, typer.Option(help="The platform's public key, had from elsewhere.")],
) -> None:
    """Check a signed answer or evidence without the platform: it is as the key signed it."""
    with output.told():
        verifier = signing.Verifier.read(text_of(key))
    try:
        answer = json.loads(text_of(file))
        signature = answer.pop("signature")
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise output.fail(f"{file} is no signed document", code=output.USAGE) from error
    content = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not verifier.signed(f"{content}\n", str(signature)):
        raise output.fail(f"{file} is not as {verifier.name} signed it: something was changed")
    what = f"{answer.get('kind', 'check')} {answer.get('check_no', answer.get('record_id'))}"
    output.say(f"{what} is as {verifier.name} signed it")


@app.command()
def run(  # noqa: PLR0913, PLR0917 - options of the command
    file: Annotated[Path, typer.Argument(help="Codes, one a line; - reads stdin.")],
    out: Annotated[Path, typer.Option(help="Where the result goes: JSON lines, one a row.")],
    matter: Annotated[str, typer.Option(help="The matter the checks are for.")],
    purpose: Annotated[str, typer.Option(help="What the answers are used for.")],
    case: Annotated[str, typer.Option(help="Number of the case.")] = "",
    unit: Annotated[str, typer.Option(help="Code of the unit that asks.")] = "",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 2,
    as_json: Json = False,
) -> None:
    """Check many organisations, as many as there are; each is recorded like one by itself."""
    with output.told():
        opened = platform.connect()
        from gongxin.check import batches  # noqa: PLC0415 - needs Django
        from gongxin.check.answer import Question  # noqa: PLC0415

        demand_unit(unit)
        who = whoami.by()
        question = Question("", matter, purpose, clock.today(), who.at, who.actor, case, unit)
        number = batches.open_batch(_lines(file), question, opened.release)
        spawn = get_context("spawn")
        with ProcessPoolExecutor(
            workers, spawn, initializer=end_with, initargs=(getpid(),)
        ) as pool:
            for done in [pool.submit(_work, number) for _ in range(workers)]:
                done.result()
        far = batches.progress(number)
        with out.open("wb") as whole:
            for part in batches.result(number, unit=unit, home=opened.home):
                whole.write(part.read_bytes())
    if as_json:
        output.print_json({"batch": number, "answered": far.answered, "refused": far.refused})
        return
    output.say(f"batch {number}: {far.answered} answered, {far.refused} refused; see {out}")


@app.command()
def work(
    every: Annotated[int, typer.Option(min=0, help="Seconds between looks; 0: once.")] = 0,
    parent: Annotated[int, typer.Option(hidden=True, help="End when this process has.")] = 0,
) -> None:
    """Answer the batches that were handed in over the API; delete results of former days."""
    with output.told():
        opened = platform.connect()
        from django.db import DatabaseError, InterfaceError, connection  # noqa: PLC0415

        from gongxin.check import batches  # noqa: PLC0415 - needs Django

        ended = Ended(parent)
        while not ended.is_set():
            try:
                for number in batches.open_numbers(clock.today()):
                    for _ in batches.work(number, home=opened.home, release=opened.release):
                        if ended.is_set():
                            return
                batches.sweep(opened.home, clock.today())
            except (DatabaseError, InterfaceError) as error:
                connection.close()
                output.warn(f"the database does not answer ({type(error).__name__}); trying again")
            if every == 0 or ended.wait(every):
                return


def _work(number: str) -> None:
    """Answer chunks of a batch in a process of its own."""
    opened = platform.connect()
    from gongxin.check import batches  # noqa: PLC0415 - needs Django

    for _ in batches.work(number, home=opened.home, release=opened.release):
        pass


def _lines(file: Path) -> Iterator[str]:
    try:
        with sys.stdin if str(file) == "-" else file.open(encoding="utf-8-sig") as lines:
            yield from lines
    except (OSError, UnicodeDecodeError) as error:
        raise output.fail(f"{file} cannot be read: {error}", code=output.USAGE) from error


@app.command()
def count(first: First, last: Last, unit: Unit = "", as_json: Json = False) -> None:
    """Count checks and outcomes of a period, by unit, matter and purpose."""
    with output.told():
        days = {"first": _day(first), "last": _day(last)}
        opened = platform.connect()
        from gongxin.check import statistics  # noqa: PLC0415 - needs Django

        only = [unit] if unit else None
        looks = statistics.looks(**days, release=opened.release, units=only)
        outcomes = statistics.outcomes(**days, units=only)
    if as_json:
        output.print_json({"looks": looks, "outcomes": outcomes})
        return
    for row in looks:
        output.say(
            f"{row.unit or '-'} {row.scene} {row.matter} {row.purpose}: {row.checks} checks of"
            f" {row.organisations} organisations in {row.queries} queries"
        )
    for told in outcomes:
        output.say(f"{told.matter} {told.outcome or 'not reported'}: {told.cases}")


@app.command()
def rates(first: First, last: Last, unit: Unit = "", as_json: Json = False) -> None:
    """Show how many of the cases handled were checked, where a check is required (应查必查)."""
    with output.told():
        days = {"first": _day(first), "last": _day(last)}
        platform.connect()
        from gongxin.check import cases  # noqa: PLC0415 - needs Django

        found = cases.rates(**days, units=[unit] if unit else None)
    if as_json:
        output.print_json(found)
        return
    for rate in found:
        output.say(f"{rate.unit} {rate.matter}: {rate.checked} of {rate.cases} checked")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text}: write the day as 2026-05-04"
        raise output.fail(message, code=output.USAGE) from error


def text_of(file: Path) -> str:
    """Read a file, or say why not."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise output.fail(f"{file} cannot be read: {error}", code=output.USAGE) from error
