"""A file's rows inside DuckDB: mapped to the item's fields, checked, made canonical (暂存).

Steps, each one relation over the step before: ``mapped`` (the file's cells, blanks off, with the
profile's renamings, translations, units of money and derived fields), ``faults`` (one row a
finding), ``canonical`` (rows without errors: ISO days, exact amounts, masked texts).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from gongxin.core import privacy, validation
from gongxin.core.catalog import DataType, Field, Item
from gongxin.core.validation import ORGANISATION, PERSON, SOLE_TRADER, Check
from gongxin.engines import builtins, files
from gongxin.engines.checks import Reading, checks_sql
from gongxin.engines.paths import glob_escaped
from gongxin.engines.texts import (
    cell,
    fold,
    holds_person_number,
    masked,
    mentions,
    quoted,
    restored,
    text,
    yuan,
)
from gongxin.intake.labels import coded
from gongxin.intake.recognise import Recognised
from gongxin.law import Release

LONG_TERM = "长期"
MEMORY = "1GB"
SMALL_FILE = 8 << 20
# What no check of an item tests: a row of the wrong width, a legal basis that may be no record's,
# a person's number in the number of a document.
SCREENS = ("row_form", "protected_matter", "person_number")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A registered unit: code, name and folded name."""

    uscc: str
    name: str
    name_key: str


