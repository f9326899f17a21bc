"""Rows of a platform whose personal records stood among all others: moved, counted, then dropped.

Versions before 0002 kept ``personal_sealed`` in the platform's own database.
"""

from collections.abc import Callable, Iterator

from django.db import connection, transaction

from gongxin.core.errors import CreditError
from gongxin.personal import sealing
from gongxin.personal.keys import Keys
from gongxin.personal.models import Sealed
from gongxin.personal.routing import ALIAS

TABLE = "personal_sealed"
COLUMNS = (
    *("blind_key", "purpose", "item", "record_id", "batch", "ciphertext", "algorithm", "key_id"),
    *("sealed_at", "retain_until"),
)
SIZE = 1000

Number = Callable[[Sealed], str]


class NotMoved(CreditError):
    """Personal records of an older version could not all be moved; they stay where they are."""

    code = "personal.not_moved"


def take_over(number: Number, keys: Keys) -> int:
    """Move sealed rows of an older version into the database of personal records.

    ``number`` tells the number of the person whom a row is about. They are committed there before
    the old table goes; whoever is interrupted does it again. Returns how many there were.

    Raises:
        NotMoved: a row is not there after all; the old table stays.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return 0
        cursor.execute(f"LOCK TABLE {TABLE}")
        moved = 0
        with transaction.atomic(using=ALIAS):
            for row in _old():
                row.person = sealing.person_key(number(row), keys)
                Sealed.objects.bulk_create([row], ignore_conflicts=True)
                moved += 1
            there = Sealed.objects.filter(blind_key__in=[row.blind_key for row in _old()]).count()
        if there != moved:
            message = f"{moved - there} of {moved} sealed rows are not in the new database"
            raise NotMoved(message, rows=str(moved - there))
        cursor.execute(f"DROP TABLE {TABLE}")
    return moved


def _old() -> Iterator[Sealed]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM {TABLE} ORDER BY blind_key")  # noqa: S608
        while rows := cursor.fetchmany(SIZE):
            yield from (Sealed(stands=True, **dict(zip(COLUMNS, row, strict=True))) for row in rows)
