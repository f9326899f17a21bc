"""What is not fit for production refuses to start, and says what, where and what to do: T26."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from django.core import checks

from gongxin.audit import signing
from gongxin.site import production
from gongxin.site.production import Facts, Unsafe
from gongxin.site.settings import Settings
from gongxin.site.state import DatabaseState

WELL = DatabaseState(
    rules_all=False,
    durable=True,
    letters=True,
    migrated=True,
    skew_seconds=5,
    unsealed_seconds=14400,
)
SECRET = "vV3x9_kLmQ2pZr8TtY6wUaS1dF4gHjK7lXcVbNmQwErTyUiOp0-AsDfGhJkLzXc"
DSN = {"HOST": "db.example.cn", "PASSWORD": "x", "OPTIONS": {"sslmode": "verify-full"}}
HOME = Path("/srv/gongxin")
KEYS = {"audit": 0o400, "personal": 0o400, "session": 0o600}
GOOD = Facts(
    mode="production",
    debug=False,
    secret_key=SECRET,
    allowed_hosts=("credit.example.cn",),
    secure_cookies=True,
    tracebacks=False,
    dsn=DSN,
    web=True,
    persons=True,
    database=WELL,
    home=HOME,
    home_mode=0o755,
    keys_mode=0o700,
    keys=KEYS,
    signs=True,
    release=True,
    witnesses=(Path("/mnt/archive"),),
    free=0.05,
)
BAD = {
    "mode": {"mode": "prod"},
    "debug": {"debug": True},
    "tracebacks": {"tracebacks": True},
    "session_key_missing": {"keys": {"audit": 0o400, "personal": 0o400}},
    "session_key_weak": {"secret_key": "short"},
    "hosts_any": {"allowed_hosts": ("credit.example.cn", "*")},
    "hosts_none": {"allowed_hosts": ("127.0.0.1", "localhost", "[::1]")},
    "cookies": {"secure_cookies": False},
    "database_password": {"dsn": DSN | {"PASSWORD": ""}},
    "database_tls": {"dsn": DSN | {"OPTIONS": {"sslmode": "prefer"}}},
    "database_away": {"database": None},
    "database_superuser": {"database": replace(WELL, rules_all=True)},
    "served_as_owner": {"web": False},
    "personal_open": {"persons": False},
    "database_durable": {"database": replace(WELL, durable=False)},
    "database_locale": {"database": replace(WELL, letters=False)},
    "migrations": {"database": replace(WELL, migrated=False)},
    "database_clock": {"database": replace(WELL, skew_seconds=5.1)},
    "unsealed": {"database": replace(WELL, unsealed_seconds=14401)},
    "release": {"release": False},
    "home_mode": {"home_mode": 0o775},
    "keys_folder": {"keys_mode": 0o750},
    "keys_files": {"keys": KEYS | {"personal": 0o440}},
    "audit_key": {"signs": False},
    "personal_key": {"keys": {"audit": 0o400, "session": 0o600}},
    "witnesses_none": {"witnesses": ()},
    "witnesses_inside": {"witnesses": (HOME / "archive",)},
    "disk": {"free": 0.049},
}
MORE = [
    ("session_key_weak", {"secret_key": "ab" * 40}),
    ("session_key_weak", {"secret_key": "django-insecure-" + SECRET}),
    ("hosts_any", {"allowed_hosts": (".example.cn",)}),
    ("hosts_none", {"allowed_hosts": ("",)}),
    ("database_tls", {"dsn": DSN | {"OPTIONS": {}}}),
    ("home_mode", {"home_mode": 0o757}),
    ("keys_folder", {"keys_mode": 0o701}),
]


def test_every_rule_has_its_case():
    assert [rule.finding.id for rule in production.RULES] == list(BAD)
    assert len(BAD) >= 25


def test_a_good_setting_starts():
    assert production.findings(GOOD) == ()
    production.refuse(GOOD)


@pytest.mark.parametrize(("name", "bad"), [*BAD.items(), *MORE])
def test_each_bad_setting_refuses_to_start(name, bad):
    facts = replace(GOOD, **bad)

    (found,) = production.findings(facts)
    assert found.id == name
    with pytest.raises(Unsafe) as refused:
        production.refuse(facts)
    for part in (found.what, found.where, found.todo):
        assert part in refused.value.message


def test_development_starts_with_everything_bad():
    bad = {name: value for change in BAD.values() for name, value in change.items()}

    production.refuse(replace(GOOD, **(bad | {"mode": "development"})))


@pytest.mark.parametrize(
    "dsn",
    [
        {"HOST": "/run/pg", "PASSWORD": "", "OPTIONS": {}},
        {"HOST": "", "PASSWORD": "", "OPTIONS": {}},
        {"HOST": "127.0.0.1", "PASSWORD": "x", "OPTIONS": {}},
    ],
    ids=["socket", "default socket", "own machine"],
)
def test_a_database_on_this_machine_needs_no_tls(dsn):
    assert production.findings(replace(GOOD, dsn=dsn)) == ()


def test_the_network_needs_a_password_on_this_machine_too():
    dsn = {"HOST": "127.0.0.1", "PASSWORD": "", "OPTIONS": {}}

    (found,) = production.findings(replace(GOOD, dsn=dsn))
    assert found.id == "database_password"


@pytest.mark.django_db
def test_facts_are_read_from_what_is_there(settings, tmp_path):
    (tmp_path / "keys").mkdir(mode=0o750)
    signing.make(tmp_path, "example")
    (tmp_path / "keys/session").write_text("x")
    (tmp_path / "keys/session").chmod(0o644)
    settings.GONGXIN = Settings.read(
        {
            "GONGXIN_HOME": str(tmp_path),
            "GONGXIN_MODE": "production",
            "GONGXIN_WITNESSES": "/mnt/a:/mnt/b",
        }
    )
    settings.AUDIT_WITNESSES = settings.GONGXIN.witnesses

    facts = production.read()

    assert (facts.mode, facts.signs, facts.release) == ("production", True, False)
    assert dict(facts.keys) == {"audit": 0o400, "session": 0o644}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == facts.keys_mode
    assert facts.witnesses == (Path("/mnt/a"), Path("/mnt/b"))
    state = facts.database
    assert state is not None
    assert (state.rules_all, state.durable, state.letters, state.migrated) == (
        False,
        True,
        True,
        True,
    )
    assert 0 < facts.free < 1


@pytest.mark.django_db
def test_the_checks_of_django_list_them_when_asked_for():
    found = checks.run_checks(tags=["production"], include_deployment_checks=True)

    assert {"gongxin.cookies", "gongxin.witnesses_none"} <= {one.id for one in found}
    assert all(one.msg and one.hint and one.obj for one in found)
    assert "gongxin.cookies" not in {one.id for one in checks.run_checks()}


@pytest.mark.parametrize(
    ("web", "apart"),
    [
        ("", False),
        ("postgresql://owner:x@/gongxin", False),
        ("postgresql:///gongxin", False),
        ("postgresql://gongxin_web:y@/gongxin", True),
    ],
)
@pytest.mark.django_db
def test_the_role_that_serves_is_another_than_the_owner(settings, tmp_path, web, apart):
    settings.GONGXIN = Settings.read(
        {
            "GONGXIN_HOME": str(tmp_path),
            "GONGXIN_DATABASE_URL": "postgresql://owner:x@/gongxin",
            "GONGXIN_WEB_DATABASE_URL": web,
        }
    )

    assert production.read().web is apart
