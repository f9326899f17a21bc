"""What gongxin doctor says of the database of personal records (P1, ADR 0019)."""

from dataclasses import replace

from gongxin.cluster import Database, personal_doctor, serves_persons

ABSENT = "postgresql://gongxin_personal@/gongxin_personal?host=/nonexistent"


def test_one_whose_role_is_also_the_owner_of_the_rest_is_open_to_others(database: Database):
    found = personal_doctor(replace(database, personal_dsn=database.dsn, web_dsn=None))

    assert (found["answers"], found["role"]) == ("yes", "gongxin")
    assert "others may connect: gongxin" in found["wrong"]
    assert "rules the server or bypasses row security" in found["wrong"]


def test_one_that_is_away_does_not_answer(database: Database):
    found = personal_doctor(replace(database, personal_dsn=ABSENT))

    assert found == {"answers": "no", "role": "", "wrong": "it does not answer"}


def test_one_that_nobody_named_is_said_to_be_missing(database: Database):
    found = personal_doctor(replace(database, personal_dsn=None))

    assert found == {"answers": "no", "role": "", "wrong": "no database is named"}


def test_nobody_is_served_before_the_role_has_its_rights(database: Database):
    assert not serves_persons(replace(database, citizen_dsn=None))
    assert not serves_persons(replace(database, citizen_dsn=ABSENT))
    assert not serves_persons(replace(database, personal_dsn=database.dsn))
