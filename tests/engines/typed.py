"""Well-typed expressions of the rule language, written as text and parsed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hypothesis import assume
from hypothesis import strategies as st

from gongxin.core import rules
from gongxin.core.rules import BadExpression, Expr, Schema, Type
from gongxin.core.rules.functions import SIGNATURES
from tests.engines.texts import SPECIAL

SCHEMA: Schema = {"a": Type.TEXT, "b": Type.TEXT, "decided_on": Type.DAY}
TESTS = sorted(
    name for name, s in SIGNATURES.items() if s.args == (Type.TEXT,) and s.result is Type.BOOL
)
TESTS_OF_RECORDS = [name for name in TESTS if name != "known_unit"]
PATTERNS = [
    "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "[^《]*《[^》]+》[^第]*第[^条]+条[^※]*",
    "(?:罚款|警告)",
    "[A-Z]+",
    "[^\n]*",
    "\\\\.",
    "[一-龥]{1,4}",
]
PARTS = ["罚款", "没收违法所得", "警告", "其他-约谈", "a'b", "\\", "%", "😀", '"']

literals = st.one_of(st.sampled_from(SPECIAL), st.sampled_from(PARTS)).map(repr)
parts = st.sampled_from(PARTS).map(repr)
comparisons = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
decimals = st.decimals(0, 10**6, places=6).map(lambda d: format(d, "f"))
days = st.dates(date(1000, 1, 1)).map(lambda d: f"date('{d.isoformat()}')")
LEAVES = {
    Type.TEXT: st.one_of(st.sampled_from(["a", "b"]), literals),
    Type.DAY: st.one_of(st.sampled_from(["decided_on", "day(a)", "day(b)"]), days),
    Type.NUMBER: st.one_of(st.sampled_from(["number(a)", "number(b)"]), decimals),
    Type.INT: st.one_of(
        st.integers(0, 999).map(str), st.sampled_from(["length(a)", "points(1.5)"])
    ),
}
INTEGERS = [
    "({0} + {1})",
    "({0} - {1})",
    "({0} * {1})",
    "least({0}, {1})",
    "greatest({0}, {1})",
    "bands({0}, [(1, 10), (5, 3), (700, 0)])",
    "bands({2}, [(0, 2), (0.5, 7), (100, 1)])",
]


@st.composite
def expressions(draw: st.DrawFn) -> Expr:
    """An expression of any type, up to three levels deep."""
    return _parsed(*draw(written()))


@st.composite
def of_type(draw: st.DrawFn, kind: Type) -> Expr:
    """An expression over one record, one level deep; a model knows no units."""
    return _parsed(kind, _Writer(draw, TESTS_OF_RECORDS).write(kind, 1))


@st.composite
def over_records(draw: st.DrawFn) -> Expr:
    """A condition that looks at all records of a subject."""
    writer = _Writer(draw, TESTS_OF_RECORDS)
    where, months = writer.write(Type.BOOL, 1), draw(st.sampled_from(["", ", months=12"]))
    counted = draw(
        st.sampled_from(
            [
                f"exists({where}{months})",
                f"not exists({where})",
                f"count({where}{months}) >= 2",
                f"total({writer.write(Type.INT, 0)}, {where}{months}) > 20",
            ]
        )
    )
    return _parsed(Type.BOOL, counted)


@st.composite
def written(draw: st.DrawFn) -> tuple[Type, str]:
    kind = draw(st.sampled_from(list(Type)))
    return kind, _Writer(draw).write(kind, draw(st.integers(0, 3)))


def _parsed(kind: Type, text: str) -> Expr:
    try:
        return rules.parse(text, SCHEMA, result=kind)
    except BadExpression:  # too long, an empty text to look for, an integer that may grow too far
        assume(False)
        raise


@dataclass
class _Writer:
    draw: st.DrawFn
    tests: Sequence[str] = tuple(TESTS)

    def write(self, kind: Type, depth: int) -> str:
        if kind is not Type.BOOL and (depth == 0 or self.draw(st.booleans())):
            return self.draw(LEAVES[kind])
        if depth > 0 and self.draw(st.integers(0, 3)) == 0:
            then, other = self.write(kind, depth - 1), self.write(kind, depth - 1)
            return f"({then} if {self.write(Type.BOOL, depth - 1)} else {other})"
        if kind is Type.BOOL:
            return self.condition(depth)
        return self.integer(depth) if kind is Type.INT else self.draw(LEAVES[kind])

    def integer(self, depth: int) -> str:
        given = [self.write(kind, depth - 1) for kind in (Type.INT, Type.INT, Type.NUMBER)]
        return self.draw(st.sampled_from(INTEGERS)).format(*given)

    def condition(self, depth: int) -> str:
        if depth > 0 and self.draw(st.booleans()):
            left, right = self.write(Type.BOOL, depth - 1), self.write(Type.BOOL, depth - 1)
            form = st.sampled_from(["({} and {})", "({} or {})", "(not ({}))"])
            return self.draw(form).format(left, right)
        return self.draw(st.sampled_from([self.test, self.compare, self.search]))(max(0, depth - 1))

    def test(self, depth: int) -> str:
        return f"{self.draw(st.sampled_from(self.tests))}({self.write(Type.TEXT, depth)})"

    def compare(self, depth: int) -> str:
        kind = self.draw(st.sampled_from(list(LEAVES)))
        left, right = self.write(kind, depth), self.write(kind, 0)
        return f"{left} {self.draw(comparisons)} {right}"

    def search(self, depth: int) -> str:
        text = self.write(Type.TEXT, depth)
        function = self.draw(
            st.sampled_from(["contains", "starts", "ends", "has_part", "matches", ""])
        )
        match function:
            case "":
                return f"{text} in [{self.draw(literals)}, {self.draw(literals)}]"
            case "matches":
                return f"matches({text}, {self.draw(st.sampled_from(PATTERNS))!r})"
            case "has_part":
                return f"has_part({text}, {self.draw(parts)})"
        return f"{function}({text}, {self.draw(literals)})"
