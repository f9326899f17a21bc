import pytest

from gongxin.derive.search import Hit, search
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def found(text: str, **page: int) -> list[str]:
    return [hit.uscc for hit in search(text, **page)]


@pytest.mark.parametrize(
    "text",
    [
        t.FINED[0],
        t.FINED[0].lower(),
        f"  {t.FINED[0][:8]} {t.FINED[0][8:]}　",
        t.FINED[0].translate({c: c + 0xFEE0 for c in range(0x30, 0x5B)}),
    ],
)
def test_a_code_finds_its_organisation_in_any_width_case_and_spacing(settled, text):
    assert found(text) == [t.FINED[0]]


def test_a_part_of_a_code_finds_nothing(settled):
    assert found(t.FINED[0][:17]) == []


def test_two_characters_of_a_name_are_needed(settled):
    assert found("示") == []
    assert t.FINED[0] in found("示例")


@pytest.mark.parametrize("text", ["", " ", "　", "示\x00", "\x00"])
def test_too_little_text_finds_nothing(settled, text):
    assert found(text) == []


def test_a_name_is_found_in_any_width_and_spacing(settled):
    assert found("盘锦 示例 第１ 贸易") == [t.FINED[0]]


@pytest.mark.parametrize("text", ["示例%公司", "__", "%%", "示例_1", "\\\\"])
def test_there_are_no_wildcards(settled, text):
    assert found(text) == []


def test_a_former_name_is_found_and_said_to_be_one(settled):
    assert search("旧称示例") == (
        Hit(t.RENAMED[0], t.RENAMED[1], t.OLD_NAME, search(t.RENAMED[0])[0].kind),
    )


@pytest.mark.parametrize("who", [t.TRADER, t.OWNED])
def test_one_persons_undertaking_is_found_by_its_exact_code_only(settled, who):
    assert found(who[1]) == []
    assert found(who[1][:4]).count(who[0]) == 0
    assert found(who[0]) == [who[0]]


@pytest.mark.parametrize(
    "text",
    [
        t.RESIDENT_ID,
        f"{t.RESIDENT_ID[:6]} {t.RESIDENT_ID[6:14]} {t.RESIDENT_ID[14:]}",
        t.RESIDENT_ID.translate({c: c + 0xFEE0 for c in range(0x30, 0x3A)}),
        f"身份证{t.RESIDENT_ID}",
        t.OLD_RESIDENT_ID,
        t.MOBILE,
        "6222020000000000000",
    ],
)
def test_a_persons_number_finds_nothing_and_asks_the_database_nothing(
    settled, django_assert_num_queries, text
):
    with django_assert_num_queries(0):
        assert found(text) == []


def test_a_representative_is_not_found(settled):
    assert found("示例法定代表人") == []


def test_the_name_itself_comes_first_and_pages_follow_each_other(settled):
    everybody = found("示例")

    assert found("盘锦示例第1贸易有限公司")[0] == t.FINED[0]
    assert found("示例", limit=2) + found("示例", limit=2, offset=2) == everybody[:4]
    assert len(set(everybody)) == len(everybody)
