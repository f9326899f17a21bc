"""A ledger of any size, written straight as the Parquet files of ``ledger.segments``.

Shares and texts are invented but alike to what departments report: a third are penalties with all
their fields, a twelfth is hidden, a thirtieth was corrected later.
"""

from pathlib import Path
from typing import Any

import duckdb

from bench.measure import Options
from bench.penalties import AS_OF

ENTRIES_EACH = 5
CORRECTED = 30  # one in
DAYS = 1500

_ITEMS = """CASE WHEN p < 300 THEN 'administrative-penalty'
    WHEN p < 500 THEN 'administrative-licence'
    WHEN p < 650 THEN 'administrative-inspection' WHEN p < 750 THEN 'commitment'
    WHEN p < 830 THEN 'commitment-performance' WHEN p < 870 THEN 'contract'
    WHEN p < 900 THEN 'honour' WHEN p < 920 THEN 'administrative-award'
    WHEN p < 960 THEN 'tax-credit-a' WHEN p < 980 THEN 'abnormal-operation-list'
    WHEN p < 985 THEN 'serious-violation-list' ELSE 'court-judgment-defaulter' END"""
_KINDS = """['警告', '罚款', '罚款', '罚款', '没收违法所得;罚款', '暂扣许可证件',
    '罚款;吊销许可证件', '责令停产停业', '降低资质等级', '限制从业'][(v % 10)::INTEGER + 1]"""
_NAME = "'盘锦示例' || o || '机械制造有限公司'"
_RANK = "['国家', '省', '市', '县'][(v % 4)::INTEGER + 1]"
_OFFICE = "'盘锦市生态环境局'"
_PAYLOADS = f"""CASE item
    WHEN 'administrative-penalty' THEN json_object('CF_XDR_MC', {_NAME},
        'CF_XDR_LB', '法人及非法人组织', 'CF_XDR_SHXYM', subject, 'CF_FRDB', '某甲',
        'CF_WSH', '盘市监罚〔2026〕' || i || '号', 'CF_WFXW', '超过许可排放浓度排放水污染物',
        'CF_SY', '经监测，当事人总排口化学需氧量日均值超过许可排放浓度，责令限期改正后仍未改正。',
        'CF_YJ', '《中华人民共和国水污染防治法》第八十三条', 'CF_CFLB', {_KINDS},
        'CF_NR', '责令改正；' || {_KINDS} || '。',
        'CF_NR_FK', CASE WHEN contains({_KINDS}, '罚款')
            THEN (((v >> 8) % 2000000) / 1000)::DECIMAL(18, 6)::VARCHAR ELSE '' END,
        'CF_JDRQ', strftime(decided_on, '%Y-%m-%d'), 'CF_YXQ', '2029-01-01',
        'CF_CFJG', {_OFFICE}, 'CF_CFJGDM', '112111000590830155', 'CF_SJLY', {_OFFICE},
        'CF_SJLYDM', '112111000590830155', 'CF_CXLB', '02')
    WHEN 'administrative-licence' THEN json_object('XK_XDR_MC', {_NAME},
        'XK_XDR_SHXYM', subject, 'XK_WSH', '盘许〔2026〕' || i || '号', 'XK_NR', '准予道路运输经营',
        'XK_JDRQ', strftime(decided_on, '%Y-%m-%d'), 'XK_XKJG', '盘锦市交通运输局')
    WHEN 'administrative-inspection' THEN json_object('JC_XDR_MC', {_NAME},
        'JC_XDR_SHXYM', subject, 'JC_JCJG', CASE WHEN v % 50 = 0 THEN '不配合检查'
            WHEN v % 4 = 0 THEN '已责令改正' ELSE '未发现问题' END)
    WHEN 'commitment-performance' THEN json_object('subject', subject, 'commitmentTypeId',
        ['审批替代型', '容缺受理型', '证明事项型', '主动型', '行业自律型'][(v % 5)::INTEGER + 1],
        'fulfillmentStatus', CASE WHEN v % 20 = 0 THEN '部分履行' WHEN v % 21 = 0
            THEN '全部未履行' ELSE '全部履行' END)
    WHEN 'contract' THEN json_object('subject', subject, 'htlx', (1 + v % 2)::VARCHAR, 'lyzt',
        CASE WHEN v % 3 = 0 THEN '履约中' ELSE '已完成' END)
    WHEN 'honour' THEN json_object('subject', subject, 'HN_JB', {_RANK})
    WHEN 'administrative-award' THEN
        json_object('subject', subject, 'JL_JB', {_RANK})
    WHEN 'court-judgment-defaulter' THEN
        json_object('subject', subject, 'performance',
            ['全部未履行', '部分未履行'][(v % 2)::INTEGER + 1])
    ELSE json_object('subject', subject) END"""
