"""Wrong use and hostile input: one clear message, a code that is not zero, never a traceback."""

import os
from pathlib import Path

import pytest

from gongxin import law
from gongxin.core.errors import CreditError
from gongxin.ledger.models import Entry
from tests.derive import town as t

pytestmark = pytest.mark.django_db
DAY = "write the day as 2026-05-04"
CHECKED = ["--matter", "bidding", "--purpose", "admission"]
UNITED = ["--unit", t.MARKET]

# Arguments with {home} for the platform's folder, the code, and what the message says.
NEEDS_A_PLATFORM = {
    "no such file": (["intake", "{home}/none.csv", *UNITED], 1, "none.csv: cannot be read"),
    "a folder as file": (["intake", "{home}", *UNITED], 1, "cannot be read (Is a directory)"),
    "an empty file": (["intake", "{home}/empty.csv", *UNITED], 1, "the file is empty"),
    "a picture": (["intake", "{home}/picture.csv", *UNITED], 1, "picture"),
    "not text": (["intake", "{home}/noise.csv", *UNITED], 1, "neither UTF-8"),
    "a header only of noise": (["intake", "{home}/odd.csv", *UNITED], 1, "odd.csv"),
    "an unknown unit": (["intake", "{home}/good.csv", "--unit", "X"], 2, "unknown unit X"),
    "a person as unit": (
        ["intake", "{home}/good.csv", "--unit", t.RESIDENT_ID],
        2,
        "unknown unit 〔…〕",
    ),
    "an unknown type": (
        ["intake", "{home}/good.csv", *UNITED, "--type", "gossip"],
        1,
        "unknown type gossip; known: abnormal-operation-list",
    ),
    "an unknown profile": (
        ["intake", "{home}/good.csv", *UNITED, "--profile", "gossip"],
        1,
        "unknown profile gossip; known: catalog",
    ),
    "a profile that has no such type": (
        ["intake", "{home}/good.csv", *UNITED, "--type", "honour", "--profile", "double-publicity"],
        1,
        "does not map honour",
    ),
    "a prohibited column": (["intake", "{home}/faith.csv", *UNITED], 1, "may not be collected"),
    "a missing column": (
        ["intake", "{home}/short.csv", *UNITED],
        1,
        "required columns are missing",
    ),
    "a bad day": (["evaluate", "--as-of", "2026-13-01"], 2, DAY),
    "no day": (["evaluate", "--as-of", "today"], 2, DAY),
    "a day of an archive": (["subject", "show", t.FINED[0], "--as-of", "x"], 2, DAY),
    "a day of an explanation": (["explain", t.FINED[0], "--as-of", "1"], 2, DAY),
    "an unknown organisation": (["subject", "show", t.ABSENT[0]], 1, "nothing is known of 91"),
    "nothing to explain": (["explain", t.ABSENT[0]], 1, "nothing is known of 91"),
    "an unknown matter": (
        ["check", t.FINED[0], "--matter", "hiring", "--purpose", "admission"],
        2,
        "unknown matter hiring; known: bidding (招标投标)",
    ),
    "an unknown purpose": (
        ["check", t.FINED[0], "--matter", "bidding", "--purpose", "curiosity"],
        2,
        "unknown purpose curiosity; known: admission (办理审批事项)",
    ),
    "no code": (["check", "", *CHECKED], 2, "not a valid unified social credit code"),
    "a sole trader": (["check", t.TRADER[0], *CHECKED], 2, "sole trader"),
}


