"""What the tests of the house read: the tracked tree, the layers, and tables of the docs."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = re.compile(r"(^|/)(migrations|__pycache__)/")


@dataclass(frozen=True)
class Tree:
    """The files of the project: those that git tracks, or would track if they were added."""

    root: Path
    names: tuple[str, ...]

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def python(self, *folders: str) -> Iterator[tuple[str, str]]:
        """Name and text of every Python file below the folders, migrations left out."""
        for name in self.names:
            if name.endswith(".py") and name.startswith(folders) and not SKIPPED.search(name):
                yield name, self.text(name)

    def rows(self, name: str) -> list[list[str]]:
        """Cells of every row of every Markdown table of a page, header and rule rows left out."""
        lines = self.text(name).splitlines()
        cells = [
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line, after in zip(lines, [*lines[1:], ""], strict=True)
            if line.startswith("|") and not _is_rule(after) and not _is_rule(line)
        ]
        assert cells, f"no table in {name}"
        return cells


def _is_rule(line: str) -> bool:
    return line.startswith("|") and set(line) <= set("|-: ")


@pytest.fixture(scope="session")
def tree() -> Tree:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = (name for name in sorted(set(listed.split("\0"))) if name)
    return Tree(ROOT, tuple(name for name in names if (ROOT / name).is_file()))


@pytest.fixture(scope="session")
def layers() -> list[str]:
    """The layers of the import contract, the highest first, as they are written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    found: list[str] = next(c["layers"] for c in contracts if c["id"] == "layers")
    return found


@pytest.fixture(scope="session")
def height(layers: list[str]) -> dict[str, int]:
    """Height of every room, built or not; rooms of one layer have the same height."""
    return {
        room.strip(" ()"): len(layers) - number
        for number, layer in enumerate(layers)
        for room in layer.split("|")
    }
