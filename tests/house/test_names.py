"""What a reader may rely on in every file: names, lengths, and the doors that stay shut."""

import ast
import re
from collections.abc import Iterator

import pytest

BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "managers", "base"}
LONGEST = {"src/": 400, "tests/": 600}
# The only places that may read the process's environment.
ENVIRONMENT = (
    *(
        f"src/gongxin/{room}/{name}.py"
        for room in ("site", "citizen")
        for name in ("settings", "wsgi")
    ),
    "src/gongxin/cli/",
)
LAW = "src/gongxin/law/"
# Written in two parts, or this file would find itself.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b(?!\(#\d+\))")
OUTSIDE = ".." + "/shared"


def imports(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_under(name: str, *modules: str) -> bool:
    return any(name == module or name.startswith(module + ".") for module in modules)


def calls_print(text: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        for node in ast.walk(ast.parse(text))
    )


def overrides_save(text: str) -> bool:
    return any(
        isinstance(part, ast.FunctionDef) and part.name in {"save", "delete"}
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
        for part in node.body
    )


def reads_environment(text: str) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in {"environ", "environb", "getenv", "putenv"}
        for node in ast.walk(ast.parse(text))
    ) or any(is_under(name, "os.environ", "os.getenv") for name in imports(text))


def test_modules_are_named_after_concepts(tree):
    parts = {name: set(name.removesuffix(".py").split("/")) for name, _ in tree.python("src/")}

    assert {name for name, words in parts.items() if words & BANNED_NAMES} == set()


def test_save_and_delete_are_not_overridden(tree):
    assert [name for name, text in tree.python("src/") if overrides_save(text)] == []


def test_signals_are_not_imported(tree):
    found = [
        name
        for name, text in tree.python("src/")
        if any(is_under(i, "django.dispatch", "django.db.models.signals") for i in imports(text))
    ]

    assert found == []


def test_nothing_prints(tree):
    assert [name for name, text in tree.python("src/") if calls_print(text)] == []


@pytest.mark.parametrize(("folder", "longest"), LONGEST.items())
def test_files_are_short(tree, folder, longest):
    lengths = {name: len(text.splitlines()) for name, text in tree.python(folder)}

    assert {name: n for name, n in lengths.items() if n > longest} == {}


def test_unfinished_work_names_an_open_issue(tree):
    python = tree.python("src/", "tests/", "tools/", "bench/")

    assert [name for name, text in python if UNFINISHED.search(text)] == []


def test_environment_is_read_in_settings_and_commands_only(tree):
    found = [name for name, text in tree.python("src/") if reads_environment(text)]

    assert [name for name in found if not name.startswith(ENVIRONMENT)] == []


def test_only_law_reads_yaml(tree):
    found = [
        name
        for name, text in tree.python("src/", "tools/", "bench/")
        if any(is_under(i, "yaml") for i in imports(text))
    ]

    assert [name for name in found if not name.startswith(LAW)] == []


def test_project_names_nothing_outside_itself(tree):
    outside = OUTSIDE.encode()

    assert [name for name in tree.names if outside in (tree.root / name).read_bytes()] == []
