"""Every module of core has its word in the glossary, and every module the glossary names exists."""

import re

import pytest

MODULE = re.compile(r"(\(?)`([\w./]+)`\)?")


@pytest.fixture(scope="module")
def entries(tree):
    return [(row[1], MODULE.findall(row[2])) for row in tree.rows("docs/glossary.md")]


@pytest.fixture(scope="module")
def named(entries):
    return {module for _, modules in entries for later, module in modules if not later}


def exists(root, module: str) -> bool:
    path = module.replace(".", "/")
    inside = root / "src/gongxin" / path
    return inside.is_dir() or inside.with_suffix(".py").is_file() or (root / path).is_dir()


def test_every_word_names_its_module(entries):
    assert [word for word, modules in entries if not modules] == []


def test_every_named_module_exists(tree, named):
    assert sorted(module for module in named if not exists(tree.root, module)) == []


def test_every_module_of_core_is_in_the_glossary(tree, named):
    core = tree.root / "src/gongxin/core"
    files = {path.stem for path in core.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in core.glob("*/__init__.py")}

    assert sorted({f"core.{name}" for name in files | packages} - named) == []


def test_a_chinese_term_stands_once(tree):
    terms = [row[0] for row in tree.rows("docs/glossary.md")]

    assert sorted({term for term in terms if terms.count(term) > 1}) == []
