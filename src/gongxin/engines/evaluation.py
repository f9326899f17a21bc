"""A model as one SQL query over a whole population: the same lines and scores as in Python.

Reads ``scored`` (subject, record_id, item, decided_on, failing_class, payload: records public on
the as-of day) and ``graded`` (subject: organisations in the model's scope, also those without any
record). Caps are filled in the order (decided_on, record_id) by running sums, exactly.
"""

from collections.abc import Iterable
from datetime import date

from sqlglot import exp

from gongxin.core import dates, rules
from gongxin.core.clauses import Model
from gongxin.core.evaluation import RECORD_NAMES, CompiledModel
from gongxin.core.rules.nodes import Aggregate, Name
from gongxin.engines.expressions import to_sql


def lines_sql(compiled: CompiledModel, *, as_of: date) -> str:
    """SQL of (subject, record_id, item, points): each line that is not zero, signed thousandths."""
    model = compiled.model
    branches = []
    capped = {}
    for number, item in enumerate(model.items):
        types = ", ".join(_text(name) for name in item.types)
        where = _sql(compiled.wheres[number], as_of)
        worth = f"greatest(0, {_sql(compiled.points[number], as_of)})"
        window = _window(item.months, as_of)
        branches.append(
            f"SELECT subject, record_id, decided_on, {number} AS n, {worth} AS worth FROM facts"
            f" WHERE item IN ({types}) AND {where}{window}"
        )
        capped[number] = item.cap
    worths = " UNION ALL ".join(branches)
    caps = " ".join(f"WHEN {n} THEN {cap}" for n, cap in capped.items() if cap > 0)
    names = " ".join(f"WHEN {n} THEN {_text(item.id)}" for n, item in enumerate(model.items))
    minus = ", ".join(str(n) for n, item in enumerate(model.items) if item.sign == "minus")
    cap = f"CASE n {caps} ELSE 0 END" if caps else "0"
    sign = f"CASE WHEN n IN ({minus}) THEN -1 ELSE 1 END" if minus else "1"
    return f"""
WITH worths AS ({worths}),
summed AS (SELECT *, {cap} AS cap, CAST(sum(worth) OVER (PARTITION BY subject, n
  ORDER BY decided_on, record_id ROWS UNBOUNDED PRECEDING) AS BIGINT) AS upto
  FROM worths WHERE worth > 0),
counted AS (SELECT *, CASE WHEN cap = 0 THEN worth
  ELSE least(upto, cap) - least(upto - worth, cap) END AS counted FROM summed)
SELECT subject, record_id, CASE n {names} END AS item, ({sign}) * counted AS points
FROM counted WHERE counted <> 0"""


def grades_sql(compiled: CompiledModel, *, as_of: date, lines: str = "lines") -> str:
    """SQL of (subject, score, level, ceilings) for every graded subject, from the lines."""
    model = compiled.model
    ceilings = list(zip(model.ceilings, compiled.ceilings, strict=True))
    checks = ", ".join(f"({_ceiling(when, as_of)}) AS c{n}" for n, (_, when) in enumerate(ceilings))
    by_score = " ".join(f"WHEN score >= {lv.lowest} THEN {i}" for i, lv in enumerate(model.levels))
    position = {level.level: i for i, level in enumerate(model.levels)}
    met = [f"coalesce(c{n}, {_of_nothing(when, as_of)})" for n, (_, when) in enumerate(ceilings)]
    allowed = [
        f"CASE WHEN {is_met} THEN {position[ceiling.level]} ELSE 0 END"
        for is_met, (ceiling, _) in zip(met, ceilings, strict=True)
    ]
    worst = len(model.levels) - 1
    index = f"greatest({', '.join([f'CASE {by_score} ELSE {worst} END', *allowed, '0'])})"
    names = " ".join(f"WHEN {i} THEN {_text(lv.level)}" for i, lv in enumerate(model.levels))
    reached = ", ".join(
        f"CASE WHEN {is_met} THEN {_text(ceiling.id)} END"
        for is_met, (ceiling, _) in zip(met, ceilings, strict=True)
    )
    facts = (
        f"SELECT subject, {checks} FROM facts GROUP BY subject"
        if checks
        else ("SELECT NULL AS subject WHERE FALSE")
    )
    listed = f"list_filter([{reached}]::VARCHAR[], lambda c: c IS NOT NULL)" if reached else "[]"
    return f"""
WITH sums AS (SELECT subject, CAST(sum(points) AS BIGINT) AS points FROM {lines} GROUP BY subject),
limits AS ({facts}),
scores AS (SELECT g.subject, {model.base} + coalesce(s.points, 0) AS score,
  l.* EXCLUDE (subject) FROM graded g LEFT JOIN sums s USING (subject)
  LEFT JOIN limits l USING (subject))
SELECT subject, score, CASE {index} {names} END AS level, {listed} AS ceilings FROM scores"""


def facts_sql(compiled: CompiledModel) -> str:
    """SQL of ``facts``: scored records with the fields that the model reads, never NULL.

    One extraction for all fields: each call would read the whole JSON text again.
    """
    read = sorted(_fields(compiled) - set(RECORD_NAMES))
    paths = ", ".join(_text(f"$.{name}") for name in read)
    said = f"json_extract_string(payload, [{paths}])" if read else "[]"
    fields = "".join(
        f", coalesce(said[{place}], '') AS {_column(name)}" for place, name in enumerate(read, 1)
    )
    types = ", ".join(_text(name) for name in sorted(_types(compiled.model)))
    some = f"WHERE item IN ({types})" if not compiled.ceilings else ""
    return f"""SELECT subject, record_id, item, decided_on, failing_class{fields}
FROM (SELECT *, {said} AS said FROM scored {some})"""


def _fields(compiled: CompiledModel) -> frozenset[str]:
    exprs: Iterable[rules.Expr] = (*compiled.wheres, *compiled.points, *compiled.ceilings)
    return frozenset[str]().union(*(rules.names_in(expr) for expr in exprs))


def _types(model: Model) -> set[str]:
    return {name for item in model.items for name in item.types}


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="duckdb")


def _column(name: str) -> str:
    return exp.column(name, quoted=True).sql(dialect="duckdb")


def _sql(expr: rules.Expr, as_of: date) -> str:
    def name(node: Name) -> exp.Expression:
        if node.name == "as_of":
            return exp.cast(exp.Literal.string(as_of.isoformat()), "DATE")
        return exp.column(node.name, quoted=True)

    def aggregate(node: Aggregate) -> exp.Expression:
        where = f"{_sql(node.where, as_of)}{_window(node.months, as_of)}"
        value = "1" if node.value is None else _sql(node.value, as_of)
        total = f"coalesce(sum({value}) FILTER (WHERE {where}), 0)"
        sql = f"({total} > 0)" if node.kind == "exists" else f"CAST({total} AS BIGINT)"
        return exp.paren(exp.maybe_parse(sql, dialect="duckdb"), copy=False)

    return f"({to_sql(expr, name, aggregates=aggregate)})"


def _of_nothing(when: rules.Expr, as_of: date) -> str:
    """The answer for an organisation without any record: it has no row among the facts."""
    scope = rules.Scope(as_of=as_of)
    return str(rules.holds(when, {"as_of": as_of}, scope)).upper()


def _ceiling(when: rules.Expr, as_of: date) -> str:
    return _sql(when, as_of)


def _window(months: int, as_of: date) -> str:
    if months == 0:
        return ""
    return f" AND decided_on > DATE '{dates.add_months(as_of, -months)}'"
