"""The checks of a penalty as somebody would write them in Polars by hand, without a catalog.

The same findings, row by row, as the platform's own. Read ``prepare`` first: cells are stripped,
then days, amounts and the code are read once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

BLANKS = "".join(
    map(chr, [*range(9, 14), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C)])
) + "\u2028\u2029\u202f\u205f\u3000\ufeff"  # fmt: skip
HYPHENS = "-－‐‑‒–—―−"
FULL = {chr(c): chr(c - 0xFEE0).upper() for c in range(0xFF01, 0xFF5F) if c != 0xFF0D}
DROPPED = dict.fromkeys(BLANKS + HYPHENS, "")
NOT_COMPACT = r"[^0-9A-Z.+]"

ORGANISATION, PERSON, TRADER = "法人及非法人组织", "自然人", "个体工商户"
PLACEHOLDER = "00000000000000000X"
CERTIFICATES = [
    "身份证", "护照号", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "外国人永久居留身份证",
]  # fmt: skip
KINDS = [
    "警告", "通报批评", "罚款", "没收违法所得", "没收非法财物", "暂扣许可证件", "降低资质等级",
    "吊销许可证件", "限制开展生产经营活动", "责令停产停业", "责令关闭", "限制从业", "行政拘留",
    "暂扣或者吊销许可证", "暂扣或者吊销执照",
]  # fmt: skip
LENGTHS = {
    "CF_XDR_MC": 200, "CF_XDR_LB": 100, "CF_XDR_SHXYM": 18, "CF_XDR_GSZC": 50, "CF_XDR_ZZJG": 9,
    "CF_XDR_SWDJ": 20, "CF_XDR_SYDW": 120, "CF_XDR_SHZZ": 50, "CF_FRDB": 50, "CF_FR_ZJLX": 64,
    "CF_FR_ZJHM": 64, "CF_XDR_ZJLX": 64, "CF_XDR_ZJHM": 64, "CF_WSH": 128, "CF_WFXW": 2000,
    "CF_SY": 5000, "CF_YJ": 2000, "CF_CFLB": 256, "CF_NR": 4000, "CF_NR_ZKDX": 200, "CF_CFJG": 200,
    "CF_CFJGDM": 18, "CF_SJLY": 200, "CF_SJLYDM": 18, "BZ": 4000, "CF_CXLB": 2,
}  # fmt: skip
OTHERS = ("CF_NR_FK", "CF_NR_WFFF", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ")
COLUMNS = (*LENGTHS, *OTHERS)
REQUIRED = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_JDRQ",
    "CF_YXQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM",
)  # fmt: skip
DATES = ("CF_JDRQ", "CF_YXQ", "CF_GSJZQ")
NULL_DAYS = [date(1899, 12, 31), date(1900, 1, 1)]
FIRST_DAY = date(1949, 1, 1)
SCREENED = ("CF_WFXW", "CF_SY", "CF_YJ", "CF_NR", "BZ")

TIME = r"([ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?)?"
SEPARATED = (
    r"^([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    rf"|\.([0-9]{{1,2}})\.([0-9]{{1,2}})|年([0-9]{{1,2}})月([0-9]{{1,2}})日){TIME}$"
)
AMOUNT = r"^[+-]?[0-9]{1,12}(\.[0-9]{1,6})?$"
FORM = r"^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$"
PAIRS = {
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129",
    "8": "19", "9": "123", "A": "19", "N": "1239", "Y": "1",
}  # fmt: skip
PROVINCES = [
    d + u
    for d, us in zip(
        "123456789",
        ("12345", "123", "1234567", "123456", "01234", "12345", "1", "123", "9"),
        strict=True,
    )
    for u in us
]
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
INNER = (3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: ``at_fault`` over the prepared frame is true for a row at fault."""

    code: str
    column: str
    at_fault: pl.Expr
    level: str = "error"


def read(path: str) -> pl.LazyFrame:
    """All cells as text."""
    return pl.scan_csv(path, infer_schema=False, empty_string_is_null=False)


