"""The same checks through pandera.polars: its own checks where it has them, ``lazy=True``.

Either everything is in the schema, so that each check reads the days, amounts and codes it needs,
or the frame holds them already (``hand_polars.read_once``): less pandera, more by hand.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from bench.hand_polars import COLUMNS, LENGTHS, Rule, read_once

OWN = {"too_long"}


def schema(rules: Sequence[Rule], *, prepared: bool) -> pa.DataFrameSchema:
    """Each column with the checks that are told at it."""
    checks: dict[str, list[pa.Check]] = defaultdict(list)
    for name, limit in LENGTHS.items():
        checks[name].append(pa.Check.str_length(max_value=limit, error=f"too_long|{name}|error"))
    wide = []
    for rule in rules:
        told = f"{rule.code}|{rule.column}|{rule.level}"
        if rule.code in OWN:
            continue
        check = pa.Check(_passing(rule.at_fault, prepared=prepared), error=told)
        if rule.column:
            checks[rule.column].append(check)
        else:
            wide.append(check)
    columns = {name: pa.Column(pl.String, checks[name]) for name in COLUMNS}
    return pa.DataFrameSchema(columns, checks=wide)


def _passing(at_fault: pl.Expr, *, prepared: bool) -> Callable[[PolarsData], pl.LazyFrame]:
    passes = (~at_fault.fill_null(value=False)).alias("passes")

    def check(data: PolarsData) -> pl.LazyFrame:
        # Lazy: of what read_once adds, only what this check needs is computed.
        frame = data.lazyframe if prepared else read_once(data.lazyframe)
        return frame.select(passes)

    return check


def report(frame: pl.DataFrame, rules: Sequence[Rule], *, prepared: bool) -> pl.DataFrame:
    """Every finding: row, column, code, level, value."""
    try:
        schema(rules, prepared=prepared).validate(frame, lazy=True)
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
