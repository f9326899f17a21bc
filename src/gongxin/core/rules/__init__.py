"""The rule language: one small expression language, several executions that agree exactly.

``parse`` makes a checked syntax tree; ``evaluate`` and ``holds`` run it in pure Python;
``gongxin.engines`` runs the same tree as SQL.
"""

from gongxin.core.rules.functions import Value
from gongxin.core.rules.nodes import Expr, Type, has_aggregate, names_in, type_of, walk
from gongxin.core.rules.parser import (
    MAX_MONTHS,
    BadExpression,
    Schema,
    parse,
    parse_one,
    parse_over,
)
from gongxin.core.rules.python import NOTHING, Row, Scope, evaluate, holds, in_window, met_by

__all__ = [
    "MAX_MONTHS",
    "NOTHING",
    "BadExpression",
    "Expr",
    "Row",
    "Schema",
    "Scope",
    "Type",
    "Value",
    "evaluate",
    "has_aggregate",
    "holds",
    "in_window",
    "met_by",
    "names_in",
    "parse",
    "parse_one",
    "parse_over",
    "type_of",
    "walk",
]
