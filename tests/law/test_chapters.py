"""Chapters of the report: whatever may be public stands in exactly one."""

import pytest

from tests.fixtures.law import demo_release
from tests.law.conftest import World

CHAPTERS = """\
kind: chapters
chapters:
  - {chapter: acts, name: {zh: 行政, en: Acts}, items: [penalty], cite: [{document: act}]}
  - {chapter: honours, name: {zh: 荣誉, en: Honours}, items: [honour], cite: [{document: act}]}
"""
FILE = "base/report.yaml"


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("penalty", "penalty", []),
        ("[penalty]", "[penalty, fee]", ["no catalog item fee"]),
        ("[penalty]", "[penalty, honour]", ["honour stands twice", "honour stands twice"]),
        ("[honour]", "[]", ["a public item stands in a chapter of the report"]),
        ("cite: [{document: act}]", "cite: []", ["no source of law is cited"]),
    ],
)
def test_chapters_at_fault_are_refused(world: World, old: str, new: str, messages: list) -> None:
    world.write(FILE, CHAPTERS.replace(old, new, 1))
    found = world.messages()
    assert len(found) == len(messages)
    assert all(wanted in said for wanted, said in zip(messages, found, strict=True))


def test_the_chapters_are_those_of_the_standard_in_its_order() -> None:
    """The names as published reports have them; docs/domain/data-standards.md 2.13."""
    assert [chapter.name.zh for chapter in demo_release().content.chapters] == [
        "基本信息",
        "行政管理信息",
        "诚实守信相关荣誉信息",
        "严重失信主体名单信息",
        "经营（活动）异常名录（状态）信息",
        "信用承诺信息",
        "信用评价信息",
        "司法判决及执行信息",
        "其他信息",
    ]
