"""P7: what must end, ends at its end: at midnight in China, although nothing ran."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache

from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.cli import clock as command_clock
from gongxin.core.audit import By
from gongxin.derive.archive import archive
from gongxin.derive.explanation import explain
from gongxin.derive.grading import evaluate_all
from gongxin.derive.models import Grade
from gongxin.ledger.models import Entry
from gongxin.portal import clock
from tests.derive import town as t

pytestmark = pytest.mark.django_db
LAST_DAY = date(2027, 5, 10)
NUMBER = "盘交罚〔2026〕1号"
LAST_SECOND = datetime(2027, 5, 10, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = LAST_SECOND + timedelta(seconds=1)  # 2027-05-11 00:00 in China
PAGES = ["", "sections/adverse", "explanation", "timeline"]


class Clock(datetime):
    """A clock that stands still."""

    at = LAST_SECOND

    @classmethod
    def now(cls, tz=None):
        return cls.at.astimezone(tz)


@pytest.fixture(params=[LAST_SECOND, MIDNIGHT], ids=["last-second", "midnight"])
def ended(request, site, settings, monkeypatch) -> bool:
    """The clocks of site and commands show the instant; whether the term is over then."""
    settings.PORTAL_TODAY = None
    monkeypatch.setattr(Clock, "at", request.param)
    monkeypatch.setattr(clock, "datetime", Clock)
    monkeypatch.setattr(command_clock, "datetime", Clock)
    monkeypatch.setattr(command_clock, "now", lambda: request.param)
    monkeypatch.setattr(
        command_clock, "today", lambda: request.param.astimezone(command_clock.CHINA).date()
    )
    cache.clear()
    return request.param is MIDNIGHT


def test_the_clock_is_chinas(ended):
    day = LAST_DAY + timedelta(days=1) if ended else LAST_DAY

    assert clock.today() == command_clock.today() == day


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_show_nothing_that_has_ended(site, ended, page, language):
    before = Entry.objects.count()

    answer = site.get(f"{language}/subjects/{t.FINED[0]}/{page}")

    assert answer.status_code == 200
    assert (NUMBER in answer.content.decode()) is not ended
    assert Entry.objects.count() == before  # nothing ran


def test_the_page_of_an_ended_record_is_gone(inhabited, site, ended):
    record_id = inhabited.record(t.FINED[0]).record_id

    answer = site.get(f"/subjects/{t.FINED[0]}/records/{record_id}")

    assert answer.status_code == (404 if ended else 200)
    assert (NUMBER in answer.content.decode()) is not ended


def test_a_search_result_tells_nothing_of_it(site, ended):
    answer = site.get("/search", {"q": "盘锦示例"})

    assert t.FINED[1] in answer.content.decode().replace("<mark>", "").replace("</mark>", "")
    assert NUMBER not in answer.content.decode()


def test_pages_are_kept_for_five_minutes_at_most(site, ended):
    answer = site.get(f"/subjects/{t.FINED[0]}/")

    directives = answer.headers["Cache-Control"].split(", ")
    ages = [part.partition("=")[2] for part in directives if part.startswith("max-age=")]
    assert [int(age) <= 300 for age in ages] == [True]


def test_commands_show_nothing_that_has_ended(gongxin, inhabited, ended):
    commands = [
        ["subject", "show", t.FINED[0], "--json"],
        ["explain", t.FINED[0], "--json"],
        ["check", t.FINED[0], "--matter=bidding", "--purpose=lending", "--json"],
        ["subject", "show", t.FINED[0]],
        ["explain", t.FINED[0]],
        ["check", t.FINED[0], "--matter=bidding", "--purpose=lending"],
    ]

    assert [(NUMBER in gongxin(*command).out) for command in commands] == [not ended] * 6


def test_every_answer_ends_on_the_same_day(settled):
    def shown(day: date) -> tuple[bool, ...]:
        release = settled.release
        found = archive(t.FINED[0], as_of=day, release=release)
        explained = explain(t.FINED[0], as_of=day, release=release)
        answer = check(Question(t.FINED[0], "bidding", "lending", day, t.RECEIVED), release)
        made_at = t.RECEIVED + timedelta(seconds=day.toordinal())
        run = evaluate_all(as_of=day, by=By("", made_at), release=release, home=settled.home)
        assert found is not None
        assert explained is not None
        stored = Grade.objects.get(run_id=run.run, subject=t.FINED[0])
        assert stored.score == explained.score
        return (
            any(r.document_no == NUMBER for r in found.records),
            any(line.document_no == NUMBER for line in explained.lines),
            any(fact.document_no == NUMBER for fact in answer.facts),
            explained.score < 1_000_000,
        )

    one_day = timedelta(days=1)
    assert shown(LAST_DAY - one_day) == shown(LAST_DAY) == (True, True, True, True)
    assert shown(LAST_DAY + one_day) == (False, False, False, False)
    assert shown(date(2099, 1, 1)) == (False, False, False, False)
