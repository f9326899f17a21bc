"""docs/reference/codes.md names every error, finding code and reason that the program can give."""

import re

import pytest

PAGE = "docs/reference/codes.md"


@pytest.fixture(scope="module")
def documented(tree):
    return set(re.findall(r"`([a-z_.]+)`", tree.text(PAGE)))


def test_every_error_is_documented(tree, documented):
    codes = {
        code
        for _, text in tree.python("src/")
        for code in re.findall(r'(?m)^    code = "([a-z_]+\.[a-z_]+)"', text)
    }

    assert len(codes) > 10
    assert codes - documented == set()


def test_every_finding_code_of_the_packs_is_documented(tree, documented):
    texts = [tree.text(n) for n in tree.names if n.startswith("packs/") and "/catalog/" in n]
    codes = {code for text in texts for code in re.findall(r"- code: ([a-z_]+)", text)}

    assert len(codes) > 5
    assert codes - documented == set()


def test_every_reason_of_the_packs_is_documented(tree, documented):
    texts = [tree.text(n) for n in tree.names if n.startswith("packs/") and "/repair/" in n]
    reasons = {reason for text in texts for reason in re.findall(r"reason: ([a-z_]+)", text)}

    assert "simple_procedure" in reasons
    assert reasons - documented == set()
