"""The search of the start page: by code, name or record number, never persons (查询).

What is found nothing for is not repeated on the page: whoever types a person's number sees the
page that everybody sees who finds nothing (T02).
"""

from dataclasses import dataclass
from datetime import date

from gongxin.core import uscc
from gongxin.core.documents import normalise_name
from gongxin.core.identifiers import CodeKind
from gongxin.derive.numbered import search_by_number
from gongxin.derive.search import Hit, HitRecord
from gongxin.derive.search import search as search_archive
from gongxin.law import Release

PAGE_SIZE = 20
MAX_PAGES = 10
MAX_TEXT = 100


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit with its name cut where the text was found; ``former`` if a former name matched.

    ``code`` is the other number that matched, else empty; ``records`` are those with the number
    that was typed.
    """

    uscc: str
    name: str
    before: str
    found: str
    after: str
    former: bool
    code_kind: CodeKind | None
    code: str
    records: tuple[HitRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits; ``exact`` is the code to open at once, ``more`` that not all are shown."""

    text: str
    hits: tuple[ShownHit, ...]
    count: int
    number: int
    pages: int
    more: bool
    exact: str

    @property
    def first(self) -> int:
        """The place of the first hit shown, counted from one."""
        return (self.number - 1) * PAGE_SIZE + 1


def cleaned(text: str) -> str:
    r"""Return what was typed without control characters and outer blanks.

    >>> cleaned(" 示例\x00公司 ")
    '示例公司'
    """
    return "".join(c for c in text if c.isprintable()).strip()


def page_number(text: str) -> int | None:
    """Return the number of a page, or None if there can be no such page.

    >>> page_number("3"), page_number("03"), page_number("11")
    (3, None, None)
    """
    return next((n for n in range(1, MAX_PAGES + 1) if str(n) == text), None)


def find(typed: str, *, number: int, day: date, release: Release) -> Found:
    """Search for what was typed and return one page of the hits (一站式查询).

    A text is a record's number, or a code or name; whoever types it need not say which.
    """
    text = cleaned(typed)
    most = PAGE_SIZE * MAX_PAGES
    hits: tuple[Hit, ...] = ()
    if len(text) <= MAX_TEXT:
        hits = search_by_number(text, as_of=day, release=release)
        hits = hits or search_archive(text, limit=most + 1)
    exact = hits[0].uscc if len(hits) == 1 and _is_exact(hits[0], text) else ""
    shown = hits[:most][(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return Found(
        text=text if len(shown) > 0 else "",
        hits=tuple(_shown(hit, text) for hit in shown),
        count=min(len(hits), most),
        number=number,
        pages=-(-min(len(hits), most) // PAGE_SIZE),
        more=len(hits) > most,
        exact=exact,
    )


def _is_exact(hit: Hit, text: str) -> bool:
    return hit.uscc == uscc.compact(text)


def _shown(hit: Hit, text: str) -> ShownHit:
    start, end = place_of(hit.matched_name, normalise_name(text))
    return ShownHit(
        uscc=hit.uscc,
        name=hit.name,
        before=hit.matched_name[:start],
        found=hit.matched_name[start:end],
        after=hit.matched_name[end:],
        former=hit.matched_name != hit.name,
        code_kind=hit.code_kind,
        code=hit.matched_code,
        records=hit.records,
    )


def place_of(name: str, key: str) -> tuple[int, int]:
    """Return where in a name the normalised text stands, as start and end; (0, 0) if nowhere.

    >>> place_of("盘锦（示例） 公司", "(示例)公司")
    (2, 9)
    """
    folded = [(normalise_name(c), place) for place, c in enumerate(name)]
    places = [place for text, place in folded for _ in text]
    start = "".join(text for text, _ in folded).find(key)
    if start < 0 or key == "":
        return 0, 0
    return places[start], places[start + len(key) - 1] + 1
