"""A record's number finds its organisation, as a whole and while the record is public (1-84)."""

from datetime import date

import pytest
from django.db import connection

from gongxin.cli import rights
from gongxin.cluster import WEB_ROLE
from gongxin.derive.numbered import search_by_number
from gongxin.derive.search import Hit
from gongxin.ledger.models import RecordNumber
from tests.derive import town as t

pytestmark = pytest.mark.django_db

FIRM = t.company(41)
OTHER = t.company(42)


def found(town: t.Town, text: str, day: date = t.TODAY) -> tuple[Hit, ...]:
    return search_by_number(text, as_of=day, release=town.release)


def codes(town: t.Town, text: str, day: date = t.TODAY) -> list[str]:
    return [hit.uscc for hit in found(town, text, day)]


def test_the_number_of_a_decision_finds_the_organisation_with_the_record(settled):
    (hit,) = found(settled, "盘交罚〔2026〕1号")

    record = settled.record(t.FINED[0])
    assert (hit.uscc, hit.name, hit.matched_name) == (*t.FINED, t.FINED[1])
    (shown,) = hit.records
    assert (shown.record_id, shown.item_name.zh) == (record.record_id, "行政处罚")
    assert (shown.number, shown.decided_on) == ("盘交罚〔2026〕1号", t.DECIDED)
    assert shown.authority_name == t.TRANSPORT_NAME


@pytest.mark.parametrize(
    "typed",
    ["盘交罚[2026]1号", "盘交罚［２０２６］１号", " 盘交罚 (2026)　1 号 ", "盘交罚【2026】1号"],
)
def test_brackets_width_and_spaces_do_not_matter(settled, typed):
    assert codes(settled, typed) == [t.FINED[0]]


def test_the_number_of_a_certificate_finds_its_licence(settled):
    (hit,) = found(settled, "盘交许第2号")

    assert hit.uscc == t.QUIET[0]
    assert [record.number for record in hit.records] == ["盘交许第2号"]


@pytest.mark.parametrize(
    "typed",
    [
        "盘交罚〔2026〕",
        "盘交罚〔2026〕1",
        "交罚〔2026〕1号",
        "盘交罚%1号",
        "盘交罚〔2026〕_号",
        "1号",
        "2026",
    ],
)
def test_a_part_of_a_number_finds_nothing(settled, typed):
    assert found(settled, typed) == ()


def test_what_has_ended_is_found_on_its_last_day_and_not_on_the_next(settled):
    last = settled.record(t.FINED[0]).public_until

    assert last == date(2027, 5, 10)  # class 一般: a year from the decision
    assert codes(settled, "盘交罚〔2026〕1号", last) == [t.FINED[0]]
    assert codes(settled, "盘交罚〔2026〕1号", date(2027, 5, 11)) == []


@pytest.mark.parametrize("number", [7, 8, 9])
def test_what_law_makes_public_to_nobody_is_not_found(settled, number):
    assert found(settled, f"盘交罚〔2026〕{number}号") == ()


@pytest.mark.parametrize("number", [3, 4, 5])
def test_who_may_be_one_persons_livelihood_is_found_by_the_code_only(settled, number):
    """A sole trader, an undertaking of one person by its name, a name that says no form (L3)."""
    assert found(settled, f"盘交罚〔2026〕{number}号") == ()


@pytest.mark.parametrize(
    "typed",
    [
        t.RESIDENT_ID,
        t.OLD_RESIDENT_ID,
        t.MOBILE,
        f"罚〔2026〕{t.RESIDENT_ID}号",
        FIRM[0],
        "\x00盘交罚1号",
        "不适用",
        "",
    ],
)
def test_a_persons_number_and_what_is_no_number_ask_nothing(
    settled, django_assert_num_queries, typed
):
    with django_assert_num_queries(0):
        assert found(settled, typed) == ()


def test_whole_numbers_are_looked_up_by_index(settled, django_assert_max_num_queries):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_record_number SELECT '示例' || n || '号', 'x', n::text"
            " FROM generate_series(1, 2000) n"
        )
        cursor.execute("ANALYZE ledger_record_number")
    with django_assert_max_num_queries(3) as asked:
        assert codes(settled, "盘交罚〔2026〕1号") == [t.FINED[0]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Only Scan" in plan
    assert "Index Cond: (number = " in plan


def test_served_nobody_learns_that_a_hidden_record_has_a_number(settled):
    """Row security alone: numbers of records that are not published are there for nobody."""
    assert rights.apply()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {WEB_ROLE}")
        cursor.execute("SELECT set_config('gongxin.acting', 'web', true)")
        cursor.execute(
            "SELECT count(*) FROM ledger_record_number WHERE number LIKE '盘交罚(2026)%'"
        )
        (seen,) = cursor.fetchone()
        assert codes(settled, "盘交罚〔2026〕1号") == [t.FINED[0]]
        cursor.execute("RESET ROLE")

    owned = RecordNumber.objects.filter(number__startswith="盘交罚(2026)").count()
    # Of nine fines those of the sole trader, of the undertaking of one person and of the firm
    # whose name says no form have no row; three, and the chamber's (rule 39), are hidden.
    assert (owned, seen) == (6, 2)
