"""Row level security standing alone: what the served role gets when no policy object is asked.

The owner becomes the role inside the test's transaction; the statements are those of somebody who
found a way round the program (threats T01, T19; P1, P2).
"""

from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import HttpResponse

from gongxin.accounts.acting import acts_as, acts_for
from gongxin.api import keeping
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.outcomes import Outcome, Report, UnknownCheck, report
from gongxin.cli import rights
from gongxin.cluster import WEB_ROLE
from gongxin.core.audit import By
from gongxin.derive.archive import archive
from gongxin.derive.changes import ChangeKind, changes
from tests.derive import town as t

pytestmark = pytest.mark.django_db

DENIED = "permission denied"
Rows = Callable[[str], list[tuple]]


@pytest.fixture(autouse=True)
def granted(db) -> None:
    assert rights.apply()


@contextmanager
def served(*, unit: str = "", web: bool = True):
    """Be the role that pages and API are served as, for the rest of a savepoint."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {WEB_ROLE}")
            cursor.execute("SELECT set_config('gongxin.acting', %s, true)", ["web" if web else ""])
        acts_for(unit)
        yield
        transaction.set_rollback(True)


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def ask(town: t.Town, unit: str) -> str:
    question = Question(
        t.LISTED[0], "procurement", "admission", t.TODAY, t.RECEIVED, "client:x", "1", unit
    )
    return check(question, town.release).check_no


def test_the_role_owns_nothing_and_bypasses_nothing(settled):
    ((superuser, bypasses, creates),) = rows(
        f"SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = '{WEB_ROLE}'"
    )
    owned = rows(f"SELECT tablename FROM pg_tables WHERE tableowner = '{WEB_ROLE}'")
    assert (superuser, bypasses, creates, owned) == (False, False, False, [])


@pytest.mark.parametrize("table", [name for name, right in rights.tables().items() if right.rows])
def test_a_connection_that_is_not_the_web_process_sees_no_row(settled, table):
    ask(settled, t.TRANSPORT)
    with served(web=False):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
    forced = rows(
        "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class"
        f" WHERE oid = '{table}'::regclass"
    )
    assert forced == [(True,)]


def test_the_rights_name_tables_that_exist(settled):
    assert set(rights.RIGHTS) <= set(connection.introspection.table_names(include_views=True))


@pytest.mark.parametrize("table", [n for n, right in rights.tables().items() if not right.grant])
@pytest.mark.parametrize("what", ["SELECT count(*) FROM {}", "DELETE FROM {}"])
def test_a_table_that_nobody_named_is_closed(settled, table, what):
    with served(unit=t.TRANSPORT), pytest.raises(ProgrammingError, match=DENIED):
        rows(what.format(table))


@pytest.mark.parametrize("table", ["ledger_entry_0", "ledger_current_0"])
def test_no_way_leads_round_by_the_partitions(settled, table):
    with served(unit=t.TRANSPORT), pytest.raises(ProgrammingError, match=r"(denied|not exist)"):
        rows(f"SELECT count(*) FROM {table}")


def test_the_owner_sees_what_the_ledger_holds_and_the_role_what_is_published(settled):
    hidden = "SELECT count(*) FROM ledger_current WHERE hidden <> ''"
    ((unit,),) = rows("SELECT DISTINCT unit FROM ledger_current WHERE hidden <> ''")
    everything = rows(hidden)
    with served():
        assert rows(hidden) == [(0,)]
        assert rows("SELECT count(*) > 0 FROM ledger_current") == [(True,)]
    with served(unit=unit):
        assert rows(hidden) == everything


def test_the_archive_is_the_same_served(settled):
    """Another release restates nothing here; what is public needs no unit."""
    owner = archive(t.FINED[0], as_of=t.TODAY, release=settled.release)
    with served():
        assert archive(t.FINED[0], as_of=t.TODAY, release=settled.release) == owner


def test_a_unit_sees_its_own_checks_alone(settled):
    ours, theirs = ask(settled, t.TRANSPORT), ask(settled, t.MARKET)
    for table, key in (("check_asked", "check_no"),):
        with served(unit=t.TRANSPORT):
            assert rows(f"SELECT {key} FROM {table}") == [(ours,)]
        with served(unit=t.MARKET):
            assert rows(f"SELECT {key} FROM {table}") == [(theirs,)]
        with served():
            assert rows(f"SELECT {key} FROM {table}") == []


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO check_case (unit, matter, case_no, subject, handled_on)"
        f" VALUES ('{t.MARKET}', 'procurement', '1', '{t.FINED[0]}', '2026-11-23')",
        f"UPDATE check_asked SET unit = '{t.MARKET}'",
    ],
    ids=["insert for another", "give away"],
)
def test_a_row_of_another_unit_is_not_written(settled, sql):
    ask(settled, t.TRANSPORT)
    with (
        served(unit=t.TRANSPORT),
        pytest.raises(ProgrammingError, match=r"(row-level security|denied)"),
    ):
        rows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM check_asked",
        "UPDATE ledger_current SET hidden = ''",
        "INSERT INTO ledger_head VALUES (2, 0)",
        "DELETE FROM audit_pending",
        "UPDATE audit_row SET content = NULL",
        "SELECT content FROM audit_row",
        "SELECT actor FROM audit_row",
        "INSERT INTO audit_head VALUES (1, now(), 'sha256', '', '')",
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE check_asked DISABLE ROW LEVEL SECURITY",
        "SET session_replication_role = replica",
    ],
)
def test_the_role_has_no_right_to(settled, sql):
    with served(unit=t.TRANSPORT), pytest.raises(ProgrammingError, match=r"(denied|must be owner)"):
        rows(sql)


def test_a_check_and_its_outcome_go_through_served(settled):
    """What the API does needs no more than the role has; policy objects are not asked here."""
    by = By("client:x", t.RECEIVED)
    with served():
        number = ask(settled, t.TRANSPORT)
        with pytest.raises(UnknownCheck):
            report(Report(number, Outcome.NORMAL), unit=t.MARKET, by=by, release=t.release())
        report(
            Report(number, Outcome.REFUSED, "procurement-serious"),
            unit=t.TRANSPORT,
            by=by,
            release=t.release(),
        )
        assert rows("SELECT outcome FROM check_reported") == [("refused",)]
        assert rows("SELECT subject FROM check_notice") == [(t.LISTED[0],)]
        acts_for(t.LISTED[0])  # the organisation itself
        assert rows("SELECT subject FROM check_notice") == [(t.LISTED[0],)]
        acts_for(t.MARKET)
        assert rows("SELECT subject FROM check_notice") == []


def test_followers_learn_served_that_a_record_is_to_be_removed(settled):
    """A withdrawn record is hidden from the role, and its removal is not."""
    owner = changes(since=0, limit=200, as_of=t.TODAY, release=settled.release)
    settled.hand_in(t.PENALTY, t.penalty(t.FINED, 1, CF_CXBG="撤销"))
    owner = changes(since=owner.upto, limit=200, as_of=t.TODAY, release=settled.release)

    assert [change.change for change in owner.items] == [ChangeKind.REMOVED]
    with served():
        since = owner.items[0].revision - 1
        assert changes(since=since, limit=200, as_of=t.TODAY, release=settled.release) == owner


def test_the_rights_set_again_change_nothing(settled):
    """Nobody who reads waits for them: no policy is made anew."""
    before = rows("SELECT oid, polname FROM pg_policy ORDER BY 1")
    assert rights.apply()
    assert rows("SELECT oid, polname FROM pg_policy ORDER BY 1") == before


def kept_for(client: str) -> None:
    """An answer, a signature and a count of a client, as the owner writes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_kept VALUES (%s, 'k', 'r', 200, 'text', 'secret', now())", [client]
        )
        cursor.execute("INSERT INTO api_asked VALUES (%s, '2026-11-23', 7)", [client])
        cursor.execute(
            "INSERT INTO api_signed VALUES (%s, 'n', now(), 't', 'd', 'i', 's', 'v')", [client]
        )


