"""Many checks at once: the same answers as one by one, each recorded by itself (2-28, rule 30)."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxin.audit.models import Row
from gongxin.check.answer import Answer, CheckRefused, Question
from gongxin.check.asking import MOST, check, check_all
from gongxin.check.models import Asked
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


def test_as_many_queries_for_many_as_for_one(settled):
    with CaptureQueriesContext(connection) as one:
        check(question(t.FINED[0]), settled.release)
    with CaptureQueriesContext(connection) as many:
        check_all([question(uscc) for uscc, _ in EVERYBODY], settled.release)

    assert len(many) == len(one)


def test_more_than_fit_at_once_are_refused(settled):
    with pytest.raises(ValueError, match="at most 1000"):
        check_all([question(t.FINED[0])] * (MOST + 1), settled.release)

    assert (Asked.objects.count(), Row.objects.count()) == (0, 0)
