"""Records of persons stand in a database where only their own role may enter (P1, P2, T02)."""

import os
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection, connections, router

from gongxin.cluster import WEB_ROLE, Database, open_database
from gongxin.derive.models import Grade
from gongxin.intake import persons
from gongxin.personal import keys, moving, sealing
from gongxin.personal.models import Sealed
from gongxin.personal.sealing import ROW, Content, Envelope
from tests.conftest import CLUSTER_HOME
from tests.fixtures.penalties import person, write_csv
from tests.fixtures.platform import Platform, tables

ENVELOPE = Envelope("item", "lost", ROW, datetime(2026, 11, 23, tzinfo=UTC), date(2029, 11, 23))
OWN = keys.Keys("one", b"k" * 32, b"b" * 32)


@pytest.fixture(scope="module")
def cluster() -> Database:
    """The private cluster as the platform opens it, whatever database the tests were given."""
    given = {name: os.environ[name] for name in ("PATH",)}
    return open_database(CLUSTER_HOME, env=given)


def entered(dsn: str) -> str:
    with psycopg.connect(dsn) as opened:
        row = opened.execute("SELECT current_user || '@' || current_database()").fetchone()
    return str(row and row[0])


def elsewhere(dsn: str, name: str) -> str:
    return dsn.replace("@/gongxin?", f"@/{name}?")


def test_only_its_own_role_enters(cluster):
    assert cluster.personal_dsn is not None
    assert entered(cluster.personal_dsn) == "gongxin_personal@gongxin_personal"


@pytest.mark.parametrize("which", ["dsn", "web_dsn"])
def test_the_roles_that_evaluate_and_that_serve_cannot_connect(cluster, which):
    dsn = getattr(cluster, which)
    assert entered(dsn).endswith("@gongxin")

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        entered(elsewhere(dsn, "gongxin_personal"))


def test_no_role_may_become_the_one_that_enters(cluster):
    with psycopg.connect(cluster.dsn) as opened, pytest.raises(psycopg.errors.Error):
        opened.execute("SET ROLE gongxin_personal")


@pytest.mark.django_db
def test_each_table_is_in_one_database():
    here = [name for name in tables() if name.startswith("personal_")]
    there = connections["personal"].introspection.table_names()

    assert here == []
    assert [n for n in there if not n.startswith(("personal_", "django_migrations"))] == []
    assert (router.db_for_read(Sealed), router.db_for_write(Grade)) == ("personal", "default")


@pytest.mark.django_db
def test_rows_of_a_batch_that_was_never_committed_do_not_stay(platform: Platform, tmp_path):
    """As after a process that died between the two commits."""
    sealing.seal([Content(("act", "who"), {"a": "b"})], ENVELOPE, OWN)
    assert [(row.batch, row.stands) for row in Sealed.objects.all()] == [("lost", False)]

    outcome = platform.take(write_csv(tmp_path / "a.csv", [person(1)]))

    assert [(row.batch, row.stands) for row in Sealed.objects.all()] == [(outcome.batch, True)]


@pytest.mark.django_db
def test_rows_of_a_batch_that_was_committed_stand_after_the_next(platform: Platform, tmp_path):
    outcome = platform.take(write_csv(tmp_path / "a.csv", [person(1)]))
    Sealed.objects.update(stands=False)

    persons.settle()

    assert [(row.batch, row.stands) for row in Sealed.objects.all()] == [(outcome.batch, True)]


@pytest.mark.django_db
def test_rows_of_an_older_version_are_moved_and_their_table_goes(platform: Platform, tmp_path):
    platform.take(write_csv(tmp_path / "a.csv", [person(1)]))
    (before,) = Sealed.objects.values()
    names = ", ".join(moving.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TABLE personal_sealed (blind_key text PRIMARY KEY, purpose text, item text,
               record_id text, batch text, ciphertext bytea, algorithm text, key_id text,
               sealed_at timestamptz, retain_until date)"""
        )
        places = ", ".join(["%s"] * len(moving.COLUMNS))
        cursor.execute(
            f"INSERT INTO personal_sealed ({names}) VALUES ({places})",
            [before[name] for name in moving.COLUMNS],
        )
    Sealed.objects.all().delete()

    persons.prepare(platform.home, platform.release)

    (after,) = Sealed.objects.values()
    assert after | {"ciphertext": b""} == before | {"ciphertext": b""}
    assert bytes(after["ciphertext"]) == bytes(before["ciphertext"])
    assert "personal_sealed" not in tables()


def test_the_served_role_is_the_one_that_was_tried(cluster):
    assert entered(str(cluster.web_dsn)).startswith(WEB_ROLE)
