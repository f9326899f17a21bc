"""Rule 52: an entry of the log is neither changed nor deleted; a command verifies the chain."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from gongxin.audit.models import Row
from tests.audit.conftest import Log, log, sealed

__all__ = ["log", "sealed"]
pytestmark = pytest.mark.django_db
CHANGES = [
    "UPDATE audit_row SET actor = 'nobody'",
    "UPDATE audit_row SET at = at - interval '1 day'",
    "DELETE FROM audit_row",
    "TRUNCATE audit_row CASCADE",
    "UPDATE audit_leaf SET hash = '\\x00'",
    "DELETE FROM audit_leaf",
]


@pytest.mark.parametrize("change", CHANGES)
def test_rule_52_an_entry_is_neither_changed_nor_deleted(sealed: Log, change):
    before = Row.objects.count()

    with (
        pytest.raises((InternalError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)

    assert Row.objects.count() == before > 0
    assert sealed.check().faults == ()


def test_rule_52_whoever_rules_the_database_is_found_out(sealed: Log):
    changed = Row.objects.order_by("id").first()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_row DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_row SET content = '\\x00' WHERE id = %s", [changed.id])

    assert sealed.named() == {changed.id}
