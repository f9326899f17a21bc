"""Links between pages of the project lead to files that exist."""

import re

import pytest

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


@pytest.fixture(scope="module")
def pages(tree):
    return [name for name in tree.names if name.endswith(".md")]


def test_relative_links_lead_somewhere(tree, pages):
    broken = [
        f"{page}: {target}"
        for page in pages
        for target in LINK.findall(tree.text(page))
        if not ((tree.root / page).parent / target).exists()
    ]

    assert broken == []


def test_every_page_of_the_documentation_opens_with_its_title(tree, pages):
    untitled = [p for p in pages if p.startswith("docs/") and not tree.text(p).startswith("# ")]

    assert untitled == []
