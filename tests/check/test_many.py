"""Many checks at once: the same answers as one by one, each recorded by itself (2-28, rule 30)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxin.audit.models import Row
from gongxin.check.answer import Answer, CheckRefused, Question
from gongxin.check.asking import MOST, check, check_all
from gongxin.check.models import Asked
from gongxin.check.reading import read
from gongxin.derive.archive import archive
from gongxin.ledger.queries import head
from tests.derive import town as t

pytestmark = pytest.mark.django_db

EVERYBODY = (
    t.FINED,
    t.LISTED,
    t.QUIET,
    t.HIDDEN,
    t.RENAMED,
    t.SOCIAL,
    t.UNNAMED,
    t.ABSENT,
    t.TRADER,
    t.OWNED,
    (t.RESIDENT_ID, ""),
)
ONE_PERSON = {t.TRADER[0], t.OWNED[0], t.RESIDENT_ID}


def question(uscc: str, matter: str = "procurement") -> Question:
    return Question(uscc, matter, "admission", t.TODAY, t.RECEIVED, "client:x", "案1", t.TRANSPORT)


def test_each_is_answered_as_it_would_be_alone(settled):
    questions = [question(uscc) for uscc, _ in EVERYBODY]

    together = check_all(questions, settled.release)

    for asked, told in zip(questions, together, strict=True):
        if asked.uscc in ONE_PERSON:
            assert isinstance(told, CheckRefused)
            with pytest.raises(CheckRefused) as alone:
                check(asked, settled.release)
            assert alone.value.message == told.message
        else:
            assert isinstance(told, Answer)
            assert replace(check(asked, settled.release), check_no=told.check_no) == told


def test_each_leaves_its_row_and_each_refusal_leaves_no_answer(settled):
    told = check_all([question(uscc) for uscc, _ in EVERYBODY], settled.release)

    answers = [answer for answer in told if isinstance(answer, Answer)]
    assert Row.objects.filter(action="check").count() == len(EVERYBODY)
    assert set(Asked.objects.values_list("subject", flat=True)) == {a.uscc for a in answers}
    assert not Asked.objects.filter(subject__in=ONE_PERSON).exists()


def test_one_query_reads_them_all(settled):
    with CaptureQueriesContext(connection) as queries:
        check_all([question(uscc) for uscc, _ in EVERYBODY], settled.release)

    asked = [query["sql"] for query in queries if "FROM" in query["sql"]]
    assert [sql for sql in asked if "ledger_" in sql] == asked[:1]


def test_more_than_fit_at_once_are_refused(settled):
    with pytest.raises(ValueError, match="at most 1000"):
        check_all([question(t.FINED[0])] * (MOST + 1), settled.release)

    assert (Asked.objects.count(), Row.objects.count()) == (0, 0)


@pytest.mark.parametrize("days", [-200, 0, 30, 170, 365, 1200, 4000])
def test_a_check_reads_what_the_archive_holds_public_that_day(settled, days):
    """``check.reading`` writes the condition of ``derive.archive.public_on`` a second time."""
    day = t.TODAY + timedelta(days=days)
    codes = [uscc for uscc, _ in EVERYBODY]

    found = read(codes, day=day, release=settled.release)

    for code in codes:
        archived = archive(code, as_of=day, release=settled.release)
        records = found.known[code].records if code in found.known else ()
        assert [r.record_id for r in records] == [
            r.record_id for r in (archived.records if archived else ())
        ]
    assert found.head == head()
