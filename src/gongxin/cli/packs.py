"""gongxin pack: lint, compile and test law as data."""

from pathlib import Path
from typing import Annotated

import typer

from gongxin import law
from gongxin.cli import output, platform
from gongxin.law import LawError

app = typer.Typer(help="Law as data: lint, compile and test packs.", no_args_is_help=True)
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
