"""Each room imports only what stands below it; core and law live without Django and databases."""

import re
import subprocess
import sys
from pathlib import Path

IMPORT_ALL = """
import importlib, pkgutil, sys
for banned in ("django", "duckdb", "psycopg", "polars", "pyarrow", "sqlglot"):
    sys.modules[banned] = None
count = 0
for name in ("gongxin.core", "gongxin.law"):
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(found.name)
        count += 1
print(count)
"""


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_import_contracts_hold(tree):
    done = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache", cwd=tree.root)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_core_and_law_import_without_django_and_databases(tree):
    done = run(sys.executable, "-c", IMPORT_ALL, cwd=tree.root)

    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= 15  # an empty walk would prove nothing


def test_architecture_page_shows_the_layers_of_the_contract(tree, layers):
    page = tree.text("docs/architecture.md")
    shown = re.search(r"```layers\n(.*?)```", page, re.DOTALL)

    assert shown is not None
    assert shown[1].splitlines() == layers


def test_architecture_page_gives_every_room_a_task(tree, height):
    page = tree.text("docs/architecture.md")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)
    described = {room for cell in rows for room in re.findall(r"`(\w+)`", cell)}

    assert described == set(height)
