"""The same checks through pandera.polars: its own checks where it has them, ``lazy=True``."""

from collections import defaultdict
from collections.abc import Sequence

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from bench.hand_polars import COLUMNS, LENGTHS, Rule

OWN = {"too_long"}


def schema(rules: Sequence[Rule]) -> pa.DataFrameSchema:
    """A schema over the prepared frame: each column with the checks that are told at it."""
    checks: dict[str, list[pa.Check]] = defaultdict(list)
    for name, limit in LENGTHS.items():
        checks[name].append(pa.Check.str_length(max_value=limit, error=f"too_long|{name}|error"))
    wide = []
    for rule in rules:
        told = f"{rule.code}|{rule.column}|{rule.level}"
        if rule.code in OWN:
            continue
        check = pa.Check(_passing(rule.at_fault), error=told)
        if rule.column:
            checks[rule.column].append(check)
        else:
            wide.append(check)
    columns = {name: pa.Column(pl.String, checks[name]) for name in COLUMNS}
    return pa.DataFrameSchema(columns, checks=wide)


def _passing(at_fault: pl.Expr):
    passes = ~at_fault.fill_null(value=False)
    return lambda data: _of(data).select(passes.alias("passes"))


def _of(data: PolarsData) -> pl.LazyFrame:
    return data.lazyframe


def report(prepared: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Every finding: row, column, code, level, value."""
    try:
        schema(rules).validate(prepared, lazy=True)
    except SchemaErrors as errors:
        told = pl.col("check").str.split("|").list
        return errors.failure_cases.select(
            row=pl.col("index") + 1,
            column=told.get(1),
            code=told.get(0),
            level=told.get(2),
            value=pl.col("failure_case"),
        ).sort("row")
    return pl.DataFrame(
        schema={"row": pl.Int32, "column": pl.String, "code": pl.String, "level": pl.String}
    )
