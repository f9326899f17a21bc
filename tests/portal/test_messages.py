"""The Chinese texts are complete, and what is shipped is what is written."""

import gettext
import io
import re
from pathlib import Path

import pytest
from tools.messages import CONTEXT, MO, PLURAL, PO, compiled, entries

PORTAL = PO.parents[3]
TEMPLATE_TEXT = re.compile(r"""\{% translate (["'])(.+?)\1(?: context "(.+?)")? %\}""")
PYTHON_TEXT = re.compile(r'\b_\("(.+?)"\)')
BLOCK = re.compile(
    r"\{% blocktranslate(?P<arguments>.*?) ?%\}(?P<one>.*?)"
    r"(?:\{% plural %\}(?P<many>.*?))?\{% endblocktranslate %\}",
    re.DOTALL,
)


def used() -> set[str]:
    """Every text that templates and code ask for, keyed as gettext does."""
    found: set[str] = set()
    for path in [*Path(PORTAL).rglob("*.html"), *Path(PORTAL).rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        for _, message, context in TEMPLATE_TEXT.findall(text):
            found.add(context + CONTEXT + message if context else message)
        for block in BLOCK.finditer(text):
            texts = [part for part in (block["one"], block["many"]) if part]
            found.add(PLURAL.join(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", part) for part in texts))
        if path.suffix == ".py":
            found |= set(PYTHON_TEXT.findall(text))
    return found


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    return dict(entries(PO.read_text(encoding="utf-8")))


def test_every_text_has_its_chinese(catalogue):
    assert {key for key, value in catalogue.items() if key and value == ""} == set()
    assert used() - catalogue.keys() == set()


def test_no_text_is_left_over(catalogue):
    assert catalogue.keys() - used() - {""} == set()


def test_placeholders_are_those_of_the_english(catalogue):
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    assert [key for key, value in catalogue.items() if key and names(key) != names(value)] == []


def test_shipped_file_is_in_step():
    assert MO.read_bytes() == compiled(PO.read_text(encoding="utf-8")), "run make messages"


def test_gettext_reads_what_was_compiled(catalogue):
    shipped = gettext.GNUTranslations(io.BytesIO(MO.read_bytes()))

    assert shipped.gettext("Credit repair") == "信用修复"
    assert shipped.pgettext("between names", ", ") == "、"
    assert shipped.ngettext("%(n)s record", "%(n)s records", 5) == "%(n)s 条"
