"""The demo model once more, by hand in Polars, from the meaning of its YAML: no SQL, no rules.

An independent reading: whatever three readings agree on is what the model says.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

BASE = 1_000_000
FIELDS = (
    "HN_JB",
    "JL_JB",
    "fulfillmentStatus",
    "commitmentTypeId",
    "lyzt",
    "htlx",
    "JC_JCJG",
    "CF_CFLB",
    "CF_NR_FK",
    "performance",
)
IN_APPROVALS = ["审批替代型", "容缺受理型", "证明事项型"]
LEVELS = ["A+", "A", "B", "C", "C-", "D", "D-"]
LOWEST = [1_050_000, 980_000, 930_000, 850_000, 750_000, 600_000]

GENERAL = pl.col("failing_class") == "一般"
SERIOUS = pl.col("failing_class") == "严重"
PENALTY = pl.col("item") == "administrative-penalty"


def is_item(*names: str) -> pl.Expr:
    return pl.col("item").is_in(list(names))


def has_kind(*kinds: str) -> pl.Expr:
    return pl.any_horizontal(pl.col("CF_CFLB").str.contains(kind, literal=True) for kind in kinds)


def fine_at_least(wan: int) -> pl.Expr:
    """Amounts are texts with six decimals: without the point they are millionths."""
    millionths = pl.col("CF_NR_FK").str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
    return (millionths >= wan * 1_000_000).fill_null(value=False)


def either(first: pl.Expr, points: int, otherwise: int) -> pl.Expr:
    return pl.when(first).then(points).otherwise(otherwise)


def stairs(*steps: tuple[int, int]) -> pl.Expr:
    """Points of the highest step that the fine reaches; steps from high to low."""
    result = pl.lit(0)
    for wan, points in reversed(steps):
        result = pl.when(fine_at_least(wan)).then(points).otherwise(result)
    return result


def items(as_of: date) -> Sequence[tuple[str, int, pl.Expr, pl.Expr, int]]:
    """(id, sign, which records, points of one, cap), all in thousandths."""
    recent = pl.col("decided_on") > pl.lit(as_of).dt.offset_by("-24mo")
    performed = is_item("commitment-performance") & (pl.col("fulfillmentStatus") == "全部履行")
    in_approvals = pl.col("commitmentTypeId").is_in(IN_APPROVALS)
    honour, award = pl.col("HN_JB"), pl.col("JL_JB")
    one = pl.lit(1)
    return (
        (
            "P01",
            1,
            is_item("honour") & honour.is_in(["国家", "省"]),
            either(honour == "国家", 30_000, 20_000),
            60_000,
        ),
        (
            "P02",
            1,
            is_item("honour") & honour.is_in(["市", "县"]),
            either(honour == "市", 10_000, 5_000),
            20_000,
        ),
        (
            "P03",
            1,
            is_item("administrative-award") & award.is_in(["国家", "省"]),
            either(award == "国家", 20_000, 15_000),
            40_000,
        ),
        (
            "P04",
            1,
            is_item("administrative-award") & award.is_in(["市", "县"]),
            either(award == "市", 10_000, 5_000),
            15_000,
        ),
        ("P05", 1, is_item("tax-credit-a"), 20_000 * one, 40_000),
        ("P06", 1, performed & ~in_approvals & recent, 2_000 * one, 20_000),
        ("P07", 1, performed & in_approvals & recent, 4_000 * one, 20_000),
        (
            "P08",
            1,
            is_item("contract") & (pl.col("lyzt") == "已完成") & (pl.col("htlx") == "1") & recent,
            3_000 * one,
            30_000,
        ),
        (
            "P09",
            1,
            is_item("administrative-inspection") & (pl.col("JC_JCJG") == "未发现问题"),
            3_000 * one,
            15_000,
        ),
        ("P10", 1, is_item("commitment") & recent, 1_000 * one, 5_000),
        ("M01", -1, PENALTY & GENERAL, 20_000 * one, 100_000),
        ("M02", -1, PENALTY & SERIOUS, 80_000 * one, 240_000),
        (
            "M03",
            -1,
            PENALTY & GENERAL & has_kind("罚款"),
            stairs((50, 20_000), (10, 10_000), (1, 5_000), (0, 2_000)),
            60_000,
        ),
        (
            "M04",
            -1,
            PENALTY & SERIOUS & has_kind("罚款"),
            stairs((1000, 80_000), (100, 40_000), (0, 10_000)),
            160_000,
        ),
        ("M05", -1, PENALTY & (GENERAL | SERIOUS) & has_kind("没收"), 10_000 * one, 30_000),
        ("M06", -1, PENALTY & GENERAL & has_kind("暂扣"), 15_000 * one, 45_000),
        ("M07", -1, PENALTY & SERIOUS & has_kind("吊销"), 60_000 * one, 120_000),
        ("M08", -1, PENALTY & SERIOUS & has_kind("降低资质等级"), 40_000 * one, 80_000),
        (
            "M09",
            -1,
            PENALTY
            & SERIOUS
            & has_kind("责令停产停业", "责令关闭", "限制开展生产经营活动", "限制从业"),
            50_000 * one,
            100_000,
        ),
        (
            "M10",
            -1,
            is_item("administrative-inspection") & GENERAL & (pl.col("JC_JCJG") == "不配合检查"),
            10_000 * one,
            20_000,
        ),
        ("M11", -1, is_item("abnormal-operation-list"), 30_000 * one, 60_000),
        ("M12", -1, is_item("serious-violation-list"), 200_000 * one, 300_000),
        (
            "M13",
            -1,
            is_item("court-judgment-defaulter"),
            either(pl.col("performance") == "全部未履行", 150_000, 100_000),
            300_000,
        ),
        (
            "M14",
            -1,
            is_item("commitment-performance", "contract") & GENERAL,
            either(
                is_item("contract") | (pl.col("fulfillmentStatus") == "全部未履行"), 30_000, 15_000
            ),
            60_000,
        ),
    )


def ceilings(as_of: date) -> Sequence[tuple[str, str, pl.Expr]]:
    """(id, best level, which records)."""
    within_a_year = pl.col("decided_on") > pl.lit(as_of).dt.offset_by("-12mo")
    return (
        ("F01", "D", is_item("serious-violation-list")),
        ("F02", "C-", is_item("court-judgment-defaulter")),
        ("F03", "C-", PENALTY & SERIOUS & within_a_year),
        ("F04", "B", is_item("abnormal-operation-list")),
    )


def scored(
    entries: Sequence[Mapping[str, object]], subjects: set[str], as_of: date
) -> pl.DataFrame:
    """Latest entry of each record that is public on the day, fields as texts, never null."""
    names = ("revision", "subject", "record_id", "item", "decided_on", "failing_class")
    names += ("hidden", "public_from", "public_until")
    rows = [
        {name: entry[name] for name in names}
        | {field: entry["payload"].get(field, "") for field in FIELDS}  # type: ignore[attr-defined]
        for entry in entries
    ]
    ended = pl.col("public_until").is_not_null() & (pl.col("public_until") < as_of)
    return (
        pl.DataFrame(rows, infer_schema_length=None)
        .sort("revision")
        .group_by("subject", "record_id", maintain_order=True)
        .last()
        .filter(pl.col("hidden") == "", pl.col("public_from") <= as_of, ~ended)
        .filter(pl.col("subject").is_in(sorted(subjects)))
        .sort("decided_on", "record_id")
    )


def lines(facts: pl.DataFrame, as_of: date) -> set[tuple[str, str, str, int]]:
    """(subject, record id, item, signed points) of every line that is not zero."""
    found: set[tuple[str, str, str, int]] = set()
    for name, sign, which, points, cap in items(as_of):
        worth = facts.filter(which).with_columns(points.cast(pl.Int64).alias("worth"))
        upto = pl.col("worth").cum_sum().over("subject")
        counted = pl.min_horizontal(upto, cap) - pl.min_horizontal(upto - pl.col("worth"), cap)
        kept = worth.with_columns(counted.alias("counted")).filter(pl.col("counted") != 0)
        found |= {
            (subject, record_id, name, sign * points_)
            for subject, record_id, points_ in kept.select(
                "subject", "record_id", "counted"
            ).iter_rows()
        }
    return found


def grades(
    facts: pl.DataFrame, subjects: set[str], as_of: date
) -> dict[str, tuple[int, str, frozenset[str]]]:
    """Score, level and ceilings reached of every subject, also of those without any record."""
    total = dict.fromkeys(subjects, BASE)
    for subject, _, _, points in lines(facts, as_of):
        total[subject] += points
    limits = {
        name: (best, set(facts.filter(which)["subject"])) for name, best, which in ceilings(as_of)
    }
    found = {}
    for subject, score in total.items():
        reached = {name for name, (_, met) in limits.items() if subject in met}
        by_score = sum(score < lowest for lowest in LOWEST)
        worst = max([by_score, *(LEVELS.index(limits[name][0]) for name in reached)])
        found[subject] = (score, LEVELS[worst], frozenset(reached))
    return found
