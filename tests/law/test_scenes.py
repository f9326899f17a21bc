"""The fields of use: five of the founding document and the market's (requirement 2-16)."""

from gongxin.core.catalog import Nature
from tests.derive.town import release

SIX = {"审批服务", "行政监管", "公共服务", "公共资源交易", "其他政务事务", "市场化社会化"}


def test_every_field_has_a_matter_and_no_other_is_there():
    assert {matter.scene for matter in release().content.matters} == SIX


def test_public_services_know_only_what_is_favourable_and_restrict_nobody():
    """Water, insurance and housing funds are withheld from nobody for a record (2-27)."""
    (matter,) = [one for one in release().content.matters if one.scene == "公共服务"]
    shown = {release().items[item].nature for item in matter.shows}
    kinds = {one.kind for one in release().content.measures if matter.matter in one.matters}

    assert shown == {Nature.FAVOURABLE}
    assert kinds == {"incentive"}
