"""The publicity of every item's records is the same in SQL and in Python, around every edge."""

from dataclasses import astuple, fields
from datetime import date, timedelta
from random import Random

import duckdb
import pyarrow as pa
import pytest

from gongxin.core.catalog import Item
from gongxin.core.clauses import PublicityRule
from gongxin.core.visibility import Days, Standing, publicity_of
from gongxin.engines.publicity import publicity_sql
from tests.engines.canonical import canonical_row
from tests.fixtures.law import ROOT, demo_release

ITEMS = sorted(path.stem for path in (ROOT / "packs/national/catalog").glob("*.yaml"))
AS_OF = [
    date(2019, 6, 30),
    date(2023, 5, 1),
    date(2026, 3, 31),
    date(2026, 4, 1),
    date(2026, 11, 23),
]
ROWS = 200
FLAGS = [field.name for field in fields(Standing)]
ONE_DAY = timedelta(days=1)


def edges(rule: PublicityRule | None) -> list[date]:
    """Days on, before and after each begin and end of a version, and days that months lack."""
    found = {date(2010, 1, 1), date(2024, 2, 29), date(2025, 8, 31), date(2026, 11, 23)}
    versions = [v for clock in rule.clocks for v in clock.versions] if rule else []
    for day in [v.valid_from for v in versions] + [v.valid_until for v in versions]:
        found |= {day - ONE_DAY, day, day + ONE_DAY} if day else set()
    return sorted(found)


def standing(random: Random) -> Standing:
    """Mostly plain, so that the law itself decides."""
    return Standing(**{flag: random.random() < 0.05 for flag in FLAGS})


def in_sql(item: Item, rule: PublicityRule | None, as_of: date, given) -> list[tuple]:
    rows, days, states = given
    sql = publicity_sql(item, rule, as_of=as_of)
    columns = {name: pa.array([row[name] for row in rows]) for name in item.columns}
    columns |= {flag: pa.array([getattr(state, flag) for state in states]) for flag in FLAGS}
    columns["n"] = pa.array(range(len(rows)))
    columns["decided_on"] = pa.array(days, pa.date32())
    columns["received_on"] = pa.array([day + 3 * ONE_DAY for day in days], pa.date32())
    with duckdb.connect() as con:
        con.register("given", pa.table(columns))
        return con.execute(
            f"""SELECT failing_class, adverse, {sql.hidden}, decided_on, {sql.public_until},
                {sql.repairable_from}, {sql.clause}
                FROM (SELECT *, {sql.adverse} AS adverse, {sql.failing_class} AS failing_class
                FROM given) ORDER BY n"""
        ).fetchall()


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize("name", ITEMS)
def test_publicity_is_the_same_in_sql_and_python(name, as_of):
    item, rule = demo_release().items[name], demo_release().publicity.get(name)
    random = Random(f"{name}{as_of}")
    decided = [day for day in edges(rule) if day <= as_of]
    rows = [canonical_row(item, random) for _ in range(ROWS)]
    days = [random.choice(decided) for _ in rows]
    states = [standing(random) for _ in rows]

    expected = [
        astuple(publicity_of(item, rule, row, Days(day, day + 3 * ONE_DAY, as_of), state))
        for row, day, state in zip(rows, days, states, strict=True)
    ]

    assert in_sql(item, rule, as_of, (rows, days, states)) == expected


PENALTY = {
    "CF_CFLB": "罚款",
    "CF_CXLB": "02",
    "CF_CFJG": "盘锦市生态环境局",
    "CF_NR_FK": "1.000000",
}


@pytest.mark.parametrize(
    ("changes", "decided_on", "until"),
    [
        ({}, date(2019, 6, 30), date(2020, 6, 30)),  # before every version: the first
        ({}, date(2023, 4, 30), date(2024, 4, 30)),  # the last day of the rules of 2019
        ({}, date(2023, 5, 1), date(2024, 5, 1)),  # Order 58 says 36 months, Order 36 then 12
        ({}, date(2026, 3, 31), date(2027, 3, 31)),
        ({}, date(2026, 4, 1), date(2027, 4, 1)),
        ({"CF_NR_FK": "100.000000"}, date(2026, 4, 1), date(2029, 4, 1)),
        ({"CF_SXCD": "严重"}, date(2026, 4, 1), date(2029, 4, 1)),  # the unit's own class
        ({"CF_GSJZQ": "2026-08-31"}, date(2026, 4, 1), date(2026, 8, 31)),
        ({"CF_GSJZQ": "2028-08-31"}, date(2026, 4, 1), date(2027, 4, 1)),  # never longer
        ({}, date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_the_end_of_a_penalty_by_hand(changes, decided_on, until):
    item, rule = (
        demo_release().items["administrative-penalty"],
        demo_release().publicity["administrative-penalty"],
    )
    row = dict.fromkeys(item.columns, "") | PENALTY | changes

    found = in_sql(item, rule, date(2026, 11, 23), ([row], [decided_on], [Standing()]))

    assert [(line[2], line[4]) for line in found] == [("", until)]
