"""What is wrong with a few rows of a file: faults with their finding codes, and rows sent twice."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from gongxin.core.validation import PERSON
from tools.world.forms import Form
from tools.world.records import Row

BAD_SHARE = 0.006
DUPLICATE_SHARE = 0.004

Damage = Callable[[Row, Form], Row]


@dataclass(frozen=True, slots=True)
class Damaged:
    """The rows of one file, numbered from 1: which are bad and why, which repeat an earlier one."""

    rows: tuple[Row, ...]
    bad: dict[int, str]
    duplicates: tuple[int, ...]


def damage(random: Random, rows: list[Row], form: Form, *, spared: frozenset[str]) -> Damaged:
    """Spoil a few rows and repeat a few others at the end.

    Args:
        random: the file's own chance.
        rows: good rows; they are not changed.
        form: the item's form.
        spared: codes whose rows stay good and single.
    """
    code = form.roles["subject_code"]
    able = [n for n, row in enumerate(rows) if row[code] not in spared and row[code] != ""]
    n_bad = _rounded(random, len(rows) * BAD_SHARE)
    n_twice = _rounded(random, len(rows) * DUPLICATE_SHARE)
    drawn = random.sample(able, min(n_bad + n_twice, len(able)))
    result, bad = list(rows), {}
    for place in drawn[:n_bad]:
        fitting = [name for name in FAULTS if _fits(name, rows[place], form)]
        fault = random.choice(fitting)
        result[place] = FAULTS[fault](rows[place], form)
        bad[place + 1] = fault
    result.extend(rows[place] for place in drawn[n_bad:])
    return Damaged(
        rows=tuple(result),
        bad=dict(sorted(bad.items())),
        duplicates=tuple(range(len(rows) + 1, len(result) + 1)),
    )


def persons(rows: tuple[Row, ...], form: Form) -> tuple[int, ...]:
    """Return the numbers of the rows about natural persons."""
    kind = form.roles.get("subject_kind", "")
    return tuple(n for n, row in enumerate(rows, start=1) if row.get(kind) == PERSON)


def _rounded(random: Random, expected: float) -> int:
    return int(expected + random.random())


def _put(role: str, text: str) -> Damage:
    return lambda row, form: row | {form.roles[role]: text}


def _miscopied(row: Row, form: Form) -> Row:
    column = form.roles["subject_code"]
    code = row[column]
    return row | {column: code[:17] + ("1" if code[17] == "0" else "0")}


def _lettered(row: Row, form: Form) -> Row:
    column = form.roles["subject_code"]
    return row | {column: row[column][:16] + "I" + row[column][17:]}


def _later(row: Row, form: Form) -> Row:
    column = form.roles["decided_on"]
    return row | {column: f"{int(row[column][:4]) + 20}{row[column][4:8]}01"}


FAULTS: dict[str, Damage] = {
    "required": _put("subject_name", ""),
    "uscc_missing": _put("subject_code", ""),
    "uscc_check_digit": _miscopied,
    "uscc_form": _lettered,
    "float_code": _put("subject_code", "9.12111E+17"),
    "bad_date": _put("decided_on", "2025-02-30"),
    "future_date": _later,
    "not_in_list": lambda row, form: row | {form.roles["subject_kind"]: "企业"},
    "amount_required": lambda row, _: row | {"CF_NR_FK": ""},
    "amount_form": lambda row, _: row | {"CF_NR_FK": "0"},
    "certificate_required": lambda row, _: row | {"CF_NR_ZKDX": ""},
}
# Where a fault needs something of the row.
_NEEDS: dict[str, Callable[[Row, Form], bool]] = {
    "not_in_list": lambda _, form: "subject_kind" in form.roles,
    "amount_required": lambda row, _: row.get("CF_NR_FK", "") != "",
    "amount_form": lambda row, _: row.get("CF_NR_FK", "") != "",
    "certificate_required": lambda row, _: row.get("CF_NR_ZKDX", "") != "",
}


def _fits(fault: str, row: Row, form: Form) -> bool:
    return fault not in _NEEDS or _NEEDS[fault](row, form)
