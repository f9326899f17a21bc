"""An archive in the chapters of the report standard: facts in order, no score, none left out."""

from dataclasses import replace

import pytest

from gongxin.derive.archive import archive
from gongxin.derive.chapters import chapters
from gongxin.law import Release
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def of(who: tuple[str, str], release: Release):
    found = archive(who[0], as_of=t.TODAY, release=release)
    assert found is not None
    return chapters(found, release)


def test_each_record_stands_in_its_chapter_and_empty_ones_are_said(settled):
    parts = of(t.FINED, settled.release)
    found = {part.chapter: sorted(r.item for r in part.records) for part in parts}

    assert found == {
        "basic": [],
        "administration": [t.INSPECTION, t.LICENCE, t.PENALTY],
        "honours": [t.HONOUR],
        "serious": [],
        "abnormal": [],
        "commitments": [],
        "evaluation": [],
        "judgments": [],
        "other": [],
    }


def test_what_has_no_chapter_is_not_left_out(settled):
    content = settled.release.content
    few = tuple(part for part in content.chapters if part.chapter != "honours")

    last = of(t.FINED, Release(replace(content, chapters=few)))[-1]

    assert (last.chapter, [r.item for r in last.records]) == ("", [t.HONOUR])
