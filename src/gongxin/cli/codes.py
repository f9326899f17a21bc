"""gongxin uscc: codes checked one a line (代码校验)."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gongxin.cli import output
from gongxin.core import privacy
from gongxin.core import uscc as core_uscc


def uscc(
    file: Annotated[str, typer.Argument(help="A file with one code a line, or - for stdin.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check codes, one a line: form, pair, check character, numbers of persons."""
    lines = _lines(file)
    found = [
        {
            "code": privacy.MARK if core_uscc.is_person_number(line) else line,
            "valid": core_uscc.is_valid(line),
            "findings": list(core_uscc.findings(line) + core_uscc.warnings(line)),
        }
        for line in lines
    ]
    if as_json:
        output.print_json(found)
        return
    for row in found:
        output.say(f"{row['code']}\t{'valid' if row['valid'] else 'not valid'}\t{row['findings']}")


def _lines(file: str) -> list[str]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise output.fail(f"{file} cannot be read: {error}", code=output.USAGE) from error
    return [line.strip() for line in text.splitlines()]
