"""The national catalog holds what the founding documents name (requirements 1-51, 1-64, 4-06)."""

import pytest

from gongxin.core.catalog import Nature, PublicRange, RecordClass
from gongxin.law import Release
from tests.fixtures.law import demo_release

ACTS = (
    "licence",
    "penalty",
    "compulsion",
    "confirmation",
    "levy",
    "payment",
    "ruling",
    "compensation",
    "award",
    "inspection",
)


@pytest.fixture(scope="module")
def release() -> Release:
    return demo_release()


@pytest.mark.parametrize("act", ACTS)
def test_every_administrative_act_has_an_item_with_its_own_fields(release: Release, act: str):
    item = release.items[f"administrative-{act}"]

    assert len(item.fields) >= 23
    assert item.basis != ()


@pytest.mark.parametrize("act", ["penalty", "licence", "ruling", "award", "inspection"])
def test_the_acts_that_ought_to_be_public_are_open(release: Release, act: str):
    assert release.items[f"administrative-{act}"].public_type is PublicRange.PUBLIC


def test_lists_for_honours_and_for_serious_defaulters_exist(release: Release):
    lists = {item.item for item in release.items.values() if item.list_entry}

    assert lists == {
        "abnormal-operation-list",
        "court-judgment-defaulter",
        "serious-violation-list",
    }
    assert release.items["honour"].nature is Nature.FAVOURABLE
    assert release.items["tax-credit-a"].nature is Nature.FAVOURABLE


def test_every_adverse_item_has_a_publicity_rule(release: Release):
    adverse = {i.item for i in release.items.values() if i.nature is Nature.ADVERSE}

    assert adverse - set(release.publicity) == set()


def test_utility_bills_alone_are_market_data_and_never_public(release: Release):
    other = {i.item for i in release.items.values() if i.record_class is not RecordClass.PUBLIC}

    assert other == {"utility-bill"}
    assert release.items["utility-bill"].record_class is RecordClass.MARKET
    assert release.items["utility-bill"].public_type is not PublicRange.PUBLIC


def test_market_data_attach_no_measure(release: Release):
    market = {i.item for i in release.items.values() if i.record_class is RecordClass.MARKET}

    used = {item for measure in release.content.measures for item in measure.items}
    assert used != set()
    assert used & market == set()