@pytest.fixture
def files(inhabited):
    home = inhabited.home
    (home / "empty.csv").write_bytes(b"")
    (home / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (home / "noise.csv").write_bytes(b"a,b\n\xff\xfe\xfd\x80,\x81\n" * 5)
    (home / "odd.csv").write_text("a,b,c\n1,2,3\n", "utf-8")
    t.write(home / "good.csv", [t.penalty(t.FINED, 50)])
    t.write(home / "faith.csv", [t.penalty(t.FINED, 51, 宗教信仰="无")])
    t.write(home / "short.csv", [{k: v for k, v in t.penalty(t.FINED).items() if k != "CF_SY"}])
    return home


@pytest.mark.parametrize("as_json", [False, True], ids=["plain", "json"])
@pytest.mark.parametrize("case", NEEDS_A_PLATFORM)
def test_wrong_use_of_a_platform(gongxin, files, case, as_json):
    arguments, code, message = NEEDS_A_PLATFORM[case]
    before = Entry.objects.count()

    said = gongxin(*(a.replace("{home}", str(files)) for a in arguments), *["--json"] * as_json)

    assert (said.code, said.out) == (code, "")
    assert message in said.err
    assert "Traceback" not in said.err
    assert "unexpected" not in said.err
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    "command", [["subject", "show"], ["explain"], ["check", *CHECKED]], ids=lambda c: c[0]
)
@pytest.mark.parametrize("number", [t.RESIDENT_ID, t.OLD_RESIDENT_ID, t.MOBILE])
def test_no_message_repeats_a_persons_number(gongxin, inhabited, command, number):
    said = gongxin(*command, number)

    assert said.code != 0
    assert number not in said.err + said.out


USAGE = {
    "no command": ([], "Usage"),
    "an unknown command": (["gossip"], "No such command 'gossip'"),
    "no unit": (["intake", "x.csv"], "Missing option '--unit'"),
    "no file": (["intake", "--unit", t.MARKET], "Missing argument"),
    "no pack": (["init"], "Missing option '--pack'"),
    "an unknown option": (["evaluate", "--fast"], "No such option"),
    "no matter": (["check", t.FINED[0], "--purpose", "admission"], "Missing option '--matter'"),
    "no purpose": (["check", t.FINED[0], "--matter", "bidding"], "Missing option '--purpose'"),
    "no port": (["serve", "--port", "99999"], "less than or equal to 65535"),
    "too small a world": (["demo", "--organisations", "3"], "greater than or equal to 10"),
    "not a number": (["demo", "--organisations", "many"], "a valid integer"),
}


@pytest.mark.parametrize("case", USAGE)
def test_wrong_usage_ends_with_two(gongxin, nowhere, case):
    arguments, message = USAGE[case]

    said = gongxin(*arguments)

    assert said.code == 2
    assert message in said.err + said.out
    assert "Traceback" not in said.err
    assert list(nowhere.iterdir()) == []


NO_PLATFORM = [
    ["evaluate"],
    ["doctor"],
    ["serve"],
    ["explain", t.FINED[0]],
    ["subject", "show", t.FINED[0]],
    ["check", t.FINED[0], *CHECKED],
    ["intake", "x.csv", *UNITED],
]


@pytest.mark.parametrize("arguments", NO_PLATFORM, ids=lambda a: a[0])
def test_without_a_platform_the_user_is_told_to_make_one(gongxin, nowhere, arguments):
    said = gongxin(*arguments)

    assert (said.code, said.out) == (1, "")
    assert "there is no platform in" in said.err
    assert "run gongxin init --pack NAME" in said.err
    assert list(nowhere.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"place": 1}', "\x00", '{"a":' * 2000], ids=range(6)
)
def test_a_broken_release_is_named(gongxin, inhabited, text):
    (inhabited.home / law.active.__globals__["FILE"]).write_text(text, "utf-8")
    try:
        said = gongxin("explain", t.FINED[0], "--json")
    finally:
        law.store(inhabited.home, inhabited.release)

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error law.bad_pack: ")
    assert "release.json:1" in said.err
    assert "unexpected" not in said.err


def test_a_release_changed_by_hand_is_refused(gongxin, inhabited):
    path = inhabited.home / "release.json"
    path.write_text(
        inhabited.release.text.replace('"base": "1000000"', '"base":  "1000000"'), "utf-8"
    )
    try:
        said = gongxin("evaluate")
    finally:
        law.store(inhabited.home, inhabited.release)

    assert said.code == 1
    assert "changed after it was compiled" in said.err


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/none", "nonsense"], ids=["dead", "nonsense"]
)
@pytest.mark.parametrize("command", [["evaluate"], ["doctor"]], ids=lambda c: c[0])
def test_a_database_that_is_gone_is_named(gongxin, inhabited, monkeypatch, command, url):
    monkeypatch.setenv("GONGXIN_DATABASE_URL", url)

    said = gongxin(*command, "--json")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error cluster.unreachable: ")