_CLASSES = f"""CASE WHEN item = 'administrative-penalty' THEN
        CASE WHEN {_KINDS} = '警告' THEN '轻微'
            WHEN {_KINDS} IN ('罚款;吊销许可证件', '责令停产停业', '降低资质等级', '限制从业')
            THEN '严重'
            ELSE '一般' END
    WHEN item = 'administrative-inspection' AND v % 50 = 0 THEN '一般'
    WHEN item = 'commitment-performance' AND (v % 20 = 0 OR v % 21 = 0) THEN '一般'
    WHEN item = 'contract' AND v % 40 = 0 THEN '一般' ELSE '' END"""


def make(options: Options) -> dict[str, Any]:
    """Write the segments and ``graded.parquet`` (subject) into a folder."""
    from gongxin.ledger.columns import BUCKETS  # noqa: PLC0415 - after Django's settings
    from gongxin.ledger.segments import bucket_sql  # noqa: PLC0415

    folder, rows = Path(options["folder"]), int(options["rows"])
    organisations = max(rows // ENTRIES_EACH, 1)
    (folder / "segments").mkdir()
    con = duckdb.connect()
    con.execute("SET memory_limit = '1500MB'")
    con.execute("SET temp_directory = ?", [str(folder / "spill")])
    con.execute("SET TimeZone = 'UTC'")
    con.execute(entries_sql(rows, organisations))
    for bucket in range(BUCKETS):
        con.execute(
            f"""COPY (SELECT * FROM made WHERE {bucket_sql("subject")} = {bucket}
                ORDER BY subject, revision)
                TO '{folder}/segments/b{bucket:02d}.parquet' (FORMAT parquet, COMPRESSION zstd)"""
        )
    con.execute(
        f"""COPY (SELECT '91211100' || lpad(o::VARCHAR, 10, '0') AS subject
            FROM range({organisations}) AS t(o) WHERE o % 20 <> 0)
            TO '{folder}/graded.parquet' (FORMAT parquet)"""
    )
    entries = con.execute("SELECT count(*) FROM made").fetchone()[0]
    return {"entries": entries, "organisations": organisations}


def entries_sql(rows: int, organisations: int) -> str:
    """Return the SQL that makes the table ``made`` of entries; codes end in no check character."""
    corrected = rows // CORRECTED
    return f"""
CREATE TABLE made AS
WITH drawn AS (
    SELECT i, hash(i) AS u, hash(i + 1000000007) AS v FROM range({rows}) AS t(i)
), placed AS (
    SELECT i, u, v, u % {organisations} AS o, (u >> 32) % 1000 AS p, {_ITEMS} AS item,
        DATE '{AS_OF}' - ((v >> 40) % {DAYS})::INTEGER AS decided_on,
        '91211100' || lpad((u % {organisations})::VARCHAR, 10, '0') AS subject
    FROM drawn
), judged AS (
    SELECT *, {_CLASSES} AS class, {_PAYLOADS} AS payload FROM placed
), revised AS (
    SELECT *, i + 1 AS revision, 'assert' AS kind FROM judged
    UNION ALL
    SELECT *, {rows} + row_number() OVER (ORDER BY i) AS revision, 'correct' AS kind
    FROM judged WHERE i % {CORRECTED} = 0 AND i // {CORRECTED} < {corrected}
)
SELECT revision::BIGINT AS revision, subject,
    '01M' || upper(md5(i::VARCHAR)[:23]) AS record_id, item,
    '2024' AS edition, kind, '112111000590830155' AS unit, '112111000590830155' AS authority,
    'sha256:' || sha256(i::VARCHAR) AS natural_key, payload::VARCHAR AS payload, decided_on,
    class AS failing_class, class <> '' AS adverse,
    CASE WHEN (v >> 16) % 12 = 0 THEN 'simple_procedure'
        WHEN kind = 'correct' AND i % 60 = 0 THEN 'revoked' ELSE '' END AS hidden,
    decided_on AS public_from,
    CASE WHEN class <> '' THEN decided_on + ((v >> 20) % 1100)::INTEGER END AS public_until,
    NULL::DATE AS repairable_from, 'item/' || item AS clause, 'public' AS record_class,
    FALSE AS incomplete, '01M0000000000000000000BATCH' AS batch, i + 1 AS row,
    TIMESTAMPTZ '2026-11-20 04:00:00+00' AS received_at,
    'sha256:' || sha256((i + revision)::VARCHAR) AS content_hash, 'sha256:bench' AS release
FROM revised"""
