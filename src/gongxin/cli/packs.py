"""gongxin pack: lint, compile and test law as data, and list what it says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from gongxin import law
from gongxin.cli import clock, output, platform
from gongxin.law import LawError, Lists
from gongxin.law.basis import Source

app = typer.Typer(help="Law as data: lint, compile, test and list packs.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Argument(help="A pack's folder; all packs if left out.")]


def _folders(folder: Path | None) -> list[Path]:
    root = platform.shared() / "packs"
    if folder is None:
        return sorted(path.parent for path in root.glob("*/pack.yaml"))
    return [folder if (folder / "pack.yaml").is_file() else root / folder.name]


@app.command("lint")
def lint(folder: Folder = None) -> None:
    """Check packs for faults of form and meaning; exit 1 if there is one."""
    count = 0
    for path in _folders(folder):
        try:
            law.compile_place(path, profiles=platform.shared() / "profiles")
        except LawError as error:
            count += len(error.faults)
            for fault in error.faults:
                output.say(str(fault))
        else:
            output.say(f"{path.name}: good")
    if count:
        raise output.fail(f"{count} faults", code=output.FAILED)


@app.command("compile")
def compile_release(
    folder: Annotated[Path, typer.Argument(help="A pack's folder or name.")],
    out: Annotated[Path | None, typer.Option(help="Where to write the release.")] = None,
) -> None:
    """Compile a pack with its parents to one hashed release."""
    with output.told():
        release = platform.compile_pack(str(folder))
        target = out or Path(f"{release.content.place}-{release.hash[7:19]}.json")
        target.write_text(release.text, encoding="utf-8")
    output.say(f"{target} {release.hash}")


@app.command("test")
def run_cases(folder: Folder = None) -> None:
    """Run the cases of packs; exit 1 if one fails."""
    failed = 0
    for path in _folders(folder):
        with output.told():
            loaded = law.load(path, profiles=platform.shared() / "profiles")
            count = law.run_cases(loaded, law.Release(loaded.content))
        failed += len(count.faults)
        for fault in count.faults:
            output.say(str(fault))
        output.say(f"{path.name}: {count.run} cases, {len(count.faults)} failed")
    if failed:
        raise typer.Exit(output.FAILED)


@app.command("lists")
def show_lists(
    folder: Annotated[Path, typer.Argument(help="A pack's folder or name.")] = Path("national"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show the three lists (resources, reports, applications) and the four libraries."""
    with output.told():
        found = law.lists_of(platform.compile_pack(str(folder)), clock.today())
    if as_json:
        output.print_json(found)
        return
    packs = ", ".join(f"{pack.pack} {pack.version}" for pack in found.packs)
    output.say(f"{found.place} {found.release} ({packs})")
    for line in (*_resources(found), *_reports(found), *_applications(found), *_libraries(found)):
        output.say(line)


def _resources(found: Lists) -> Iterator[str]:
    yield f"政务信用信息资源清单: {len(found.resources)} kinds of information"
    for row in found.resources:
        yield (
            f"  {row.item} {row.name.zh}{_example(row.illustrative)} {row.layer} {row.edition},"
            f" {row.record_class}, {row.public_type}, {len(row.fields)} fields {_cited(row.basis)}"
        )


def _reports(found: Lists) -> Iterator[str]:
    yield f"信用数据报送清单: {len(found.reports)} reports"
    for row in found.reports:
        yield (
            f"  {row.item} {row.name.zh}{_example(row.illustrative)}: {row.owner},"
            f" {row.deadline_working_days} working days, {len(row.required_fields)} fields required"
            f" {_cited(row.basis)}"
        )


def _applications(found: Lists) -> Iterator[str]:
    yield f"信用产品应用清单: {len(found.applications)} matters"
    for row in found.applications:
        yield f"  {row.matter} {row.name.zh}: {', '.join(row.items)}"
        for measure in row.measures:
            yield (
                f"    {measure.kind} {measure.name.zh}{_example(measure.illustrative)}:"
                f" {', '.join(measure.items)}, {measure.implementing_unit} {_cited(measure.basis)}"
            )


def _libraries(found: Lists) -> Iterator[str]:
    yield f"四库: {len(found.libraries)} libraries"
    for row in found.libraries:
        counted = f"{row.n_entries} entries, {row.n_illustrative} illustrative"
        editions = f", editions {', '.join(row.editions)}" if row.editions else ""
        yield f"  {row.library} {row.name.zh}: {counted}{editions}, {row.hash}"
    yield f"信用协同业务任务清单: {len(found.tasks)} tasks"
    for task in found.tasks:
        units = "、".join((task.lead_unit, *task.cooperating_units))
        yield (
            f"  {task.task} {task.name.zh}{_example(task.illustrative)}: {units}, {task.cycle}"
            f" {_cited(task.basis)}"
        )


def _example(illustrative: bool) -> str:
    return "（示例）" if illustrative else ""


def _cited(sources: tuple[Source, ...]) -> str:
    return "[" + "; ".join(f"{source.title} {source.article}".strip() for source in sources) + "]"