def strip(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Strip cells; fill and translate what is filled and translated by rule."""
    stripped = cells.select(pl.col(name).str.strip_chars(BLANKS) for name in COLUMNS)
    procedure = pl.col("CF_CXLB").replace(
        {"": "99", "1": "01", "2": "02", "简易程序": "01", "普通程序": "02", "一般程序": "02"}
    )
    blanked = (
        pl.when(day(pl.col(name)).is_in(NULL_DAYS)).then(pl.lit("")).otherwise(pl.col(name))
        for name in DATES
    )
    named = (column.alias(name) for name, column in zip(DATES, blanked, strict=True))
    return stripped.with_columns(procedure, *named)


def read_once(stripped: pl.LazyFrame) -> pl.LazyFrame:
    """Add days, amounts and what the code says, so that each is read once."""
    code = pl.col("CF_XDR_SHXYM")
    days = (
        pl.when(day(pl.col(name)) >= FIRST_DAY).then(day(pl.col(name))).alias(f"{name}_day")
        for name in DATES
    )
    amounts = (amount(pl.col(name)).alias(f"{name}_number") for name in ("CF_NR_FK", "CF_NR_WFFF"))
    return stripped.with_columns(*days, *amounts, compact(code).alias("compact")).with_columns(
        uscc_form(code).alias("form"),
        uscc_check(code).alias("check"),
        uscc_pair(code).alias("pair"),
        organisation_code(code).alias("organisation_code"),
        resident(pl.col("compact")).alias("resident"),
        float_like(pl.col("compact")).alias("float"),
    )


def prepare(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Strip, read once, number the rows."""
    return read_once(strip(cells)).with_row_index("row", offset=1)


def day(text: pl.Expr) -> pl.Expr:
    """A day in any of the forms, else null."""
    separated = pl.when(text.str.contains(SEPARATED)).then(
        text.str.replace(r"^([0-9]{4})[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2}).*$", "$1-$2-$3")
    )
    serial = pl.when(text.str.contains("^[2-7][0-9]{4}$|^80000$")).then(text).cast(pl.Int32)
    eight = pl.when(text.str.contains("^[0-9]{8}$")).then(text)
    return pl.coalesce(
        separated.str.to_date("%Y-%m-%d", strict=False),
        eight.str.to_date("%Y%m%d", strict=False),
        pl.date(1899, 12, 30) + pl.duration(days=serial),
    )


def amount(text: pl.Expr) -> pl.Expr:
    """An amount, exact, else null."""
    return pl.when(text.str.contains(AMOUNT)).then(text).cast(pl.Decimal(18, 6))


def compact(text: pl.Expr) -> pl.Expr:
    """Half width, capitals, without blanks and hyphens; most codes are that already."""
    folds = {**FULL, **DROPPED}
    folded = text.str.replace_many(list(folds), list(folds.values())).str.to_uppercase()
    return pl.when(text.str.contains(NOT_COMPACT)).then(folded).otherwise(text)


def uscc_form(code: pl.Expr) -> pl.Expr:
    """Characters in place, and a department and category that can be."""
    return code.str.contains(FORM) & (uscc_pair(code) | code.str.slice(0, 1).is_in(["9", "A", "N"]))


def uscc_pair(code: pl.Expr) -> pl.Expr:
    """A documented department and category."""
    pairs = [department + category for department, all_ in PAIRS.items() for category in all_]
    return code.str.slice(0, 2).is_in(pairs)


def places(text: pl.Expr, length: int) -> pl.Expr:
    """Texts of exactly ``length`` ASCII characters as an array of bytes, others as null."""
    fits = pl.when(text.str.len_bytes() == length).then(text)
    return fits.cast(pl.Binary).bin.reinterpret(dtype=pl.Array(pl.UInt8, length))


def uscc_check(code: pl.Expr) -> pl.Expr:
    """The check character is right."""
    array = places(code, 18)
    values = []
    for place in range(18):
        byte = array.arr.get(place).cast(pl.Int32)
        skipped = sum((byte > ord(c)).cast(pl.Int32) for c in "IOSVZ")
        values.append(pl.when(byte < ord("A")).then(byte - ord("0")).otherwise(byte - 55 - skipped))
    total = sum(value * weight for value, weight in zip(values, WEIGHTS, strict=True))
    return code.str.contains(FORM) & (total % 31 == 0).fill_null(value=False)


def organisation_code(code: pl.Expr) -> pl.Expr:
    """Places 9 to 17 are an organisation code whose check character is right."""
    inner = code.str.slice(8, 9)
    array = places(inner, 9)
    values = []
    for place in range(8):
        byte = array.arr.get(place).cast(pl.Int32)
        values.append(pl.when(byte < ord("A")).then(byte - ord("0")).otherwise(byte - 55))
    last = array.arr.get(8).cast(pl.Int32)
    total = sum(value * weight for value, weight in zip(values, INNER, strict=True))
    total += pl.when(last == ord("X")).then(10).otherwise(last - ord("0"))
    return inner.str.contains("^[0-9A-Z]{8}[0-9X]$") & (total % 11 == 0).fill_null(value=False)


def resident(number: pl.Expr) -> pl.Expr:
    """The form, province, birth day and check character of a resident identity number."""
    array = places(number, 18)
    digits = (array.arr.get(place).cast(pl.Int32) - ord("0") for place in range(17))
    total = sum(digit * weight for digit, weight in zip(digits, RESIDENT, strict=True))
    last = array.arr.get(17).cast(pl.Int32)
    total += pl.when(last == ord("X")).then(10).otherwise(last - ord("0"))
    born = number.str.slice(6, 8)
    in_time = born.str.slice(0, 4).is_between(pl.lit("1800"), pl.lit("2099"))
    return (
        number.str.contains("^[0-9]{17}[0-9X]$")
        & number.str.slice(0, 2).is_in(PROVINCES)
        & in_time
        & pl.when(number.str.contains("^[0-9]{17}[0-9X]$"))
        .then(born)
        .str.to_date("%Y%m%d", strict=False)
        .is_not_null()
        & (total % 11 == 1).fill_null(value=False)
    )


def float_like(number: pl.Expr) -> pl.Expr:
    """What a spreadsheet makes of a code."""
    return number.str.contains(r"^([0-9]+[.][0-9]*(E[+-]?[0-9]{1,3})?|[0-9]+E[+][0-9]{1,3})$")


def rules(today: date, units: Sequence[str], bases: Sequence[str]) -> list[Rule]:
    """All checks of a penalty in the order of the catalog."""
    return [*_fields(units), *_days(today), *_subject(), *_own(), _screen(bases)]


def _fields(units: Sequence[str]) -> list[Rule]:
    col = pl.col
    required = [Rule("required", name, col(name) == "") for name in REQUIRED]
    conditional = {
        "CF_FRDB": col("CF_XDR_LB") == ORGANISATION,
        "CF_FR_ZJHM": col("CF_FR_ZJLX") != "",
        "CF_XDR_ZJLX": col("CF_XDR_LB") == PERSON,
        "CF_XDR_ZJHM": col("CF_XDR_LB") == PERSON,
    }
    required += [Rule("required", n, (col(n) == "") & when) for n, when in conditional.items()]
    long = [Rule("too_long", n, col(n).str.len_chars() > limit) for n, limit in LENGTHS.items()]
    some = "|".join(f"{kind} *" for kind in KINDS) + "|其他-[^;；、,，]*"
    several = f"^ *(?:{some})(?:[;；、,，] *(?:{some}))*(?:[;；、,，] *)?$"
    listed = [
        Rule("not_in_list", name, (col(name) != "") & ~col(name).is_in(options))
        for name, options in {
            "CF_XDR_LB": [ORGANISATION, PERSON, TRADER],
            "CF_FR_ZJLX": CERTIFICATES,
            "CF_XDR_ZJLX": CERTIFICATES,
            "CF_CXLB": ["01", "02", "99"],
        }.items()
    ]
    kinds = (col("CF_CFLB") != "") & ~col("CF_CFLB").str.contains(several)
    dated = [
        Rule("bad_date", name, (col(name) != "") & col(f"{name}_day").is_null()) for name in DATES
    ]
    paid = [
        Rule("amount_form", name, (col(name) != "") & col(f"{name}_number").is_null())
        for name in ("CF_NR_FK", "CF_NR_WFFF")
    ]
    known = [
        Rule("unknown_unit", name, (col(name) != "") & ~col(name).is_in(units))
        for name in ("CF_CFJGDM", "CF_SJLYDM")
    ]
    return [*required, *long, *listed, Rule("not_in_list", "CF_CFLB", kinds), *dated, *paid, *known]


def _days(today: date) -> list[Rule]:
    decided = pl.col("CF_JDRQ_day")
    return [
        Rule("future_date", "CF_JDRQ", decided > today),
        Rule("date_order", "CF_YXQ", pl.col("CF_YXQ_day") < decided),
        Rule("date_order", "CF_GSJZQ", pl.col("CF_GSJZQ_day") < decided),
        Rule("date_too_early", "CF_JDRQ", decided < date(1949, 10, 1)),
    ]


def _subject() -> list[Rule]:
    col, code = pl.col, "CF_XDR_SHXYM"
    kind, given = col("CF_XDR_LB"), col("CF_XDR_SHXYM") != ""
    person, placeholder = kind == PERSON, col("compact") == PLACEHOLDER
    shaped = ~person & given & ~placeholder & ~col("float") & ~col("resident")
    valid = shaped & col("form") & col("check")
    number = col("CF_XDR_ZJHM")
    identity = resident(compact(number))
    return [
        Rule("uscc_missing", code, kind.is_in([ORGANISATION, TRADER]) & ~given),
        Rule("uscc_placeholder", code, placeholder & ~kind.is_in([TRADER, PERSON])),
        Rule("float_code", code, ~person & col("float")),
        Rule("uscc_is_person", code, col("resident")),
        Rule("uscc_form", code, shaped & ~col("form")),
        Rule("uscc_check_digit", code, shaped & col("form") & ~col("check")),
        Rule("person_with_uscc", code, person & given),
        Rule("org_code_check", code, valid & ~col("organisation_code"), "warning"),
        Rule("uscc_pair", code, valid & ~col("pair"), "warning"),
        Rule(
            "resident_id_form",
            "CF_XDR_ZJHM",
            person & (col("CF_XDR_ZJLX") == "身份证") & (number != "") & ~identity,
            "warning",
        ),
    ]


def _own() -> list[Rule]:
    col = pl.col
    kinds = col("CF_CFLB").str
    fined, taken = kinds.contains("罚款", literal=True), kinds.contains("没收", literal=True)
    withheld = kinds.contains("暂扣", literal=True) | kinds.contains("吊销", literal=True)
    fine, gain = col("CF_NR_FK_number"), col("CF_NR_WFFF_number")
    person = col("CF_XDR_LB") == PERSON
    article = "^[^《]*《[^》]+》[^第]*第[^条]+条[^※]*$"
    small, least = pl.lit("0.3").cast(pl.Decimal(18, 6)), pl.lit("0.02").cast(pl.Decimal(18, 6))
    over = (fine > small) | (person & (fine > least))
    return [
        Rule("amount_required", "CF_NR_FK", fined & (col("CF_NR_FK") == "")),
        Rule("amount_form", "CF_NR_FK", fine <= 0),
        Rule("amount_required", "CF_NR_WFFF", taken & (col("CF_NR_WFFF") == "")),
        Rule("amount_form", "CF_NR_WFFF", gain <= 0),
        Rule("certificate_required", "CF_NR_ZKDX", withheld & (col("CF_NR_ZKDX") == "")),
        Rule(
            "amount_without_fine",
            "CF_NR_FK",
            (col("CF_NR_FK") != "") & (col("CF_CFLB") != "") & ~fined,
            "warning",
        ),
        Rule(
            "basis_without_article",
            "CF_YJ",
            (col("CF_YJ") != "") & ~col("CF_YJ").str.contains(article),
            "warning",
        ),
        Rule("simple_procedure_limit", "CF_NR_FK", (col("CF_CXLB") == "01") & over, "warning"),
    ]


def _screen(bases: Sequence[str]) -> Rule:
    found = [pl.col(name).str.contains_any(list(bases)) for name in SCREENED]
    return Rule("protected_matter", "", pl.any_horizontal(found))


def report(prepared: pl.DataFrame, checks: Sequence[Rule]) -> pl.DataFrame:
    """Every finding: row, column, code, level, value; in the order of rows."""
    flags = [check.at_fault.fill_null(value=False).alias(f"k{n}") for n, check in enumerate(checks)]
    names = [f"k{n}" for n in range(len(checks))]
    some = prepared.lazy().with_columns(flags).filter(pl.any_horizontal(names))
    rows = some.collect(engine="streaming")
    found = [
        rows.filter(f"k{n}").select(
            "row",
            column=pl.lit(check.column),
            code=pl.lit(check.code),
            level=pl.lit(check.level),
            value=pl.col(check.column) if check.column else pl.lit(""),
        )
        for n, check in enumerate(checks)
    ]
    return pl.concat(found).sort("row")
