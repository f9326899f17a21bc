import pytest

from tests.core.records import item


def test_a_field_is_found_by_its_code() -> None:
    assert item().field_of("JE").required == "contains(CFLB, '罚款')"


def test_an_unknown_field_is_no_field() -> None:
    with pytest.raises(KeyError, match="XX"):
        item().field_of("XX")


def test_columns_stand_in_the_catalogs_order() -> None:
    assert item().columns[:4] == ("MC", "DM", "LB", "RQ")
