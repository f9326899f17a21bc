from dataclasses import replace

import pytest

from gongxin.core.catalog import PublicRange, Split
from gongxin.core.identifiers import CodeKind
from tests.core.records import FIELDS, ROLES, field, item


def test_a_field_is_found_by_its_code() -> None:
    assert item().field_of("JE").required == "contains(CFLB, '罚款')"


def test_an_unknown_field_is_no_field() -> None:
    with pytest.raises(KeyError, match="XX"):
        item().field_of("XX")


def test_columns_stand_in_the_catalogs_order() -> None:
    assert item().columns[:4] == ("MC", "DM", "LB", "RQ")


def test_an_item_says_which_public_field_holds_which_other_number() -> None:
    """Neither a field that is not public nor one that is split off is such a field."""
    fields = (*FIELDS, field("ZCH"), field("SW", publication_range=PublicRange.SHARED))
    roles = replace(ROLES, registration_no="ZCH", tax_no="SW", organisation_code="ZJHM")

    given = item(roles=roles, fields=fields, split=Split(fields=("ZJHM",)))

    assert given.other_codes == ((CodeKind.REGISTRATION, "ZCH"),)
    assert item().other_codes == ()
