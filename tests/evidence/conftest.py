"""Fixtures of this folder: a fine that was corrected later, and shown in a check between."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gongxin.audit import actions, signing
from gongxin.check.answer import Answer, Question
from gongxin.check.asking import check
from gongxin.check.documents import signer
from gongxin.core.audit import By
from gongxin.evidence import bundle
from gongxin.evidence.bundle import Wanted
from tests.derive import town as t
from tests.derive.fixtures import town
from tests.derive.town import Town

__all__ = ["town"]

FIRST = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
ASKED = datetime(2026, 6, 3, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)
MADE = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
TODAY = MADE.date()


@dataclass(frozen=True)
class Story:
    """A record with a past, and the platform that knows it."""

    town: Town
    record_id: str
    answer: Answer

    def seal(self) -> None:
        for _ in actions.seal_all(now=lambda: LATER, signer=signing.read(self.town.home)):
            continue

    def evidence(self, as_of: date = TODAY, **changes: str) -> dict:
        """Make the bundle as the command does."""
        said = {"purpose": "行政复议", "case_no": "盘复〔2026〕7号"} | changes
        return bundle.make(
            Wanted(self.record_id, as_of, **said),
            home=self.town.home,
            log=signing.read(self.town.home),
            by=By("operator:test", MADE),
            signer=signer(self.town.home),
        )


@pytest.fixture
def story(town: Town) -> Story:
    signing.make(town.home, "gongxin/town")
    town.hand_in(t.PENALTY, t.penalty(t.FINED), received_at=FIRST)
    record = town.record(t.FINED[0])
    question = Question(
        t.FINED[0], "bidding", "admission", ASKED.date(), ASKED, "client:1", "标1", t.TRANSPORT
    )
    answer = check(question, town.release)
    town.hand_in(t.PENALTY, t.penalty(t.FINED, CF_NR_FK="0.8"), received_at=LATER)
    story = Story(town, record.record_id, answer)
    story.seal()
    return story


@pytest.fixture
def key(story: Story) -> Path:
    return story.town.home / "keys/check.pub"
