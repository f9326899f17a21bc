"""A million penalties in seconds: the double-publicity form as one table of texts, made in SQL.

Every row is a function of its number and the seed through MD5, so the table does not depend on
threads or on DuckDB's own hash. Fewer kinds of rows than ``penalties`` makes: no natural persons,
no duplicates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from gongxin.core.uscc import (
    ALPHABET,
    ORGANISATION_ALPHABET,
    ORGANISATION_WEIGHTS,
    PLACEHOLDER,
    WEIGHTS,
)
from gongxin.core.validation import ORGANISATION, SOLE_TRADER
from tools.world import codes, names
from tools.world.offences import OFFENCES, SANCTIONS
from tools.world.records import FIRST_DAY, UNITS

ROWS_PER_ORGANISATION = 20
PART = 250_000  # rows made at a time: sorting all at once takes several times the memory
# What is wrong with a bad row: each code is certain, others may be found besides.
BAD_CODES = (
    "required",
    "uscc_missing",
    "uscc_placeholder",
    "uscc_form",
    "uscc_check_digit",
    "uscc_is_person",
    "float_code",
    "person_with_uscc",
    "not_in_list",
    "too_long",
    "bad_date",
    "future_date",
    "date_order",
    "amount_required",
    "amount_form",
    "certificate_required",
    "unknown_unit",
)


@dataclass(frozen=True, slots=True)
class PenaltyTable:
    """All texts, rows numbered from 1; ``bad`` lists (row, finding code), sorted by row."""

    table: pa.Table
    bad: tuple[tuple[int, str], ...]


def penalty_table(rows: int, seed: int, as_of: date, bad_share: float = 0.01) -> PenaltyTable:
    """Return ``rows`` penalties of invented undertakings in the 31 columns of the form.

    Args:
        rows: one penalty a row; about 20 rows to an undertaking.
        seed: the same seed gives the same texts.
        as_of: no decision is later, except in rows that are bad for it.
        bad_share: share of rows that are at fault, drawn for each row.
    """
    with duckdb.connect() as connection:
        connection.execute(_organisations(max(rows // ROWS_PER_ORGANISATION, 1), seed))
        connection.execute(_draws(rows, seed, as_of, bad_share))
        bad = connection.execute("SELECT i + 1, bad FROM draws WHERE bad IS NOT NULL ORDER BY i")
        listed = tuple(bad.fetchall())
        parts = [
            connection.sql(_TABLE, params=[first, first + PART]).to_arrow_table()
            for first in range(0, max(rows, 1), PART)
        ]
    return PenaltyTable(table=pa.concat_tables(parts), bad=listed)


def _organisations(n: int, seed: int) -> str:
    """Table ``organisations``: o, code, name, kind, representative."""
    places = " || ".join(
        f"substr('{ALPHABET}', ((place // {len(ALPHABET) ** k}) % {len(ALPHABET)} + 1)::BIGINT, 1)"
        for k in range(codes.SERIAL_LENGTH)
    )
    inner = _weighted("first8", ORGANISATION_ALPHABET, ORGANISATION_WEIGHTS)
    outer = _weighted("first17", ALPHABET, WEIGHTS)
    characters, industries, forms = names.CHARACTERS, names.INDUSTRIES, names.COMPANY_FORMS
    return f"""
        CREATE TABLE organisations AS
        WITH serials AS (
            SELECT i AS o, {_chance("i", f"{seed}:o")},
                (i * {codes.STEP} + {seed}::HUGEINT * {codes.SEED_STEP}) % {codes.SERIALS} AS place
            FROM range({n}) AS t(i)
        ), shaped AS (
            SELECT *, u % 100 < 8 AS alone, {_pick("u >> 8", list(names.PLACES))} AS region,
                '{codes.SEGMENT}' || {places} AS first8
            FROM serials
        ), numbered AS (
            SELECT *, CASE WHEN alone THEN '92' ELSE '91' END || region || first8
                || substr('0123456789X', ((11 - ({inner}) % 11) % 11 + 1)::BIGINT, 1) AS first17
            FROM shaped
        )
        SELECT o,
            first17 || substr('{ALPHABET}', ((31 - ({outer}) % 31) % 31 + 1)::BIGINT, 1) AS code,
            {_pick("u >> 8", list(names.PLACES.values()))}
            || substr('{characters}', (o % {len(characters)} + 1)::BIGINT, 1)
            || substr('{characters}', (o // {len(characters)} % {len(characters)} + 1)::BIGINT, 1)
            || CASE WHEN alone THEN {_pick("v", names.SHOPS)}
                ELSE {_pick("v", industries)} || {_pick("v >> 16", forms)} END AS name,
            CASE WHEN alone THEN '{SOLE_TRADER}' ELSE '{ORGANISATION}' END AS kind,
            {_pick("v >> 24", list(names.SURNAMES))} || '某'
                || {_pick("v >> 32", list(names.STEMS))} AS representative
        FROM numbered
    """  # noqa: S608


def _draws(rows: int, seed: int, as_of: date, bad_share: float) -> str:
    """Table ``draws``: what each row is made from; sanction and offence are already looked up."""
    acts = [(unit, offence) for unit in UNITS for offence in OFFENCES[unit]]
    weighted = [s for s in SANCTIONS for _ in range(s.weight)]
    days = (as_of - FIRST_DAY).days + 1
    good = f"(v >> 12) % 1000000 >= {round(bad_share * 1_000_000)}"
    return f"""
        CREATE TABLE draws AS
        WITH drawn AS (
            SELECT i, {_chance("i", f"{seed}:p")} FROM range({rows}) AS t(i)
        ), judged AS (
            SELECT *, CASE WHEN {good} THEN NULL ELSE {_pick("v >> 34", BAD_CODES)} END AS bad
            FROM drawn
        )
        SELECT i, bad, u % (SELECT count(*) FROM organisations) AS o,
            {_pick("u >> 24", [u.name for u, _ in acts])} AS unit,
            {_pick("u >> 24", [u.uscc for u, _ in acts])} AS unit_code,
            {_pick("u >> 24", [u.sign for u, _ in acts])} AS sign,
            {_pick("u >> 24", [a.act for _, a in acts])} AS act,
            {_pick("u >> 24", [a.fact for _, a in acts])} AS fact,
            {_pick("u >> 24", [a.basis for _, a in acts])} AS basis,
            {_pick("u >> 24", [a.certificate for _, a in acts])} AS certificate,
            CASE bad WHEN 'amount_required' THEN '罚款' WHEN 'amount_form' THEN '罚款'
                WHEN 'certificate_required' THEN '吊销许可证件'
                ELSE {_pick("u >> 32", [";".join(s.kinds) for s in weighted])} END AS kinds,
            {_pick("u >> 32", [s.procedure for s in weighted])} AS procedure,
            {_pick("u >> 32", [round(s.fine[0] * 1000) for s in weighted])} AS low,
            {_pick("u >> 32", [round(s.fine[1] * 1000) for s in weighted])} AS high,
            DATE '{FIRST_DAY}' + ((u >> 40) % {days})::INTEGER AS decided_on,
            (u >> 54) % 10 AS form, v % 4096 AS spread
        FROM judged
    """  # noqa: S608


def _day(column: str) -> str:
    return f"""CASE WHEN form < 6 THEN strftime({column}, '%Y-%m-%d')
        WHEN form < 8 THEN strftime({column}, '%Y/%m/%d')
        WHEN form < 9 THEN strftime({column}, '%Y%m%d')
        ELSE strftime({column}, '%Y年%-m月%-d日') END"""


_PERSON = codes.identity_number(1)
_TABLE = f"""
    SELECT
        CASE bad WHEN 'required' THEN '' ELSE name END AS CF_XDR_MC,
        CASE bad WHEN 'person_with_uscc' THEN '自然人' WHEN 'not_in_list' THEN '企业'
            WHEN 'uscc_placeholder' THEN '{ORGANISATION}' ELSE kind END AS CF_XDR_LB,
        CASE bad
            WHEN 'uscc_missing' THEN ''
            WHEN 'uscc_placeholder' THEN '{PLACEHOLDER}'
            WHEN 'uscc_form' THEN code[:16] || 'I' || code[18:]
            WHEN 'uscc_check_digit' THEN code[:17] || CASE code[18:] WHEN '0' THEN '1' ELSE '0' END
            WHEN 'uscc_is_person' THEN '{_PERSON}'
            WHEN 'float_code' THEN '9.12111E+17'
            ELSE code END AS CF_XDR_SHXYM,
        '' AS CF_XDR_GSZC, '' AS CF_XDR_ZZJG, '' AS CF_XDR_SWDJ, '' AS CF_XDR_SYDW,
        '' AS CF_XDR_SHZZ, representative AS CF_FRDB, '' AS CF_FR_ZJLX, '' AS CF_FR_ZJHM,
        '' AS CF_XDR_ZJLX, '' AS CF_XDR_ZJHM,
        sign || '罚〔' || year(decided_on) || '〕' || (i + 1) || '号'
            || CASE bad WHEN 'too_long' THEN repeat('附', 128) ELSE '' END AS CF_WSH,
        act AS CF_WFXW, fact AS CF_SY, basis AS CF_YJ, kinds AS CF_CFLB,
        '责令改正；' || kinds || '。' AS CF_NR,
        CASE WHEN bad = 'amount_required' OR NOT contains(kinds, '罚款') THEN ''
            WHEN bad = 'amount_form' THEN '0'
            ELSE (((low + (high - low) * spread // 4096) / 1000)::DECIMAL(12, 3))::VARCHAR
            END AS CF_NR_FK,
        CASE WHEN contains(kinds, '没收') THEN ((spread + 1) / 1000)::DECIMAL(12, 3)::VARCHAR
            ELSE '' END AS CF_NR_WFFF,
        CASE WHEN bad IS DISTINCT FROM 'certificate_required'
            AND (contains(kinds, '暂扣') OR contains(kinds, '吊销'))
            THEN certificate || ' 辽K' || o ELSE '' END AS CF_NR_ZKDX,
        CASE bad WHEN 'bad_date' THEN year(decided_on) || '-02-30'
            WHEN 'future_date' THEN (year(decided_on) + 20) || '-05-04'
            ELSE {_day("decided_on")} END AS CF_JDRQ,
        CASE bad WHEN 'date_order' THEN (year(decided_on) - 1) || '-01-01'
            WHEN 'future_date' THEN '2099-12-31'
            ELSE {_day("decided_on + INTERVAL 1 YEAR")} END AS CF_YXQ,
        '' AS CF_GSJZQ, unit AS CF_CFJG,
        CASE bad WHEN 'unknown_unit' THEN code ELSE unit_code END AS CF_CFJGDM,
        unit AS CF_SJLY, unit_code AS CF_SJLYDM, '' AS BZ,
        CASE procedure WHEN '01' THEN '01'
            ELSE CASE WHEN spread % 32 = 0 THEN '99' ELSE '02' END END AS CF_CXLB
    FROM draws JOIN organisations USING (o)
    WHERE i >= $1 AND i < $2
    ORDER BY i
"""  # noqa: S608


def _chance(counter: str, stream: str) -> str:
    """Two columns of 64 random bits each, u and v."""
    text = f"md5({counter} || ':{stream}')"
    return f"('0x' || {text}[:15])::BIGINT AS u, ('0x' || {text}[16:30])::BIGINT AS v"


def _pick(draw: str, options: Sequence[object]) -> str:
    """The option that a draw points at."""
    literals = ", ".join(f"'{o}'" if isinstance(o, str) else str(o) for o in options)
    return f"([{literals}])[(({draw}) % {len(options)})::BIGINT + 1]"


def _weighted(column: str, alphabet: str, weights: tuple[int, ...]) -> str:
    """The sum of a check digit's rule over the places of a column."""
    return " + ".join(
        f"(strpos('{alphabet}', substr({column}, {place}, 1)) - 1) * {weight}"
        for place, weight in enumerate(weights, start=1)
    )
