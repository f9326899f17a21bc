"""gongxin audit: sealing, checking, proving and verifying as an operator does."""

import json

import pytest
from django.db import transaction

from gongxin.accounts import actions as accounts
from gongxin.accounts import logins
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.policy import Role
from gongxin.audit import actions, signing
from gongxin.audit.models import Row, SignedHead
from gongxin.cli import audit as audit_commands
from gongxin.cli import clock
from gongxin.core.audit import By
from tests.audit.conftest import deed
from tests.audit.ruler import as_ruler
from tests.derive import town as t

pytestmark = pytest.mark.django_db
PASSWORD = "一百零八将-梁山-2026"


REAL = clock.now  # a witness has a clock of its own, and no test may set it


@pytest.fixture
def recorded(inhabited, monkeypatch):
    """Three deeds of this minute, not sealed yet."""
    monkeypatch.setattr(clock, "now", REAL)
    signing.make(inhabited.home, "gongxin/demo")
    with transaction.atomic():
        for number in range(3):
            actions.record(deed(number, at=clock.now()))
    return inhabited


def test_what_is_sealed_is_whole(gongxin, recorded, tmp_path):
    witness = tmp_path / "archive"

    assert gongxin("audit", "seal", "--witness", witness).out == "sealed 3 deeds\n"
    said = gongxin("audit", "fsck", "--witness", witness)

    assert said.code == 0
    assert said.out == "3 sealed rows, 1 heads, 1 witnesses, 0 rows not sealed yet, 0 faults\n"


def test_a_witness_that_is_away_is_said_and_the_rest_is_done(gongxin, recorded, tmp_path):
    (tmp_path / "file").write_text("no folder")

    said = gongxin("audit", "seal", "--witness", tmp_path / "file/archive")

    assert (said.code, said.out) == (3, "sealed 3 deeds\n")
    assert said.err == "witness archive is away (Not a directory)\n"


def test_the_witnesses_of_the_settings_are_used(gongxin, recorded, tmp_path, settings):
    settings.AUDIT_WITNESSES = (tmp_path / "archive",)

    gongxin("audit", "seal")

    assert gongxin("audit", "fsck", "--json").document["witnesses"] == 1
    assert (tmp_path / "archive/notes").stat().st_size > 0


def test_who_looked_is_told_without_names(gongxin, recorded):
    said = gongxin("audit", "looks", "91211100MA000001XX")
    found = gongxin("audit", "looks", "91211100MA000001XX", "--json").document

    assert said.out.endswith("tendering  案〔＊＊＊＊＊＊＊\n1 looks since " + said.out[-11:])
    assert [set(look) for look in found] == [{"at", "unit", "purpose", "matter", "case"}]
    assert "示例局" not in said.out + str(found)


def test_a_day_that_is_none_is_wrong_use(gongxin, recorded):
    assert gongxin("audit", "looks", "91211100MA000001XX", "--since", "gestern").code == 2


def test_a_fault_names_its_row_and_ends_with_one(gongxin, recorded):
    gongxin("audit", "seal")
    row = Row.objects.first().id
    as_ruler(f"UPDATE audit_row SET content = NULL, salt = NULL WHERE id = {row}")

    said = gongxin("audit", "fsck")
    report = gongxin("audit", "fsck", "--json").document

    assert said.code == 1
    assert said.out.startswith(f"row {row}: the row was erased, and no row says by whom\n")
    assert [fault["row"] for fault in report["faults"]] == [row]


def test_a_witness_that_saw_another_log_is_one_message(gongxin, recorded, tmp_path):
    gongxin("audit", "seal", "--witness", tmp_path / "archive")
    other = tmp_path / "other"
    other.mkdir()
    signing.make(other, "gongxin/demo")
    public = signing.read(other).verifier.text()
    (tmp_path / "archive/key").write_text(public + "\n", "utf-8")

    said = gongxin("audit", "fsck", "--witness", tmp_path / "archive")

    assert said.code == 1
    assert "archive: no note that gongxin/demo signed" in said.out


