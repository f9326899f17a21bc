"""Counts of checks, outcomes and required checks: figures, and never whose rows they are made of.

The functions are their owner's, so whoever may count needs no right to the rows; who may count
which unit is decided by ``accounts.policy`` before they are called. They name the schema: no table of the
caller is read instead.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION check_counted(first timestamptz, last timestamptz, units text[])
RETURNS TABLE (unit text, matter text, purpose text, queries bigint, checks bigint,
               organisations bigint, with_measures bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT a.unit, a.matter, a.purpose,
           count(DISTINCT coalesce(nullif(a.batch, ''), a.check_no)), count(*),
           count(DISTINCT a.subject),
           count(*) FILTER (WHERE a.measures @? '$[*] ? (@.kind <> "incentive")')
    FROM public.check_asked a
    WHERE a.asked_at BETWEEN $1 AND $2 AND ($3 IS NULL OR a.unit = ANY ($3))
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$;
CREATE FUNCTION check_outcomes_counted(first timestamptz, last timestamptz, units text[])
RETURNS TABLE (matter text, outcome text, cases bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT a.matter, coalesce(r.outcome, '') COLLATE "C", count(*)
    FROM public.check_asked a
    LEFT JOIN LATERAL (SELECT o.outcome FROM public.check_reported o WHERE o.asked_id = a.check_no
                       ORDER BY o.id DESC LIMIT 1) r ON true
    WHERE a.asked_at BETWEEN $1 AND $2 AND ($3 IS NULL OR a.unit = ANY ($3))
    GROUP BY a.matter, r.outcome ORDER BY a.matter, r.outcome
$$;
CREATE FUNCTION check_rates(first date, last date, units text[])
RETURNS TABLE (unit text, matter text, checked bigint, cases bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT c.unit, c.matter, count(*) FILTER (WHERE EXISTS (
               SELECT 1 FROM public.check_asked a
               WHERE a.unit = c.unit AND a.matter = c.matter AND a.case_no = c.case_no
                 AND a.subject = c.subject AND a.as_of <= c.handled_on)), count(*)
    FROM public.check_case c
    LEFT JOIN public.ledger_subject s ON s.uscc = c.subject
    WHERE c.handled_on BETWEEN $1 AND $2 AND ($3 IS NULL OR c.unit = ANY ($3))
      AND coalesce(s.kind, '') <> 'one_person'
    GROUP BY c.unit, c.matter ORDER BY c.unit, c.matter
$$;
REVOKE EXECUTE ON FUNCTION check_counted, check_outcomes_counted, check_rates FROM PUBLIC;
"""
BACKWARD = "DROP FUNCTION check_counted; DROP FUNCTION check_outcomes_counted; DROP FUNCTION check_rates;"


class Migration(migrations.Migration):
    dependencies = [("check", "0001_initial"), ("ledger", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
