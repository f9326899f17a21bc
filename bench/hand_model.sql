-- The illustrative model (packs/demo/models) as an analyst would write it in DuckDB by hand.
-- Reads entry and graded; SET VARIABLE as_of first. Makes lines and grades; points in thousandths.
CREATE TEMP TABLE public_record AS
WITH revised AS (
    SELECT subject, record_id, max(revision) AS revision
    FROM entry WHERE kind <> 'assert' GROUP BY ALL
)
SELECT e.subject, e.record_id, e.item, e.decided_on, e.failing_class AS class,
    CASE e.item
        WHEN 'honour' THEN e.payload ->> '$.HN_JB'
        WHEN 'administrative-award' THEN e.payload ->> '$.JL_JB'
        WHEN 'administrative-inspection' THEN e.payload ->> '$.JC_JCJG'
        WHEN 'commitment-performance' THEN e.payload ->> '$.fulfillmentStatus'
        WHEN 'contract' THEN e.payload ->> '$.lyzt'
        WHEN 'court-judgment-defaulter' THEN e.payload ->> '$.performance'
        WHEN 'administrative-penalty' THEN e.payload ->> '$.CF_CFLB'
    END AS said,
    CASE e.item
        WHEN 'commitment-performance' THEN e.payload ->> '$.commitmentTypeId'
        WHEN 'contract' THEN e.payload ->> '$.htlx'
    END AS sort,
    CASE WHEN e.item = 'administrative-penalty'
        THEN TRY_CAST(e.payload ->> '$.CF_NR_FK' AS DECIMAL(18, 6)) END AS fine
FROM entry e LEFT JOIN revised r USING (subject, record_id)
WHERE (r.revision IS NULL OR r.revision = e.revision)
    AND e.hidden = '' AND e.public_from <= getvariable('as_of')
    AND (e.public_until IS NULL OR e.public_until >= getvariable('as_of'))
    AND e.subject IN (SELECT subject FROM graded)
    AND e.item IN ('honour', 'administrative-award', 'tax-credit-a', 'commitment-performance',
        'contract', 'administrative-inspection', 'commitment', 'administrative-penalty',
        'abnormal-operation-list', 'serious-violation-list', 'court-judgment-defaulter');

