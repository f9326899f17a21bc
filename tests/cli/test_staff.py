"""gongxin staff and role: how the first administrators come to be."""

import getpass
import sys

import pytest

from gongxin.accounts.models import Assignment, Staff
from gongxin.audit.models import Row
from gongxin.cli import staff as staff_commands
from tests.derive import town as t
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import contents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inhabited")]
PERSON = ("--name", "示例孙", "--staff-no", "007", "--unit", t.MARKET)


class Terminal:
    """A terminal on which a person types."""

    def isatty(self) -> bool:
        return True


def type_in(monkeypatch, *passwords: str) -> None:
    answers = iter(passwords)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))


def test_a_link_sets_the_first_password(gongxin, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    said = gongxin("staff", "add", "sun", *PERSON, "--link")
    link = said.out.splitlines()[-1]

    assert said.code == 0
    assert link.startswith("/desk/start/")
    assert not Staff.objects.get().has_usable_password()
    assert Row.objects.filter(action="add-account", object="staff:sun").count() == 1


def test_without_a_terminal_no_password_is_asked_for(gongxin):
    before = contents()

    said = gongxin("staff", "add", "sun", *PERSON)

    assert (said.code, "--link" in said.err) == (2, True)
    assert contents() == before


def test_no_command_takes_a_password_as_an_argument(gongxin):
    said = gongxin("staff", "add", "--help")

    assert "--password" not in said.out


def test_the_three_administrators_are_granted_and_apart(gongxin):
    gongxin("staff", "add", "sun", *PERSON, "--link")

    granted = gongxin("role", "grant", "sun", "security-admin", "--unit", t.MARKET)
    refused = gongxin("role", "grant", "sun", "auditor", "--unit", t.MARKET)
    unknown = gongxin("role", "grant", "sun", "king", "--unit", t.MARKET)

    assert granted.code == 0
    assert (refused.code, "accounts.duties_apart" in refused.err) == (1, True)
    assert unknown.code == 2
    assert list(Assignment.objects.values_list("role", flat=True)) == ["security-admin"]


def test_a_role_is_ended_and_an_account_closed(gongxin):
    gongxin("staff", "add", "sun", *PERSON, "--link")
    gongxin("role", "grant", "sun", "security-admin", "--unit", t.MARKET)
    number = Assignment.objects.get().pk

    listed = gongxin("role", "list", "--json").document
    ended = gongxin("role", "end", number)
    closed = gongxin("staff", "disable", "sun")

    assert listed[0]["roles"][0]["role"] == "security-admin"
    assert (ended.code, closed.code) == (0, 0)
    assert gongxin("role", "list", "--json").document == []
    shown = gongxin("staff", "list").out.split()
    assert shown == ["sun", "示例孙", "007", t.MARKET_NAME, "closed"]


def test_an_administrators_account_is_renewed_here(gongxin):
    gongxin("staff", "add", "sun", *PERSON, "--link")
    gongxin("role", "grant", "sun", "security-admin", "--unit", t.MARKET)

    said = gongxin("staff", "renew", "sun")

    assert said.code == 0
    assert "/desk/start/" in said.out


def test_linking_needs_an_identity_service(gongxin):
    gongxin("staff", "add", "sun", *PERSON, "--link")

    said = gongxin("staff", "link", "sun", "--subject", "s-1")

    assert (said.code, "GONGXIN_SSO_ISSUER" in said.err) == (1, True)


def test_a_persons_number_is_refused_and_not_repeated(gongxin):
    number = resident_number(1)
    before = contents()

    said = gongxin("staff", "add", number, *PERSON, "--link")

    assert said.code == 1
    assert number not in said.out + said.err
    assert contents() == before


LONG = "一个够长的-密码-2026"


def test_a_password_is_typed_twice_on_a_terminal(monkeypatch):
    type_in(monkeypatch, LONG, LONG)
    monkeypatch.setattr(sys, "stdin", Terminal())

    assert staff_commands._asked("sun", "示例孙", "007") == LONG


@pytest.mark.parametrize("typed", [(LONG, LONG + "x"), ("short", "short"), ("示例孙" * 4,) * 2])
def test_a_weak_or_mistyped_password_is_refused(typed, monkeypatch):
    type_in(monkeypatch, *typed)
    monkeypatch.setattr(sys, "stdin", Terminal())

    with pytest.raises(staff_commands.WeakPassword):
        staff_commands._asked("sun", "示例孙", "007")
