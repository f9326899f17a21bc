import random
from collections.abc import Callable

import duckdb
import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.core.privacy import (
    CERTAIN,
    MARK,
    PATTERNS,
    REPLACEMENT,
    found,
    holds_person_number,
    mask,
    mask_certain,
    passes,
)
from gongxin.core.uscc import ALPHABET, check_character, is_valid

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("身份证11010519491231002X。", "身份证〔已隐去〕。", ("resident_id",)),
        ("身份证号：210203197503102721", "身份证号：〔已隐去〕", ("resident_id",)),
        ("旧证210203750310272号码", "旧证〔已隐去〕号码", ("resident_id",)),
        ("电话13800000000转", "电话〔已隐去〕转", ("mobile",)),
        ("TEL13800000000", "TEL〔已隐去〕", ("mobile",)),
        ("+86 138-0000-0000", "〔已隐去〕", ("mobile",)),
        ("8613800000000", "〔已隐去〕", ("mobile",)),
        ("(0427)2812345", "〔已隐去〕", ("landline",)),
        ("（0427） 28123456", "〔已隐去〕", ("landline",)),
        ("010-62345678", "〔已隐去〕", ("landline",)),
        ("02428123456", "〔已隐去〕", ("landline",)),
        ("卡号6222021234567890123", "卡号〔已隐去〕", ("bank_card",)),
        ("6222 0212 3456 7890", "〔已隐去〕", ("bank_card",)),
        ("6222-0212-3456-7890-12", "〔已隐去〕", ("bank_card",)),
        ("621234567890123456", "〔已隐去〕", ("bank_card",)),
        ("写信到a.b-c@example.com.cn。", "写信到〔已隐去〕。", ("email",)),
        ("车辆辽L·12345超载", "车辆〔已隐去〕超载", ("plate",)),
        ("辽LD12345、辽L1234学", "〔已隐去〕、〔已隐去〕", ("plate",)),
        ("１３８００００００００", "〔已隐去〕", ("mobile",)),
        (
            "13800000000 13900000001 13700000002",
            "〔已隐去〕 〔已隐去〕 〔已隐去〕",
            ("mobile",),
        ),
        ("13800000000，a@b.cn", "〔已隐去〕，〔已隐去〕", ("email", "mobile")),
        ("身份证210203 19750310 2721。", "身份证〔已隐去〕。", ("resident_id",)),
        ("210203-19750310-272X", "〔已隐去〕", ("resident_id",)),
        ("210203\n197503102721", "〔已隐去〕", ("resident_id",)),
        ("21020319750310\r\n2721", "〔已隐去〕", ("resident_id",)),
        ("２１０２０３\u3000１９７５０３１０\u3000２７２Ｘ", "〔已隐去〕", ("resident_id",)),
        ("护照E12345678）", "护照〔已隐去〕）", ("passport",)),
        ("护照号码为：EA1234567，", "护照号码为：〔已隐去〕，", ("passport",)),
        (
            "港澳居民来往内地通行证（H01234567）",
            "港澳居民来往内地通行证（〔已隐去〕）",
            ("passport",),
        ),
        ("证件号：g123456789", "证件号：〔已隐去〕", ("passport",)),
    ],
)
def test_personal_data_are_masked_and_named(text: str, masked: str, kinds: tuple[str, ...]) -> None:
    assert (mask(text), found(text)) == (masked, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "盘市监罚〔2026〕0001号",
        "盘公（交）行罚决字〔2026〕2111002900123456号",
        "91320100748204660Q",
        "统一社会信用代码：92320100748204660P",
        "13211100759M123456",
        "51211100MJ12345678",
        "2026-05-10至2027-05-10",
        "罚款123456.78元",
        "《中华人民共和国食品安全法》第一百二十六条第一款第（十二）项",
        "许可证编号JY12111000012345",
        "注册号2111000012345",
        "银行卡尾号1234",
        "客服热线12345、110",
        "公差@0.5",
        "辽宁省盘锦市",
        "批号138000000001380",
        "138000000000",
        "210203 1975 0310 2721号",
        "许可证件号J12345678",
        "批准文号E12345678",
        "护照E123456",
    ],
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert (mask(text), found(text)) == (text, ())


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("盘锦张三13800000000商行", "盘锦张三〔已隐去〕商行"),
        ("0427-2812345 0427-2812346 a@b.cn", "〔已隐去〕 〔已隐去〕 〔已隐去〕"),
        ("210203197503102721 210203197503102721", "〔已隐去〕 〔已隐去〕"),
        ("护照E12345678", "护照〔已隐去〕"),
        ("210203750310272", "210203750310272"),  # a registration number has 15 digits
        ("6222021234567890", "6222021234567890"),
        ("粤B12345", "粤B12345"),
    ],
)
def test_what_licences_look_like_too_stays_in_their_columns(text: str, masked: str) -> None:
    assert mask_certain(text) == masked


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        ("盘罚〔2026〕219999207706140387号", True),
        ("盘罚219999 20770614 0387 号", True),
        ("盘罚２１９９９９２０７７０６１４０３８７", True),
        ("盘罚〔2026〕1号 13800000000", True),
        ("盘罚〔2026〕1号 138-0000-0000", True),
        ("盘罚〔2026〕219999207706140388号", False),  # a serial number: place, day, four digits
        ("盘罚〔2026〕138000000001号", False),
        ("盘市监罚〔2026〕0001号", False),
        ("", False),
    ],
)
def test_document_numbers_that_hold_a_persons_number(number: str, holds: bool) -> None:
    assert holds_person_number(number) == holds