class Staging:
    """One file's relations; everything lies in a scratch database in the workspace."""

    def __init__(
        self, recognised: Recognised, release: Release, *, workspace: Path, size: int = 0
    ) -> None:
        self.recognised = recognised
        self.item: Item = recognised.item
        self.release = release
        self.workspace = workspace
        self.checks: tuple[Check, ...] = validation.checks_of(self.item, lacks=recognised.lacks)
        # A small file stays in memory; a large one is kept compressed on disk.
        small = 0 < size < SMALL_FILE
        self.con = duckdb.connect(":memory:" if small else str(workspace / "work.duckdb"))
        self.con.execute(f"SET memory_limit = '{MEMORY}'")
        self.con.execute("SET temp_directory = ?", [str(workspace)])
        self.read = "mapped"  # and what was read from its texts
        self.clean: files.Clean  # what ``load`` read

    def close(self) -> None:
        """Close the scratch database."""
        self.con.close()

    def load(self, clean: files.Clean, source: Path, units: list[UnitRow]) -> int:
        """Read the clean CSV into ``mapped`` and return its number of rows.

        A file that is not rectangular is rewritten first.
        """
        self.con.execute("CREATE TABLE known_units (uscc VARCHAR, name VARCHAR, name_key VARCHAR)")
        self.fill("known_units", [(u.uscc, u.name, u.name_key) for u in units])
        try:
            self._read(clean)
        except duckdb.Error:
            rewritten = files.regular_or_rewritten(clean, source, self.workspace)
            try:
                self._read(rewritten)
            except duckdb.Error as error:
                message = "the table cannot be read; save it as .xlsx or UTF-8 CSV"
                raise files.refused(source, message) from error
        return self.count("mapped")

    def _read(self, clean: files.Clean) -> None:
        """Go once from the file to mapped cells; a row's number is its place in the file."""
        width = len(clean.header)
        form = f"c{width}" if clean.has_row_form else "NULL"
        known = set(self.recognised.columns.values())
        unknown = ", ".join([*(cell(f"c{n}") for n in range(width) if n not in known), "NULL"])
        taken, derived = dict(self._taken()), dict(self._derived())
        # What the file lacks becomes no column, and blanks are NULL: neither costs anything.
        stored = {n: sql for n, sql in derived.items() if (taken[n], sql) != ("NULL", quoted(n))}
        given = ", ".join(quoted(name) for name in self.recognised.columns)
        self.con.execute(
            f"""CREATE TABLE cells AS SELECT row_form, coalesce({given}, unknown) IS NULL AS empty,
                {_named(stored)} FROM (SELECT {form} AS row_form, coalesce({unknown}) AS unknown,
                {_named(taken)} FROM {_lines(clean)})""",
            [glob_escaped(clean.path)],
        )
        self.clean = clean
        shown = {n: f"coalesce({quoted(n)}, '')" if n in stored else "''" for n in derived}
        self.con.execute(
            f"""CREATE VIEW mapped AS SELECT rowid + 1 AS row, row_form, {_named(shown)}
                FROM cells WHERE NOT empty"""
        )

    @property
    def kind(self) -> str:
        """What the file is: csv or xlsx."""
        return self.clean.kind

    def raw(self, rows: str, *, into: str) -> None:
        """Make a relation of rows as they were sent: ``row`` and ``c0`` … in the file's columns.

        The file is read once more, if there are any: of rows that are good nothing raw is kept.
        """
        names = [f"c{position}" for position in range(len(self.clean.header))]
        columns = ", ".join(f"{name} VARCHAR" for name in names)
        self.con.execute(f"CREATE TABLE {into} (row BIGINT, {columns})")
        if self.count(rows) > 0:
            self.con.execute(
                f"""INSERT INTO {into} SELECT row, {", ".join(names)} FROM
                    (SELECT row_number() OVER () AS row, * FROM {_lines(self.clean)})
                    WHERE row IN (SELECT row FROM {rows})""",
                [glob_escaped(self.clean.path)],
            )

    def fill(self, table: str, rows: Sequence[tuple[str, ...]]) -> None:
        """Add rows of texts to a relation, by Arrow: row by row would cost milliseconds each."""
        if rows:
            columns = {f"c{n}": column for n, column in enumerate(zip(*rows, strict=True))}
            given = pa.table(
                {name: pa.array(values, pa.string()) for name, values in columns.items()}
            )
            self.con.register("given", given)
            self.con.execute(f"INSERT INTO {table} SELECT * FROM given")
            self.con.unregister("given")

    def count(self, relation: str, where: str = "TRUE") -> int:
        """Count rows of a relation."""
        found = self.con.execute(f"SELECT count(*) FROM {relation} WHERE {where}").fetchone()
        return int(found[0]) if found else 0

    def _taken(self) -> Iterator[tuple[str, str]]:
        """Each field as the source gives it: trimmed, translated, money in 万元."""
        mapping = self.recognised.mapping
        for field in self.item.fields:
            name = field.identify
            position = self.recognised.columns.get(name)
            value = "NULL" if position is None else self._cell(position)
            further = [self._cell(n) for n in self.recognised.joined.get(name, ())]
            if further:
                cells = ", ".join(f"nullif({one}, '')" for one in (value, *further))
                value = f"nullif(concat_ws(';', {cells}), '')"
            if name in mapping.constants:
                value = text(mapping.constants[name])
            if mapping.translate.get(name):
                whens = " ".join(
                    f"WHEN {text(said)} THEN {text(meant)}"
                    for said, meant in mapping.translate[name].items()
                )
                value = f"nullif(CASE {value} {whens} ELSE {value} END, '')"
            value = coded(value, field)
            if mapping.money_unit == "yuan" and name in mapping.money_fields:
                value = yuan(value)
            yield name, value

    def _cell(self, position: int) -> str:
        read = cell(f"c{position}")
        # Only a file that went back has cells that we kept a spreadsheet from reckoning with.
        return read if self.recognised.reference is None else restored(read)

    def _derived(self) -> Iterator[tuple[str, str]]:
        """Fields that a source lacks or leaves blank and that follow from others."""
        roles, mapping = self.item.roles, self.recognised.mapping
        defaults = {default.field: default.value for default in self.item.defaults}
        for field in self.item.fields:
            name = field.identify
            value = quoted(name)
            if field.data_type is DataType.DATE and name in self.recognised.columns:
                null_like = builtins.apply("is_null_day", value)
                value = f"CASE WHEN {null_like} THEN NULL ELSE {value} END"
            if name in mapping.same_as:
                value = f"coalesce({value}, {quoted(mapping.same_as[name])})"
            if name in defaults:
                value = f"coalesce({value}, {text(defaults[name])})"
            lacking = name in mapping.lacks and name not in self.recognised.columns
            if name == roles.subject_kind and lacking:
                value = self._kind_from_code()
            if name in (roles.authority_code, roles.source_code) and lacking:
                value = self._unit_from_name(name)
            yield name, value

    def _kind_from_code(self) -> str:
        code = quoted(self.item.roles.subject_code)
        trader = f"starts_with({code}, '92') OR {builtins.apply('placeholder', code)}"
        return f"CASE WHEN {trader} THEN {text(SOLE_TRADER)} ELSE {text(ORGANISATION)} END"

    def _unit_from_name(self, column: str) -> str:
        roles, same = self.item.roles, self.recognised.mapping.same_as
        column = same.get(column, column)
        name = roles.authority_name if column == roles.authority_code else roles.source_name
        name = same.get(name, name) if name not in self.recognised.columns else name
        given = quoted(column) if column in self.recognised.columns else "''"
        found = f"(SELECT min(uscc) FROM known_units u WHERE u.name_key = {fold(quoted(name))})"
        return f"CASE WHEN {given} <> '' THEN {given} ELSE coalesce({found}, '') END"

    def check(self, today: date) -> None:
        """Make ``faults``: one row for each check that fires on a row."""
        sql = checks_sql(self.checks, today=today)
        self._read_texts(sql.readings)
        tests = [*sql.tests, *self._screens()]
        ks = ", ".join(f"({test}) AS k{n}" for n, test in enumerate(tests))
        some = " OR ".join(f"k{n}" for n in range(len(tests)))
        fired = ", ".join(f"CASE WHEN k{n} THEN {n}::SMALLINT END" for n in range(len(tests)))
        self.con.execute(
            f"""CREATE TABLE faults AS SELECT row, unnest(list_filter([{fired}],
                lambda k: k IS NOT NULL)) AS k
                FROM (SELECT row, {ks} FROM {self.read}) WHERE {some}"""
        )
        levels = [check.level for check in self.checks] + ["error"] * (
            len(tests) - len(self.checks)
        )
        rows = ", ".join(f"({n}, {text(level)})" for n, level in enumerate(levels))
        self.con.execute(f"CREATE TABLE levels AS SELECT * FROM (VALUES {rows}) AS v(k, level)")
        self.con.execute(
            """CREATE TABLE bad AS SELECT DISTINCT row FROM faults JOIN levels USING (k)
               WHERE level = 'error'"""
        )

    def _read_texts(self, readings: tuple[Reading, ...]) -> None:
        """Make a relation for each field that something is read from, and ``read`` of them all.

        Texts repeat in a file: each different one is read and masked once, and rows join it.
        """
        for number, reading in enumerate(readings):
            column, found = quoted(reading.field), _named(dict(reading.columns))
            self.con.execute(
                f"""CREATE TABLE reading_{number} AS SELECT {column}, {found}
                    FROM (SELECT DISTINCT {column} FROM mapped)"""
            )
            self.read += f" JOIN reading_{number} USING ({column})"
        self._read_screened()

    def _read_screened(self) -> None:
        """Read the texts of all fields that the safeguards read, in one relation.

        One statement: the patterns are long, and DuckDB makes each anew wherever it is written.
        """
        fields, guards = self._screened(), self.release.safeguards
        if not fields:
            return
        texts = " UNION ALL ".join(
            f"SELECT {n}::UTINYINT AS field, {quoted(field)} AS value FROM mapped"
            for n, field in enumerate(fields)
        )
        self.con.execute(
            f"""CREATE TABLE screened AS SELECT field, value, {masked("value")} AS mask,
                {mentions("value", guards.bases)} AS base,
                {mentions("value", guards.texts)} AS held
                FROM (SELECT DISTINCT field, value FROM ({texts}))"""
        )
        for n, field in enumerate(fields):
            self.con.execute(
                f"""CREATE VIEW screened_{n} AS SELECT value AS {quoted(field)},
                    base AS {quoted(_base(field))}, held AS {quoted(_held(field))},
                    mask AS {quoted(_mask(field))} FROM screened WHERE field = {n}"""
            )
            self.read += f" JOIN screened_{n} USING ({quoted(field)})"

    def _screened(self) -> tuple[str, ...]:
        """The fields that the safeguards read."""
        fields = dict.fromkeys((*self.item.screened, self.item.roles.document_no))
        return tuple(field for field in fields if field)

    def _screens(self) -> Iterator[str]:
        """Further tests, in the order of ``SCREENS``."""
        yield "coalesce(row_form, '') <> ''"
        yield " OR ".join([*(quoted(_base(field)) for field in self._screened()), "FALSE"])
        number = self.item.roles.document_no
        yield holds_person_number(quoted(number)) if number else "FALSE"

    def canonical(self) -> None:
        """Make ``persons`` and ``canonical`` from the rows without errors."""
        kind = self.item.roles.subject_kind
        person = f"{quoted(kind)} = {text(PERSON)}" if kind else "FALSE"
        good = "row NOT IN (SELECT row FROM bad)"
        self.con.execute(f"CREATE TABLE persons AS SELECT * FROM mapped WHERE {good} AND {person}")
        kept = [field for field in self.item.fields if field.identify not in self.item.split.fields]
        values = ", ".join(
            f"{_canonical(field, self.item)} AS {quoted(field.identify)}" for field in kept
        )
        code, decided = quoted(self.item.roles.subject_code), quoted(self.item.roles.decided_on)
        subject = f"CASE WHEN {builtins.apply('uscc_check', code)} THEN {code} ELSE '' END"
        held = " OR ".join([*(quoted(_held(field)) for field in self._screened()), "FALSE"])
        # One function for all texts of a row: DuckDB makes the patterns of each call anew.
        certain = ", ".join(quoted(name) for name in _certain(self.item)) or "''"
        mask = f"list_transform([{certain}], lambda v: {masked('v', privacy.CERTAIN)})"
        self.con.execute(
            f"""CREATE TABLE canonical AS SELECT row, {subject} AS subject,
                {builtins.apply("day", decided)} AS decided_on, ({held}) AS held,
                {values} FROM (SELECT *, {mask} AS certain__mask
                FROM {self.read} WHERE {good} AND NOT ({person}))"""
        )


