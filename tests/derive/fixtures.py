"""Fixtures that the rooms above the ledger share; imported by their conftest files."""

from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.db import transaction

django.setup()  # models are imported below; the cluster is up by now

from tests.derive.town import Town, release, settle  # noqa: E402


@pytest.fixture
def town(db: None, tmp_path: Path) -> Town:
    """An empty town of this test's own."""
    return Town.found(tmp_path, release())


@pytest.fixture(scope="module")
def settled(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town with inhabitants for all tests of a module, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        town = Town.found(tmp_path_factory.mktemp("town"), release())
        settle(town)
        yield town
        transaction.set_rollback(True)