# 500 synthetic texts, each with one finding made up at random in the middle.

DRAW = random.Random(20261123)
TEMPLATES = (
    "当事人{}于2026年5月10日未按规定整改，违反《安全生产法》第三十三条。",
    "经查，联系方式为{}，住所地盘锦市兴隆台区。",
    "{}",
    "证据：现场笔录；{}；盘市监罚〔2026〕0001号。",
    "（{}）罚款0.5万元",
)


def digits(n: int) -> str:
    return "".join(DRAW.choice("0123456789") for _ in range(n))


def resident_18() -> str:
    place = DRAW.choice(["110105", "210203", "310115", "440305", "500101", "659001", "810000"])
    day = f"{DRAW.randint(1900, 2026)}{DRAW.randint(1, 12):02}{DRAW.randint(1, 28):02}"
    gap = DRAW.choice(["", "", " ", "-", "\n"])
    return gap.join((place, day, digits(3) + DRAW.choice("0123456789Xx")))


def resident_15() -> str:
    day = f"{DRAW.randint(20, 99)}{DRAW.randint(1, 12):02}{DRAW.randint(1, 28):02}"
    return "210203" + day + digits(3)


def mobile() -> str:
    number = f"1{DRAW.choice('3456789')}{digits(9)}"
    shape = DRAW.choice(["{}", "+86{}", "86-{}"])
    gap = DRAW.choice(["", "-", " "])
    return shape.format(gap.join((number[:3], number[3:7], number[7:])))


def landline() -> str:
    area = DRAW.choice(["010", "024", "0427", "0411", "0991"])
    shape = DRAW.choice(["{}-{}", "({}){}", "（{}）{}", "{}{}", "{} {}"])
    return shape.format(area, DRAW.choice("2345678") + digits(DRAW.choice([6, 7])))


def bank_card() -> str:
    number = "62" + digits(DRAW.choice([14, 15, 16, 17]))
    groups = [number[place : place + 4] for place in range(0, len(number), 4)]
    return DRAW.choice(["", " ", "-"]).join(groups)


def email() -> str:
    return f"{DRAW.choice(['zhang.san', 'a_b', 'x1+y'])}@{DRAW.choice(['qq.com', 'mail.x.cn'])}"


def plate() -> str:
    tail = DRAW.choice(["12345", "A1234", "1234挂", "D12345", "123AF"])
    return DRAW.choice("辽京沪粤") + DRAW.choice("ABL") + DRAW.choice(["", "·"]) + tail


MAKERS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("resident_id", resident_18),
    ("resident_id", resident_15),
    ("mobile", mobile),
    ("landline", landline),
    ("bank_card", bank_card),
    ("email", email),
    ("plate", plate),
)


