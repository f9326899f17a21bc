"""The process for persons reaches nothing of organisations, and theirs nothing of persons (P1, P2).

The statements are those of somebody who found a way round the program.
"""

import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import get_resolver

from gongxin.accounts import client_queries
from gongxin.audit import actions as log
from gongxin.citizen import urls
from gongxin.cli import rights
from gongxin.cluster import CITIZEN_ROLE
from gongxin.core.audit import Deed
from gongxin.personal.models import Session
from gongxin.site import settings as site
from tests.citizen.conftest import ANNA, NOW, logged_in
from tests.desk.office import PASSWORD

pytestmark = pytest.mark.django_db
DENIED = "permission denied"


@contextmanager
def as_citizen():
    """Be the role as which persons are served, for the rest of a savepoint."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {CITIZEN_ROLE}")
        yield
        transaction.set_rollback(True)


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def granted(db: None) -> None:
    assert rights.apply()


def test_every_other_table_is_closed(granted):
    of_all = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
    of_columns = "SELECT, INSERT, UPDATE, REFERENCES"
    found = rows(
        f"""SELECT relname FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p', 'f')
        AND relnamespace = 'public'::regnamespace
        AND (has_table_privilege('{CITIZEN_ROLE}', oid, '{of_all}')
             OR has_any_column_privilege('{CITIZEN_ROLE}', oid, '{of_columns}'))"""
    )

    assert {name for (name,) in found} == set(rights.OF_CITIZENS)
    assert len(rights.tables()) > 60  # there was something to be closed


def test_it_may_become_no_other_role_and_owns_nothing(granted):
    become = rows(
        f"""SELECT rolname FROM pg_roles WHERE rolname <> '{CITIZEN_ROLE}'
        AND pg_has_role('{CITIZEN_ROLE}', oid, 'MEMBER')"""
    )
    may = rows(
        f"""SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles
        WHERE rolname = '{CITIZEN_ROLE}'"""
    )
    owned = rows(f"SELECT tablename FROM pg_tables WHERE tableowner = '{CITIZEN_ROLE}'")

    assert (become, may, owned) == ([], [(False,)], [])


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT client_secret FROM accounts_client",
        "SELECT token FROM oauth2_provider_accesstoken",
        "SELECT content FROM audit_row",
        "SELECT actor FROM audit_row",
        "UPDATE accounts_client SET disabled = false",
        "DELETE FROM oauth2_provider_accesstoken",
        "UPDATE audit_row SET actor = 'nobody'",
        "DELETE FROM audit_row",
        "INSERT INTO accounts_unit (uscc, name) VALUES ('a', 'b')",
    ],
)
def test_of_its_own_tables_it_has_no_more_than_it_needs(granted, statement):
    with as_citizen(), pytest.raises(ProgrammingError, match=DENIED):
        rows(statement)


def test_it_may_record_deeds_and_verify_clients(place, granted):
    with as_citizen():
        assert log.record(Deed(NOW, "person", "person.own", "")).startswith("sha256:")
        assert list(client_queries.for_persons()) == [f"client:{place.bank}"]
        assert client_queries.caller("nonsense", at=NOW) is None


def test_the_rights_stand_again_after_they_are_set_again(granted):
    assert rights.apply()
    with as_citizen():
        assert rows("SELECT count(uscc) FROM accounts_unit") == [(0,)]


def test_every_address_is_one_that_was_thought_of():
    """No address names a person by name or number; ``id_`` is a consent's, and one's own."""
    paths = sorted(str(one.pattern) for one in urls.PAGES) + sorted(
        str(one.pattern) for one in urls.API
    )

    assert paths == [
        *("", "consents", "consents/<str:id_>/withdraw", "consents/new", "entry", "leave"),
        *("never", "records", "^.*$", "persons/match", "persons/records"),
    ]


@pytest.mark.parametrize("path", ["search", "desk/", "s/1", "api/v1/checks", "metrics", "entry/x"])
def test_nothing_of_the_ordinary_site_answers_here(place, path):
    assert Client().get(f"/{path}").status_code == 404
    assert logged_in().get(f"/{path}").status_code == 404


def test_the_ordinary_site_has_none_of_these_addresses():
    named = {str(name) for name in get_resolver("gongxin.site.urls").reverse_dict}

    assert not any("citizen" in name for name in named)
    resolver = get_resolver("gongxin.site.urls")
    assert "citizen" not in resolver.namespace_dict
    assert "citizen-api" not in resolver.namespace_dict


def test_a_login_of_staff_is_nothing_here(place):
    """Neither the name of the cookie nor what is in it opens a person's page."""
    browser = Client()
    for name in ("session", "sessionid", "own", "__Host-session", "__Host-own"):
        browser.cookies[name] = "a" * 32

    assert browser.get("/records").headers["Location"] == "/"
    assert browser.post("/login", {"login": "wang", "password": PASSWORD}).status_code == 404
    assert Session.objects.count() == 0


def test_a_person_s_session_is_nothing_at_the_desk(place, settings):
    key = logged_in(ANNA).cookies["own"].value
    settings.ROOT_URLCONF, settings.MIDDLEWARE = site.ROOT_URLCONF, site.MIDDLEWARE
    settings.TEMPLATES, settings.LOCALE_PATHS = site.TEMPLATES, []
    settings.CSRF_COOKIE_NAME = site.CSRF_COOKIE_NAME
    browser = Client()
    browser.cookies[site.SESSION_COOKIE_NAME] = key

    answer = browser.get("/desk/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/login?next=/desk/")


def test_its_settings_name_no_room_of_organisations():
    """In a process of its own: what is imported when it starts, and what it is told."""
    script = (
        "import sys, gongxin.citizen.wsgi\n"
        "from django.conf import settings\n"
        "rooms = 'ledger derive check intake portal desk api exchange push opendata evidence'\n"
        "print([r for r in rooms.split() if f'gongxin.{r}' in sys.modules])\n"
        "print(sorted(settings.DATABASES), settings.ROOT_URLCONF)\n"
        "print(settings.DATABASES['default']['USER'], settings.DATABASES['personal']['USER'])\n"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "GONGXIN_HOME": "/nonexistent",
        "GONGXIN_DATABASE_URL": "postgresql://gongxin@/gongxin",
        "GONGXIN_CITIZEN_DATABASE_URL": "postgresql://gongxin_citizen@/gongxin",
        "GONGXIN_PERSONAL_DATABASE_URL": "postgresql://gongxin_personal@/gongxin_personal",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == [
        "[]",
        "['default', 'personal'] gongxin.citizen.urls",
        "gongxin_citizen gongxin_personal",
    ]
