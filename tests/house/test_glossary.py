"""Every module of core has its word in the glossary; what the glossary names exists."""

import ast
import re

import pytest

MODULE = re.compile(r"(\(?)`([\w./]+)`\)?")


@pytest.fixture(scope="module")
def entries(tree):
    return [(row[1], MODULE.findall(row[2])) for row in tree.rows("docs/glossary.md")]


@pytest.fixture(scope="module")
def named(entries):
    return {module for _, modules in entries for later, module in modules if not later}


def exists(root, word: str) -> bool:
    """Tell whether a folder, a module, or a name inside a module is there."""
    parts = word.split(".")
    if (root / word).is_dir() or (root / "src/gongxin" / "/".join(parts)).is_dir():
        return True
    paths = [
        ((root / "src/gongxin" / "/".join(parts[:n])).with_suffix(".py"), parts[n:])
        for n in range(1, len(parts) + 1)
    ]
    return any(path.is_file() and holds(path.read_text("utf-8"), rest) for path, rest in paths)


def holds(text: str, path: list[str]) -> bool:
    """Tell whether the source defines the name, or the class and then its member."""
    body = ast.parse(text).body
    for name in path:
        found = [node for node in body if name in defined(node)]
        if found == []:
            return False
        body = getattr(found[0], "body", [])
    return True


def defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef():
            return {node.name}
        case ast.AnnAssign():
            return {ast.unparse(node.target)}
        case ast.Assign():
            return {ast.unparse(target) for target in node.targets}
    return set()


def module_of(word: str) -> str:
    return ".".join(word.split(".")[:2])


def test_every_word_names_its_module(entries):
    assert [word for word, modules in entries if not modules] == []


def test_every_named_module_exists(tree, named):
    assert sorted(module for module in named if not exists(tree.root, module)) == []


@pytest.mark.parametrize(
    ("word", "there"),
    [
        ("core.catalog", True),
        ("core.catalog.Item", True),
        ("core.catalog.Item.channel", True),
        ("core.catalog.Item.colour", False),
        ("core.catalog.Colour", False),
        ("core.colour", False),
    ],
)
def test_a_name_inside_a_module_is_looked_for(tree, word, there):
    assert exists(tree.root, word) is there


def test_every_module_of_core_is_in_the_glossary(tree, named):
    core, modules = tree.root / "src/gongxin/core", {module_of(word) for word in named}
    files = {path.stem for path in core.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in core.glob("*/__init__.py")}

    assert sorted({f"core.{name}" for name in files | packages} - modules) == []


def test_a_chinese_term_stands_once(tree):
    terms = [row[0] for row in tree.rows("docs/glossary.md")]

    assert sorted({term for term in terms if terms.count(term) > 1}) == []
