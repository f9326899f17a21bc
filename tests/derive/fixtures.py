"""Fixtures that the rooms above the ledger share; imported by their conftest files."""

from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.db import connection, transaction
from django.db.models import Model

django.setup()  # models are imported below; the cluster is up by now

from gongxin.intake.models import Batch  # noqa: E402
from gongxin.ledger.models import (  # noqa: E402
    Current,
    Entry,
    Head,
    OnePerson,
    OtherCode,
    OtherName,
    RecordNumber,
    Subject,
)
from gongxin.ledger.queries import head  # noqa: E402
from tests.derive.town import Town, release, settle  # noqa: E402

FILLED = (Batch, Subject, OnePerson, OtherName, OtherCode, Entry, Current, RecordNumber, Head)


class _Remembered:
    """The rows of a settled town: handed in once in a process, then copied; nothing was audited."""

    def __init__(self) -> None:
        self.rows: dict[type[Model], list[Model]] = {}

    def settle(self, town: Town) -> None:
        if not self.rows:
            with transaction.atomic(), transaction.atomic("personal"):
                settle(town)
                self.rows = {shape: list(shape.objects.all()) for shape in FILLED}
                transaction.set_rollback(True, using="personal")
                transaction.set_rollback(True)
        for shape, rows in self.rows.items():
            shape.objects.bulk_create(rows)
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('ledger_revision', %s)", [head()])


_remembered = _Remembered()


def inhabit(town: Town) -> None:
    """Settle a town in whatever transaction runs."""
    _remembered.settle(town)


@pytest.fixture
def town(db: None, tmp_path: Path) -> Town:
    """An empty town of this test's own."""
    return Town.found(tmp_path, release())


@pytest.fixture(scope="module")
def settled(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town with inhabitants for all tests of a module, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic(), transaction.atomic("personal"):
        town = Town.found(tmp_path_factory.mktemp("town"), release())
        _remembered.settle(town)
        yield town
        transaction.set_rollback(True, using="personal")
        transaction.set_rollback(True)