CREATE TABLE lines AS
WITH penalty AS (
    SELECT *, contains(said, '罚款') AS fined FROM public_record
    WHERE item = 'administrative-penalty' AND class IN ('一般', '严重')
),
recent AS (SELECT * FROM public_record WHERE decided_on > getvariable('as_of') - INTERVAL 24 MONTH),
worth AS (
    SELECT subject, record_id, decided_on, CASE WHEN said IN ('国家', '省') THEN 'P01' ELSE 'P02' END AS item,
        CASE said WHEN '国家' THEN 30000 WHEN '省' THEN 20000 WHEN '市' THEN 10000 ELSE 5000 END AS worth
    FROM public_record WHERE item = 'honour' AND said IN ('国家', '省', '市', '县')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, CASE WHEN said IN ('国家', '省') THEN 'P03' ELSE 'P04' END AS item,
        CASE said WHEN '国家' THEN 20000 WHEN '省' THEN 15000 WHEN '市' THEN 10000 ELSE 5000 END AS worth
    FROM public_record WHERE item = 'administrative-award' AND said IN ('国家', '省', '市', '县')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, CASE WHEN kept THEN 'P07' ELSE 'P06' END AS item,
        CASE WHEN kept THEN 4000 ELSE 2000 END AS worth
    FROM (SELECT *, coalesce(sort IN ('审批替代型', '容缺受理型', '证明事项型'), FALSE) AS kept FROM recent)
    WHERE item = 'commitment-performance' AND said = '全部履行'
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'P08' AS item, 3000 AS worth
    FROM recent WHERE item = 'contract' AND said = '已完成' AND sort = '1'
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'P10' AS item, 1000 AS worth FROM recent WHERE item = 'commitment'
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on,
        CASE item WHEN 'tax-credit-a' THEN 'P05' WHEN 'abnormal-operation-list' THEN 'M11'
            WHEN 'serious-violation-list' THEN 'M12' ELSE 'M13' END AS item,
        CASE item WHEN 'tax-credit-a' THEN 20000 WHEN 'abnormal-operation-list' THEN 30000
            WHEN 'serious-violation-list' THEN 200000
            ELSE CASE WHEN said = '全部未履行' THEN 150000 ELSE 100000 END END AS worth
    FROM public_record WHERE item IN ('tax-credit-a', 'abnormal-operation-list',
        'serious-violation-list', 'court-judgment-defaulter')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, CASE said WHEN '未发现问题' THEN 'P09' ELSE 'M10' END AS item,
        CASE said WHEN '未发现问题' THEN 3000 ELSE 10000 END AS worth
    FROM public_record WHERE item = 'administrative-inspection'
        AND (said = '未发现问题' OR said = '不配合检查' AND class = '一般')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'M14' AS item,
        CASE WHEN item = 'contract' OR said = '全部未履行' THEN 30000 ELSE 15000 END AS worth
    FROM public_record WHERE item IN ('commitment-performance', 'contract') AND class = '一般'
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, CASE class WHEN '一般' THEN 'M01' ELSE 'M02' END AS item,
        CASE class WHEN '一般' THEN 20000 ELSE 80000 END AS worth
    FROM penalty
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, CASE class WHEN '一般' THEN 'M03' ELSE 'M04' END AS item,
        CASE WHEN class = '一般' THEN
            CASE WHEN fine >= 50 THEN 20000 WHEN fine >= 10 THEN 10000 WHEN fine >= 1 THEN 5000
                WHEN fine >= 0 THEN 2000 END
        ELSE CASE WHEN fine >= 1000 THEN 80000 WHEN fine >= 100 THEN 40000 WHEN fine >= 0 THEN 10000 END
        END AS worth
    FROM penalty WHERE fined
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'M05' AS item, 10000 AS worth FROM penalty WHERE contains(said, '没收')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'M06' AS item, 15000 AS worth
    FROM penalty WHERE class = '一般' AND contains(said, '暂扣')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'M07' AS item, 60000 AS worth
    FROM penalty WHERE class = '严重' AND contains(said, '吊销')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'M08' AS item, 40000 AS worth
    FROM penalty WHERE class = '严重' AND contains(said, '降低资质等级')
    UNION ALL BY NAME
    SELECT subject, record_id, decided_on, 'M09' AS item, 50000 AS worth
    FROM penalty WHERE class = '严重' AND (contains(said, '责令停产停业') OR contains(said, '责令关闭')
        OR contains(said, '限制开展生产经营活动') OR contains(said, '限制从业'))
),
capped AS (
    SELECT subject, record_id, item, worth, sum(worth) OVER (PARTITION BY subject, item
        ORDER BY decided_on, record_id ROWS UNBOUNDED PRECEDING) AS upto,
        CASE item WHEN 'P01' THEN 60000 WHEN 'P02' THEN 20000 WHEN 'P03' THEN 40000 WHEN 'P04' THEN 15000
            WHEN 'P05' THEN 40000 WHEN 'P06' THEN 20000 WHEN 'P07' THEN 20000 WHEN 'P08' THEN 30000
            WHEN 'P09' THEN 15000 WHEN 'P10' THEN 5000 WHEN 'M01' THEN 100000 WHEN 'M02' THEN 240000
            WHEN 'M03' THEN 60000 WHEN 'M04' THEN 160000 WHEN 'M05' THEN 30000 WHEN 'M06' THEN 45000
            WHEN 'M07' THEN 120000 WHEN 'M08' THEN 80000 WHEN 'M09' THEN 100000 WHEN 'M10' THEN 20000
            WHEN 'M11' THEN 60000 WHEN 'M12' THEN 300000 WHEN 'M13' THEN 300000 ELSE 60000 END AS cap
    FROM worth WHERE worth > 0
)
SELECT subject, record_id, item,
    CAST((least(upto, cap) - least(upto - worth, cap)) * CASE WHEN item < 'P' THEN -1 ELSE 1 END AS BIGINT) AS points
FROM capped WHERE upto - worth < cap;

CREATE TABLE grades AS
WITH sums AS (SELECT subject, sum(points) AS points FROM lines GROUP BY subject),
limits AS (
    SELECT subject, bool_or(item = 'serious-violation-list') AS f01,
        bool_or(item = 'court-judgment-defaulter') AS f02,
        bool_or(item = 'administrative-penalty' AND class = '严重'
            AND decided_on > getvariable('as_of') - INTERVAL 12 MONTH) AS f03,
        bool_or(item = 'abnormal-operation-list') AS f04
    FROM public_record GROUP BY subject
),
scored AS (
    SELECT subject, CAST(1000000 + coalesce(points, 0) AS BIGINT) AS score, limits.* EXCLUDE (subject)
    FROM graded LEFT JOIN sums USING (subject) LEFT JOIN limits USING (subject)
),
ranked AS (
    SELECT *, greatest(
        CASE WHEN score >= 1050000 THEN 1 WHEN score >= 980000 THEN 2 WHEN score >= 930000 THEN 3
            WHEN score >= 850000 THEN 4 WHEN score >= 750000 THEN 5 WHEN score >= 600000 THEN 6 ELSE 7 END,
        CASE WHEN f01 THEN 6 WHEN f02 OR f03 THEN 5 WHEN f04 THEN 3 ELSE 1 END) AS rank
    FROM scored
)
SELECT subject, score, ['A+', 'A', 'B', 'C', 'C-', 'D', 'D-'][rank] AS level,
    list_filter([CASE WHEN f01 THEN 'F01' END, CASE WHEN f02 THEN 'F02' END, CASE WHEN f03 THEN 'F03' END,
        CASE WHEN f04 THEN 'F04' END], lambda f: f IS NOT NULL) AS ceilings
FROM ranked;
