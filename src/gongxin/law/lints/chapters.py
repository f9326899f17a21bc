"""Chapters of the report: each kind that may be public stands in exactly one (报告篇章)."""

from collections import Counter

from gongxin.core.catalog import PublicRange
from gongxin.law.lints.findings import Found
from gongxin.law.release import Content


def lint_chapters(content: Content) -> Found:
    """A chapter holds items that exist; an item stands in one, a public one must.

    A place whose packs have no chapters makes no report, and needs none.
    """
    items = {item.item for item in content.items}
    placed = Counter(name for chapter in content.chapters for name in chapter.items)
    for chapter in content.chapters:
        key = ("chapters", chapter.chapter)
        yield from ((key, f"no catalog item {name}") for name in chapter.items if name not in items)
        yield from ((key, f"{name} stands twice") for name in chapter.items if placed[name] > 1)
    if not content.chapters:
        return
    for item in content.items:
        if item.public_type is PublicRange.PUBLIC and placed[item.item] == 0:
            yield ("items", item.item), "a public item stands in a chapter of the report"
