from decimal import Decimal

import psycopg

from gongxin.cluster.chinese import check_chinese, chinese_trigram
from gongxin.cluster.database import Database, create_database, django_settings
from gongxin.cluster.inspection import doctor


def test_django_gets_every_part_of_a_url() -> None:
    url = "postgresql://credit:a%2Fb@db.example:6432/gongxin?sslmode=require"

    assert django_settings(url) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "gongxin",
        "USER": "credit",
        "PASSWORD": "a/b",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_the_password_is_not_in_the_repr() -> None:
    db = Database(
        dsn="postgresql://credit:s3cret@/x", origin="url", server_version="17.2", data_dir=None
    )

    assert "s3cret" not in repr(db)


def test_a_database_is_made_once_whatever_its_name(database: Database) -> None:
    name = f"{database.name} 盘锦-1"
    first = create_database(database, name)
    second = create_database(database, name)
    with psycopg.connect(first.dsn) as connection:
        reached = connection.info.dbname

    assert first == second
    assert first.name == reached == name


def test_two_chinese_names_share_three_of_seven_trigrams(database: Database) -> None:
    # 盘锦宏远 and 盘锦宏达 have five trigrams each, three in common: 3 / 7.
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        check_chinese(connection)

        assert chinese_trigram(connection) == Decimal("0.42857143")


def test_trigrams_are_found_in_another_schema(database: Database) -> None:
    elsewhere = create_database(database, f"{database.name}_schema")
    with psycopg.connect(elsewhere.dsn, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS extensions")
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions")

        assert chinese_trigram(connection) > 0


def test_the_doctor_names_what_matters(database: Database) -> None:
    facts = doctor(database)

    assert facts["encoding"] == "UTF8"
    assert facts["data_checksums"] == "on"
    assert facts["synchronous_commit"] == "on"
    assert facts["chinese_trigram"] == "0.42857143"
    assert facts["database"] == database.name
    assert int(facts["size_bytes"]) > 1_000_000