def test_a_proof_is_checked_with_the_public_key_alone(gongxin, recorded, tmp_path, monkeypatch):
    gongxin("audit", "seal")
    row = Row.objects.order_by("id")[1].id
    proof = tmp_path / "proof.json"
    proof.write_text(gongxin("audit", "prove", row).out, "utf-8")
    monkeypatch.setenv("GONGXIN_HOME", str(tmp_path / "nowhere"))

    said = gongxin("audit", "verify", proof, "--key", recorded.home / "keys/audit.pub")

    assert said.code == 0
    assert "object: 91211100MA000001XX\n" in said.out
    at = SignedHead.objects.get().at.isoformat()
    ends = f"stands in the log gongxin/demo of 3 deeds, as its key signed it at {at}\n"
    assert said.out.endswith(ends)


@pytest.mark.parametrize("name", ["content", "salt", "index", "path", "note"])
def test_a_proof_that_was_changed_proves_nothing(gongxin, recorded, tmp_path, name):
    gongxin("audit", "seal")
    document = gongxin("audit", "prove", Row.objects.order_by("id")[1].id).document
    other = gongxin("audit", "prove", Row.objects.order_by("id")[0].id).document
    changed = other[name] if name != "note" else document["note"].replace("\n3\n", "\n4\n")
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(document | {name: changed}), "utf-8")

    said = gongxin("audit", "verify", proof, "--key", recorded.home / "keys/audit.pub")

    assert (said.code, said.out) == (1, "")
    assert "audit.bad_proof" in said.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"path": 1}', "no json"])
def test_a_file_that_is_no_proof_is_one_message(gongxin, recorded, tmp_path, text):
    proof = tmp_path / "proof.json"
    proof.write_text(text, "utf-8")

    said = gongxin("audit", "verify", proof, "--key", recorded.home / "keys/audit.pub")

    assert said.code in {1, 2}
    assert len(said.err.strip().splitlines()) == 1


def test_what_is_not_sealed_has_no_proof_yet(gongxin, recorded):
    said = gongxin("audit", "prove", Row.objects.first().id)

    assert said.code == 1
    assert "not sealed yet" in said.err


@pytest.fixture
def auditor(recorded, settings):
    """An auditor with a password, and a reporter with the same."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    by = By("operator:示例", t.RECEIVED)
    for login, role in (("audit", Role.AUDITOR), ("wang", Role.REPORTER)):
        made = accounts.add_staff(Person(login, f"示例{login}", login, t.MARKET), by=by)
        logins.set_password(made, PASSWORD, at=by.at)
        accounts.grant_role(login, role, t.MARKET, Term(t.TODAY), by=by)
    return "audit"


def erase(gongxin, row: int, second: str, basis: str = "个人信息保护法第四十七条"):
    return gongxin("audit", "erase", row, "--basis", basis, "--second", second)


def test_a_row_is_erased_by_two_and_the_rest_is_whole(gongxin, auditor, monkeypatch):
    monkeypatch.setattr(audit_commands, "_typed", lambda login: PASSWORD)
    gongxin("audit", "seal")
    row = Row.objects.order_by("id").first().id

    said = erase(gongxin, row, auditor)
    gongxin("audit", "seal")

    assert (said.code, said.out.startswith(f"row {row} is erased")) == (0, True)
    assert Row.objects.get(id=row).content is None
    told = json.loads(bytes(Row.objects.get(action="audit.erase").content))
    assert told["actor"].startswith("operator:")
    assert told["details"] == {"basis": "个人信息保护法第四十七条", "second": "staff:audit"}
    assert gongxin("audit", "fsck").code == 0


@pytest.mark.parametrize(
    "given",
    [
        ("audit", "another", "基础"),
        ("wang", PASSWORD, "基础"),
        ("nobody", PASSWORD, "基础"),
        ("audit", PASSWORD, " "),
    ],
    ids=["wrong password", "no auditor", "nobody", "no basis"],
)
def test_nothing_is_erased_without_a_second_person_and_a_basis(
    gongxin, auditor, monkeypatch, given
):
    second, password, basis = given
    monkeypatch.setattr(audit_commands, "_typed", lambda login: password)
    gongxin("audit", "seal")
    row = Row.objects.order_by("id").first().id

    said = erase(gongxin, row, second, basis)

    assert said.code == 1
    assert Row.objects.get(id=row).content is not None
    assert not Row.objects.filter(action="audit.erase").exists()


def test_the_password_of_the_second_person_is_typed_on_a_terminal(gongxin, auditor):
    assert erase(gongxin, 1, auditor).code == 2