def test_a_platform_without_its_tables_is_named(gongxin, inhabited):
    from django.db import connection  # noqa: PLC0415 - only here

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_unit RENAME TO elsewhere")
    t.write(inhabited.home / "good.csv", [t.penalty(t.FINED, 60)])

    said = gongxin("intake", inhabited.home / "good.csv", *UNITED, "--json")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error platform.database: the database cannot be used (relation")
    assert len(said.err.splitlines()) == 1


def test_a_platform_without_its_keys_is_named(gongxin, inhabited):
    key = inhabited.home / "keys/personal"
    content = key.read_bytes()
    key.unlink()
    t.write(inhabited.home / "good.csv", [t.penalty(t.FINED, 61)])
    before = Entry.objects.count()
    try:
        said = gongxin("intake", inhabited.home / "good.csv", *UNITED, "--json")
    finally:
        key.write_bytes(content)

    assert (said.code, said.out) == (1, "")
    assert "keys/personal: No such file or directory" in said.err
    assert Entry.objects.count() == before


@pytest.mark.parametrize("home", ["/dev/null/home", "{file}"])
def test_a_home_that_is_no_folder_is_named(gongxin, packs, nowhere, monkeypatch, home):
    file = nowhere / "file"
    file.write_text("x", "utf-8")
    monkeypatch.setenv("GONGXIN_HOME", home.replace("{file}", str(file)))

    said = gongxin("init", "--pack", "town")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("error platform.files: ")


@pytest.mark.parametrize(
    ("command", "day"),
    [
        (["evaluate"], "1900-01-01"),
        (["evaluate"], "2199-12-31"),
        (["explain", t.FINED[0]], "2199-12-31"),
    ],
)
def test_the_first_and_the_last_day_there_is_are_days(gongxin, inhabited, command, day):
    said = gongxin(*command, "--as-of", day, "--json")

    assert said.code == 0
    assert said.document["as_of"] == day


@pytest.mark.parametrize("day", ["1899-12-31", "0001-01-01", "2200-01-01", "9999-12-31"])
def test_a_day_that_no_term_reaches_is_refused(gongxin, inhabited, day):
    said = gongxin("evaluate", "--as-of", day, "--json")

    assert (said.code, said.out) == (2, "")
    assert said.err == f"--as-of {day}: give a day from 1900-01-01 to 2199-12-31\n"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xfd", b""], ids=["none", "binary", "empty"])
def test_codes_that_cannot_be_read(gongxin, nowhere, content):
    file = nowhere / "codes"
    if content is not None:
        file.write_bytes(content)

    said = gongxin("uscc", file, "--json")

    assert (said.code, said.out) == ((0, "[]\n") if content == b"" else (2, ""))
    assert content == b"" or "cannot be read" in said.err


def test_an_unforeseen_fault_is_one_line(gongxin, inhabited, monkeypatch):
    def burst(*_: object, **__: object) -> None:
        message = "burst pipe"
        raise ValueError(message)

    monkeypatch.delenv("GONGXIN_DEBUG", raising=False)
    monkeypatch.setattr("gongxin.cli.platform.connect", burst)

    said = gongxin("evaluate", "--json")

    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "error: an unexpected fault (ValueError: burst pipe); set GONGXIN_DEBUG=1 to see where\n"
    )


def test_an_unforeseen_fault_may_be_looked_at(gongxin, monkeypatch):
    def burst(*_: object, **__: object) -> None:
        message = "burst pipe"
        raise ValueError(message)

    monkeypatch.setenv("GONGXIN_DEBUG", "1")
    monkeypatch.setattr("gongxin.cli.platform.connect", burst)

    with pytest.raises(ValueError, match="burst pipe"):
        gongxin("evaluate")


def test_an_error_outside_a_command_is_one_line_too(gongxin, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        message = "no"
        raise CreditError(message)

    monkeypatch.setattr("gongxin.cli.packs._folders", refuse)

    assert gongxin("pack", "lint").err == "error error: no\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_an_unreadable_file(gongxin, inhabited):
    path = Path(t.write(inhabited.home / "secret.csv", [t.penalty(t.FINED, 70)]))
    path.chmod(0)

    said = gongxin("intake", path, *UNITED, "--json")

    assert (said.code, said.out) == (1, "")
    assert "secret.csv: cannot be read (Permission denied)" in said.err
