"""Canonical rows of any item, drawn from what its fields allow and its clauses look for."""

from random import Random

from gongxin.core.catalog import DataType, Field, Item
from gongxin.core.validation import FLAG_VALUES

DAYS = ["", "", "2020-02-29", "2023-05-01", "2026-05-10", "2026-06-30", "2029-12-31", "长期"]
AMOUNTS = ["", "0.100000", "0.300000", "99.999999", "100.000000", "1000.000000"]
WORDS = [
    "",
    "",
    "示例",
    "盘锦市市场监督管理局",
    "盘锦市生态环境局",
    "《食品安全法》第三条",
    "《消防法》第三条",
    "吊销许可证",
    "暂扣许可证",
    "有履行能力而拒不履行生效法律文书确定义务",
]


def value(field: Field, random: Random) -> str:
    options = [option.removesuffix("*") for option in field.optional_range]
    if field.data_type is DataType.ENUMS:
        return ";".join(random.sample(options, random.randint(1, min(3, len(options)))))
    choices = {
        DataType.DATE: DAYS,
        DataType.NUMBER: AMOUNTS,
        DataType.ENUM: ["", *options, *options],
        DataType.FLAG: ["", *FLAG_VALUES],
        DataType.INTEGER: ["", "1"],
        DataType.TEXT: WORDS,
    }
    return random.choice(choices[field.data_type])


def canonical_row(item: Item, random: Random) -> dict[str, str]:
    return {field.identify: value(field, random) for field in item.fields}
