"""The fields of use: five of the founding document and the market's, and their codes (2-16)."""

from gongxin.core.catalog import Nature
from tests.derive.town import release

SIX = {"审批服务", "行政监管", "公共服务", "公共资源交易", "其他政务事务", "市场化社会化"}
EIGHT = {
    "招标投标": "bidding",
    "政府采购": "procurement",
    "市场准入": "market-entry",
    "公共资源交易": "resource-trade",
    "资质认定": "qualification",
    "专项资金安排": "special-fund",
    "政府资金补助": "subsidy",
    "评先评优": "honours",
}


def test_every_field_has_a_matter_and_no_other_is_there():
    assert {matter.scene for matter in release().content.matters} == SIX


def test_public_services_know_only_what_is_favourable_and_restrict_nobody():
    """Water, insurance and housing funds are withheld from nobody for a record (2-27)."""
    (matter,) = [one for one in release().content.matters if one.scene == "公共服务"]
    shown = {release().items[item].nature for item in matter.shows}
    kinds = {one.kind for one in release().content.measures if matter.matter in one.matters}

    assert shown == {Nature.FAVOURABLE}
    assert kinds == {"incentive"}


def test_the_eight_matters_of_the_founding_document_are_codes():
    """Requirement 1-82 names them, in this order."""
    named = {one.name.zh: one.matter for one in release().content.matters}

    assert {name: named[name] for name in EIGHT} == EIGHT


def test_the_four_trades_in_public_resources_are_codes_of_their_own():
    """招投标、土地招拍挂、政府采购、矿业权招拍挂 (2-30)."""
    trades = {one.matter for one in release().content.matters if one.scene == "公共资源交易"}

    assert trades == {"bidding", "land-supply", "procurement", "mining-rights", "resource-trade"}


def test_who_trades_is_restricted_by_a_list_with_a_basis_in_law_and_by_nothing_else():
    """Mining rights have no cited basis, so nobody is restricted there (2-30)."""
    content = release().content
    trades = {one.matter for one in content.matters if one.scene == "公共资源交易"}
    restricting = [
        one for one in content.measures if one.kind == "restrict" and trades & set(one.matters)
    ]

    assert {item for one in restricting for item in one.items} == {
        "serious-violation-list",
        "court-judgment-defaulter",
    }
    assert all(one.basis for one in restricting)
    assert not [one for one in restricting if "mining-rights" in one.matters]
