"""gongxin template: the workbook in which an item of the catalog is filled in (填报模板)."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from gongxin import law
from gongxin.cli import output, platform
from gongxin.intake import templates


def template(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="Catalog item.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write; ITEM.xlsx if left out. None is replaced.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write the template of a catalog item by the rules in force."""
    with output.told():
        release = law.active(platform.home())
        if item not in release.items:
            message = f"unknown type {item}; known: {', '.join(sorted(release.items))}"
            raise output.fail(message, code=output.USAGE)
        path = out or Path(f"{item}.xlsx")
        if path.exists():
            # It may be filled in already.
            message = f"there is a file {path} already; name another with --out"
            raise output.fail(message)
        made = templates.write(path, release.items[item], release)
    if as_json:
        output.print_json({"file": str(path), **dataclasses.asdict(made)})
        return
    name = release.items[item].name.zh
    output.say(f"{path}: {name} ({made.item}), edition {made.edition}, {made.hash}")
