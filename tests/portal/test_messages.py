"""The Chinese texts are complete, and what is shipped is what is written."""

import gettext
import io
import re
from pathlib import Path

import pytest
from django.utils import translation
from tools.messages import CONTEXT, PLURAL, ROOMS, compiled, entries, mo_of, po_of

TEMPLATE_TEXT = re.compile(r"""\{% translate (["'])(.+?)\1(?: context "(.+?)")? %\}""")
PYTHON_TEXT = re.compile(r'\b(?:_|gettext)\(\s*((?:"[^"]+"\s*)+)\)')
BLOCK = re.compile(
    r"\{% blocktranslate(?P<arguments>.*?) ?%\}(?P<one>.*?)"
    r"(?:\{% plural %\}(?P<many>.*?))?\{% endblocktranslate %\}",
    re.DOTALL,
)


def used(room: Path) -> set[str]:
    """Every text that templates and code ask for, keyed as gettext does."""
    found: set[str] = set()
    for path in [*room.rglob("*.html"), *room.rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        for _, message, context in TEMPLATE_TEXT.findall(text):
            found.add(context + CONTEXT + message if context else message)
        for block in BLOCK.finditer(text):
            texts = [part for part in (block["one"], block["many"]) if part]
            found.add(PLURAL.join(re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", part) for part in texts))
        if path.suffix == ".py":
            found |= {"".join(re.findall(r'"([^"]+)"', call)) for call in PYTHON_TEXT.findall(text)}
    return found


@pytest.fixture(params=ROOMS, ids=lambda room: room.name, scope="module")
def room(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def catalogue(room: Path) -> dict[str, str]:
    return dict(entries(po_of(room).read_text(encoding="utf-8")))


def test_every_text_has_its_chinese(room, catalogue):
    assert {key for key, value in catalogue.items() if key and value == ""} == set()
    assert used(room) - catalogue.keys() == set()


def test_no_text_is_left_over(room, catalogue):
    assert catalogue.keys() - used(room) - {""} == set()


def test_placeholders_are_those_of_the_english(catalogue):
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    assert [key for key, value in catalogue.items() if key and names(key) != names(value)] == []


def test_shipped_file_is_in_step(room):
    written = compiled(po_of(room).read_text(encoding="utf-8"))
    assert mo_of(room).read_bytes() == written, "run make messages"


def test_gettext_reads_what_was_compiled():
    portal = next(room for room in ROOMS if room.name == "portal")
    shipped = gettext.GNUTranslations(io.BytesIO(mo_of(portal).read_bytes()))

    assert shipped.gettext("Credit repair") == "信用修复"
    assert shipped.pgettext("between names", ", ") == "、"
    assert shipped.ngettext("%(n)s record", "%(n)s records", 5) == "%(n)s 条"


def test_no_library_puts_words_of_its_own_in_the_place_of_ours(room, catalogue, settings):
    settings.LOCALE_PATHS = [room / "locale"]  # the room citizen is no app of the site's process
    plain = {key: text for key, text in catalogue.items() if key and not {CONTEXT, PLURAL} & {*key}}
    with translation.override("zh-hans"):
        assert {key: translation.gettext(key) for key in plain} == plain