@pytest.mark.parametrize("table", ["api_kept", "api_asked", "api_signed"])
def test_what_is_kept_for_a_client_is_seen_by_that_client_alone(table):
    kept_for("ours")
    kept_for("theirs")
    with served(unit=t.TRANSPORT):
        assert rows(f"SELECT client_id FROM {table}") == []
        acts_as("ours")
        assert rows(f"SELECT client_id FROM {table}") == [("ours",)]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO api_kept VALUES ('theirs', 'k', 'r', 200, 'text', 'mine', now())",
        "INSERT INTO api_asked VALUES ('theirs', '2026-11-23', 7)",
        "INSERT INTO api_signed VALUES ('theirs', 'n', now(), 't', 'd', 'i', 's', 'v')",
        "UPDATE api_kept SET client_id = 'theirs'",
    ],
)
def test_nothing_is_kept_in_the_name_of_another_client(sql):
    kept_for("ours")
    with served(unit=t.TRANSPORT):
        acts_as("ours")
        with pytest.raises(ProgrammingError, match="row-level security"):
            rows(sql)


def test_an_answer_is_kept_and_given_again_served():
    with served():
        acts_as("ours")
        assert keeping.take("ours", "k", request="r", at=t.RECEIVED) is None
        keeping.keep("ours", "k", HttpResponse("told", content_type="text/plain"))
        again = keeping.take("ours", "k", request="r", at=t.RECEIVED)
        assert again is not None
        assert again.content == b"told"


def test_a_client_forgets_its_own_kept_answers_alone():
    kept_for("ours")
    kept_for("theirs")
    with served():
        acts_as("ours")
        rows("DELETE FROM api_kept")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")
        assert rows("SELECT client_id FROM api_kept") == [("theirs",)]
