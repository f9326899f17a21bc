"""Products with version and calls, by unit and day (0-52)."""

from datetime import date

import pytest

from gongxin.accounts.client_actions import NewClient, add_client
from gongxin.accounts.clients import ProductDay
from gongxin.accounts.products import ANYBODY, PRODUCTS, DayCalls, UnitCalls, product_of, uses
from gongxin.api import urls
from gongxin.api.description import operations
from gongxin.core.audit import By
from tests.derive import town as t

TODAY, BEFORE = date(2026, 6, 1), date(2026, 5, 31)
NO_PRODUCT = {"/api/v1/token"}
PAGES = {"openapi.json", "docs", "problems/<slug:name>"}


def test_every_operation_is_of_one_product():
    addresses = {path for _, path, _ in operations()} - NO_PRODUCT

    assert {path for path in addresses if product_of(path) == ""} == set()
    assert {product_of(path) for path in NO_PRODUCT} == {""}


def test_every_other_address_is_a_products_or_a_page_about_the_interface():
    patterns = {str(one.pattern) for one in urls.urlpatterns} - {""}

    assert {one for one in patterns if product_of(f"/api/v1/{one}") == ""} == PAGES


def test_every_product_has_a_name_a_version_and_something_that_is_called():
    asked = {product_of(path) for _, path, _ in operations()}

    assert {one.product for one in PRODUCTS} - asked == {"reconciliation"}  # is no operation
    assert all(one.name.zh and one.name.en and one.version for one in PRODUCTS)


@pytest.mark.parametrize(
    ("path", "product"),
    [
        ("/api/v1/checks", "check"),
        ("/api/v1/checks:batch", "batch-check"),
        ("/api/v1/checks/batches/01J/result", "batch-check"),
        ("/api/v1/checks/01J/outcome", "outcome"),
        ("/api/v1/subjects/x/evaluation", "evaluation"),
        ("/api/v1/subjects/x/records", "archive"),
        ("/api/v1/opendata/files/s/records.jsonl.gz", "open-data"),
        ("/api/v1/reconcile", "reconciliation"),
        ("/api/v1/nothing", ""),
        ("/api/v1/subjects/x/y/z", ""),
        ("/subjects/x", ""),
    ],
)
def test_an_address_belongs_to_a_product(path, product):
    assert product_of(path) == product


@pytest.fixture
def called(units_of_the_city) -> str:
    """A system of the market regulator, and what was called on two days."""
    new = NewClient(name="行政审批系统", unit=t.MARKET, roles=("checker",))
    made = add_client(new, by=By("operator:test", t.RECEIVED))
    for client, product, day, n in (
        (made.client_id, "check", BEFORE, 3),
        (made.client_id, "check", TODAY, 4),
        (ANYBODY, "archive", TODAY, 5),
        (made.client_id, "archive", date(2026, 4, 1), 9),
    ):
        ProductDay.objects.create(client_id=client, product=product, day=day, calls=n)
    return made.client_id


@pytest.mark.django_db
def test_calls_are_told_by_day_and_unit(called):
    found = {one.product: one for one in uses(first=BEFORE, today=TODAY)}

    assert list(found) == [one.product for one in PRODUCTS]
    assert found["check"].version == "1.0"
    assert found["check"].calls == 7
    assert found["check"].days == (DayCalls(BEFORE, 3), DayCalls(TODAY, 4))
    assert found["check"].units == (UnitCalls(t.MARKET, t.MARKET_NAME, 7),)
    assert found["check"].last_days == (DayCalls(TODAY, 4), DayCalls(BEFORE, 3))
    assert found["archive"].units == (UnitCalls("", "", 5),)
    assert (found["evaluation"].calls, found["evaluation"].days) == (0, ())


@pytest.mark.django_db
def test_what_is_not_shown_is_not_counted(called):
    found = {
        one.product: one.calls
        for one in uses(first=BEFORE, today=TODAY, shown=lambda unit, _: unit == t.MARKET)
    }

    assert (found["check"], found["archive"]) == (7, 0)
