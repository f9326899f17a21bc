"""A check alone makes a transaction of its own: answer and record stand or fall together."""

import pytest
from django.db import DatabaseError, connection

from gongxin.audit.models import Row
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.models import Asked
from tests.derive import town as t
from tests.fixtures.platform import empty

QUESTION = Question(t.code(1), "bidding", "admission", t.TODAY, t.RECEIVED, "client:x", "案1")
# Unsealed rows wait in ``audit_pending``: the last statement of the message fails.
REFUSE = "ALTER TABLE audit_pending ADD CONSTRAINT refused CHECK (row_id < 0)"
ALLOW = "ALTER TABLE audit_pending DROP CONSTRAINT refused"


@pytest.mark.django_db(transaction=True)
def test_no_answer_is_kept_that_could_not_be_recorded(tmp_path):
    town = t.Town.found(tmp_path, t.release())
    with connection.cursor() as cursor:
        cursor.execute(REFUSE)
    try:
        with pytest.raises(DatabaseError):
            check(QUESTION, town.release)
        assert (Asked.objects.count(), Row.objects.count()) == (0, 0)

        with connection.cursor() as cursor:
            cursor.execute(ALLOW)
        check(QUESTION, town.release)
        assert (Asked.objects.count(), Row.objects.count()) == (1, 1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{ALLOW.replace('CONSTRAINT', 'CONSTRAINT IF EXISTS')}")
        empty()