def _lines(clean: files.Clean) -> str:
    """Write the reading of a clean CSV; its path is the statement's parameter."""
    columns = {f"c{n}": "VARCHAR" for n in range(len(clean.header) + clean.has_row_form)}
    return f"""read_csv(?, columns = {columns}, auto_detect = false, header = true, delim = ',',
        quote = '"', escape = '"', max_line_size = {8 * files.MAX_CELL}, strict_mode = true,
        hive_partitioning = false)"""


def _base(field: str) -> str:
    return f"{field}__base"


def _held(field: str) -> str:
    return f"{field}__held"


def _mask(field: str) -> str:
    return f"{field}__mask"


def _named(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {quoted(name)}" for name, sql in columns.items())


def _canonical(field: Field, item: Item) -> str:
    value = quoted(field.identify)
    match field.data_type:
        case DataType.DATE:
            day = builtins.apply("day", value)
            return (
                f"CASE WHEN {value} = '' THEN '' WHEN {day} >= DATE '2099-01-01' THEN"
                f" {text(LONG_TERM)} ELSE strftime({day}, '%Y-%m-%d') END"
            )
        case DataType.NUMBER:
            number = builtins.apply("number", value)
            return f"CASE WHEN {value} = '' THEN '' ELSE CAST({number} AS VARCHAR) END"
        case DataType.TEXT if field.identify in item.screened:
            return quoted(_mask(field.identify))
        case DataType.TEXT if field.identify not in _numbers(item):
            return f"certain__mask[{_certain(item).index(field.identify) + 1}]"
        case DataType.ENUM | DataType.ENUMS if any(o.endswith("*") for o in field.optional_range):
            return masked(value)  # a free option (其他-*) is a text
        case _:
            return value


def _certain(item: Item) -> list[str]:
    """Names and numbers of licences: what looks like a card's or plate's may be their own."""
    texts = [field.identify for field in item.fields if field.data_type is DataType.TEXT]
    return [name for name in texts if name not in {*item.screened, *_numbers(item)}]


def _numbers(item: Item) -> set[str]:
    """Codes and document numbers: a person's number there was refused before.

    Masked, two acts would have one document number and become one.
    """
    roles = item.roles
    return {roles.subject_code, roles.authority_code, roles.source_code, roles.document_no}
