"""docs/reference/codes.md names every error, finding code and reason that the program can give."""

import re

import pytest

from gongxin.core import validation
from gongxin.intake import findings
from tests.fixtures.law import demo_release

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


def test_every_finding_code_of_the_checks_is_documented(documented):
    items = demo_release().items.values()
    codes = {check.code for item in items for check in validation.checks_of(item)}

    assert {"required", "uscc_check_digit", "amount_without_fine"} <= codes  # core and packs
    assert codes - documented == set()


def test_every_finding_code_of_the_intake_is_documented(tree, documented):
    text = tree.text("src/gongxin/intake/findings.py")
    written = re.findall(r'"([a-z_]+)", "[^"]*[一-龥]', text)  # a code, then its message
    codes = {findings.DUPLICATE, *findings.SCREENED, *written}

    assert written == ["unknown_column"]
    assert codes - documented == set()


def test_every_reason_of_core_is_documented(tree, documented):
    text = tree.text("src/gongxin/core/visibility.py")
    reasons = set(re.findall(r'(?:yield |hidden ?= ?)"([a-z_]+)"', text))

    assert {"held", "archive_only", "class_unknown", "no_term"} <= reasons
    assert reasons - documented == set()


def test_every_reason_of_the_packs_is_documented(tree, documented):
    texts = [tree.text(n) for n in tree.names if n.startswith("packs/") and "/repair/" in n]
    reasons = {reason for text in texts for reason in re.findall(r"reason: ([a-z_]+)", text)}

    assert "simple_procedure" in reasons
    assert reasons - documented == set()
