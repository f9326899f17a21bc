"""How each source stands: its last report, rows accepted, refused and late, since when silent."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from gongxin.accounts.models import Unit
from gongxin.cli import rights
from gongxin.cluster import WEB_ROLE
from gongxin.intake.models import Batch
from gongxin.intake.sources import SourceItem, sources
from tests.derive import town as t
from tests.derive.fixtures import town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
NEVER = "11211100066131863E"


def by_unit(today: date = t.TODAY) -> dict:
    return {row.unit: row for row in sources(today=today)}


def test_rows_are_counted_by_unit_and_item(town):
    """A penalty of 2026-05-10 that comes on 2026-06-01 is past its seven working days."""
    town.hand_in(t.PENALTY, t.penalty(t.FINED), t.penalty(t.LISTED, 2, CF_NR=""), unit=t.TRANSPORT)
    town.hand_in(t.HONOUR, t.honour(t.FINED), unit=t.TRANSPORT)
    row = by_unit(t.TODAY + timedelta(days=9))[t.TRANSPORT]

    assert (row.name, row.rows, row.accepted, row.refused, row.late) == (
        t.TRANSPORT_NAME,
        3,
        2,
        1,
        2,
    )
    assert (row.last_on, row.silent_days) == (t.TODAY, 9)
    assert row.items[1] == SourceItem(t.HONOUR, t.TODAY, 1, 1, 1, 0, 1)


def test_who_never_reported_is_listed_and_nothing_is_held_against_it(town):
    row = by_unit()[NEVER]

    assert (row.may_report, row.last_on, row.silent_days, row.rows, row.items) == (
        True,
        None,
        None,
        0,
        (),
    )


def test_a_dissolved_unit_reports_no_more(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED), unit=t.TRANSPORT)
    Unit.objects.filter(uscc=t.TRANSPORT).update(valid_until=t.TODAY)

    assert by_unit()[t.TRANSPORT].may_report
    assert not by_unit(t.TODAY + timedelta(days=1))[t.TRANSPORT].may_report


def test_who_is_served_sees_the_counts_of_all_and_the_batches_of_nobody(town):
    town.hand_in(t.PENALTY, t.penalty(t.FINED), unit=t.TRANSPORT)
    assert rights.apply()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {WEB_ROLE}")
        cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
        seen = (by_unit()[t.TRANSPORT].accepted, Batch.objects.count())
        transaction.set_rollback(True)

    assert seen == (1, 0)
