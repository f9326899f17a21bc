"""Matters in which a check is required (应查必查): they exist, and a document orders them."""

import pytest

from tests.law.conftest import World

FILE = "town/required-checks.yaml"
REQUIRED = """\
kind: required-checks
required_checks:
  - matter: tender
    basis: [{document: act, article: 第三条}]
"""


@pytest.fixture
def required(world: World) -> World:
    world.write(FILE, REQUIRED)
    return world


def test_a_required_check_stands_in_the_release(required: World) -> None:
    (found,) = required.compile().content.required_checks
    assert (found.matter, found.basis[0].document, found.illustrative) == ("tender", "act", False)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("matter: tender", "matter: hiring", "no matter hiring"),
        ("[{document: act, article: 第三条}]", "[]", "no source of law is cited"),
        ("document: act", "document: none", "the cited document none is not in any"),
    ],
)
def test_one_at_fault_is_refused(required: World, old: str, new: str, message: str) -> None:
    required.change(FILE, old, new)
    assert [said for said in required.messages() if message in said] != []


def test_an_illustrative_one_may_do_without_a_basis(required: World) -> None:
    required.change(FILE, "basis: [{document: act, article: 第三条}]", "illustrative: yes")
    assert required.messages() == []