def synthetic(n: int) -> list[tuple[str, str, str]]:
    """Return (kind, text, masked text); every third is written in full-width digits."""
    made = []
    for number in range(n):
        kind, maker = MAKERS[number % len(MAKERS)]
        template = DRAW.choice(TEMPLATES)
        value = maker()
        if number % 3 == 0 and kind in ("resident_id", "mobile", "bank_card"):
            value = value.translate(FULL_WIDTH)
        made.append((kind, template.format(value), template.format(MARK)))
    return made


SYNTHETIC = synthetic(500)


def test_of_500_synthetic_texts_none_keeps_its_finding() -> None:
    missed = [text for _, text, masked in SYNTHETIC if mask(text) != masked]
    assert missed == []


def test_of_500_synthetic_texts_each_names_its_kind() -> None:
    wrong = [(kind, found(text)) for kind, text, _ in SYNTHETIC if found(text) != (kind,)]
    assert wrong == []


def code(letters: str) -> str:
    pair = DRAW.choice(["91", "92", "93", "11", "12", "51", "52", "13", "31"])
    region = DRAW.choice(["211100", "110000", "320100", "440300", "650000"])
    first = pair + region + "".join(DRAW.choice(letters) for _ in range(9))
    return first + check_character(first)


@pytest.mark.parametrize("letters", ["0123456789", ALPHABET])
def test_a_credit_code_is_never_masked(letters: str) -> None:
    codes = [c for c in (code(letters) for _ in range(2000)) if is_valid(c)]
    assert len(codes) > 1000
    assert [c for c in codes if mask(f"代码{c}，") != f"代码{c}，"] == []


def test_a_code_that_reads_like_a_resident_number_is_masked() -> None:
    # A made-up code of Yanqing (110119): province 13, the first of January 1900.
    assert is_valid("131101190001011030")
    assert mask("131101190001011030") == MARK


ANY = st.text(alphabet="0123456789０１９XxKM@.-+ ()（）号〔〕辽LA·电\n", max_size=60)
PIECES = [
    "210203",
    "19750310",
    "2721",
    " ",
    "-",
    "\n",
    "护照",
    "证件号",
    "可",
    "E12345678",
    "，",
    "1",
]
TEXTS = st.one_of(ANY, st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


@pytest.mark.parametrize("between", [" ", "可", "，"])
def test_a_masked_passport_leads_to_the_number_behind_it(between: str) -> None:
    text = f"护照E12345678护照E12345678{between}E12345678"
    assert mask(text) == f"护照{MARK}护照{MARK}{between}{MARK}" == mask_certain(text)


@given(text=TEXTS)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(text=TEXTS)
def test_masking_what_is_certain_twice_is_masking_it_once(text: str) -> None:
    assert mask_certain(mask_certain(text)) == mask_certain(text)


@given(text=TEXTS)
def test_a_text_is_changed_exactly_where_something_was_found(text: str) -> None:
    assert (mask(text) != text) == (found(text) != ())


@settings(deadline=None)  # the first connection takes its time
@given(texts=st.lists(TEXTS, min_size=1, max_size=20))
def test_duckdb_agrees_with_python(texts: list[str]) -> None:
    assert in_duckdb(texts) == [mask(text) for text in texts]
    assert in_duckdb(texts, CERTAIN) == [mask_certain(text) for text in texts]


def test_duckdb_agrees_on_the_synthetic_texts() -> None:
    texts = [text for _, text, _ in SYNTHETIC]
    assert in_duckdb(texts) == [mask(text) for text in texts]


def in_duckdb(texts: list[str], patterns: tuple[tuple[str, str], ...] = PATTERNS) -> list[str]:
    sql = "text"
    for kind, pattern in patterns:
        for _ in range(passes(kind)):
            sql = f"regexp_replace({sql}, '{pattern}', '{REPLACEMENT}', 'g')"
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT {sql} FROM (SELECT unnest(?::VARCHAR[]) AS text)", [texts]
        ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(("kind", "pattern"), PATTERNS)
def test_each_pattern_is_one_of_re2_with_two_groups(kind: str, pattern: str) -> None:
    assert kind != ""
    assert re2.compile(pattern).groups == 2
