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


def test_every_item_has_a_class_and_utility_bills_are_never_public(release: Release):
    assert {i.record_class for i in release.items.values()} <= set(RecordClass)
    assert release.items["utility-bill"].public_type is not PublicRange.PUBLIC


def test_market_data_attach_no_measure(release: Release):
    market = {i.item for i in release.items.values() if i.record_class is RecordClass.MARKET}

    used = {item for measure in release.content.measures for item in measure.items}
    assert used & market == set()
