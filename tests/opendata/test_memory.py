"""Files are written record by record: memory stays flat however many there are."""

import tracemalloc
from datetime import timedelta
from itertools import count

import pytest

from gongxin.ledger.models import Current, Subject
from gongxin.opendata.actions import FOLDER
from tests.derive import town as t
from tests.opendata.conftest import Shop, lines

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MEGABYTE = 1 << 20


def fill(shop: Shop, *, records: int) -> None:
    """Copy one fine to many firms."""
    model = shop.town.record(t.FINED[0])
    values = {f.attname: getattr(model, f.attname) for f in Current._meta.concrete_fields}
    firm = Subject.objects.get(uscc=t.FINED[0])
    name = {f.attname: getattr(firm, f.attname) for f in Subject._meta.concrete_fields}
    codes = [t.code(n) for n in range(100, 100 + records)]
    Subject.objects.bulk_create(Subject(**name | {"uscc": code}) for code in codes)
    numbers = count(model.revision + 1)
    Current.objects.bulk_create(
        Current(
            **values
            | {"subject": code, "record_id": f"01ZZ{n:022}", "natural_key": f"k{n}"}
            | {"revision": next(numbers)}
        )
        for n, code in enumerate(codes)
    )


def peak(shop: Shop) -> int:
    tracemalloc.start()
    try:
        shop.publish()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_stays_flat(shop):
    fill(shop, records=12_000)
    shop.publish()  # imports and caches are no part of it
    shop.at += timedelta(minutes=20)

    used = peak(shop)

    written = max((shop.town.home / FOLDER).glob("*/records.jsonl.gz"))
    assert len(lines(written)) > 12_000
    assert used < 40 * MEGABYTE  # two parts of 2,000 rows; all of them would be four times that
