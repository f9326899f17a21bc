"""Checks over the API: facts and law, never a verdict; permitted, counted and audited."""

import json
from dataclasses import asdict

import pytest

from gongxin.accounts.clients import Client
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.documents import is_signed, signer
from tests.api.conftest import ASKED, Api, deeds, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def kind(answer) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == PROBLEM
    return answer.status_code, answer.json()["type"].removeprefix("/api/v1/problems/")


def test_a_check_says_what_the_archive_says(checker, platform):
    answer = checker.check(t.FINED[0])

    assert answer.status_code == 200
    found = answer.json()
    question = Question(t.FINED[0], "bidding", "admission", t.TODAY, t.RECEIVED)
    told = asdict(check(question, platform.release))
    assert set(found) == {*told, "signature"}
    assert (found["uscc"], found["name"], found["status"]) == (*t.FINED, "facts")
    assert [f["record_id"] for f in found["facts"]] == [f["record_id"] for f in told["facts"]]
    assert (found["not_shown"], found["coverage"]) == (told["not_shown"], "partial")
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_is_not_known_is_neutral(checker):
    found = checker.check(t.ABSENT[0]).json()

    assert (found["status"], found["facts"], found["measures"]) == ("neutral", [], [])


def test_a_check_is_one_row_of_the_audit_log(checker):
    number = checker.check(t.FINED[0], officer="0417").json()["check_no"]

    (deed,) = deeds()
    client = Client.objects.get()
    assert deed["actor"] == f"client:{client.client_id}#0417"
    assert (deed["object"], deed["matter"], deed["purpose"]) == (t.FINED[0], "bidding", "admission")
    assert (deed["case_no"], deed["decision"]) == (ASKED["case_no"], "allow")
    assert deed["details"]["check_no"] == number


@pytest.mark.parametrize(
    ("code", "changes", "refused_as"),
    [
        (t.RESIDENT_ID, {}, "check-person"),
        (t.FINED[0][:17] + "0", {}, "check-no-code"),
        (t.TRADER[0], {}, "check-one-person"),
        (t.OWNED[0], {}, "check-one-person"),
        (t.code(11, "81"), {}, "check-archive-only"),
        (t.FINED[0], {"matter": "marriage"}, "check-unknown-matter"),
        (t.FINED[0], {"purpose": "curiosity"}, "check-unknown-purpose"),
    ],
)
def test_a_refusal_has_a_type_of_its_own_and_repeats_nothing(checker, code, changes, refused_as):
    answer = checker.check(code, **changes)

    assert kind(answer) == (422, refused_as)
    told = answer.content.decode()
    assert not any(text in told for text in (code, *changes.values()))
    (deed,) = deeds()
    assert (deed["decision"], "check_no" in deed["details"]) == ("deny", False)
    assert t.RESIDENT_ID not in str(deed)


@pytest.mark.parametrize("member", ["uscc", "matter", "purpose", "case_no"])
def test_every_check_has_organisation_matter_purpose_and_case(checker, member):
    body = {name: text for name, text in (ASKED | {"uscc": t.FINED[0]}).items() if name != member}

    answer = checker.post("/checks", body)

    assert kind(answer) == (422, "invalid")
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (f"/body/{member}", "missing")
    assert deeds() == []


@pytest.mark.parametrize("member", ["matter", "purpose", "case_no", "officer"])
@pytest.mark.parametrize("number", [t.RESIDENT_ID, t.MOBILE])
def test_a_persons_number_anywhere_is_refused_and_not_repeated(checker, member, number):
    answer = checker.check(t.FINED[0], **{member: number})

    assert kind(answer) == (422, "invalid")
    assert number not in answer.content.decode()
    assert answer.json()["errors"][0]["code"] == "person_number"
    assert deeds() == []


def test_a_purpose_outside_the_clients_limits_is_denied_and_recorded(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(purposes=("award",))))

    answer = api.check(t.FINED[0])

    assert kind(answer) == (403, "not-allowed")
    assert answer.json()["reason"] == "not_in_scope"
    (deed,) = deeds()
    assert (deed["decision"], deed["reason"], deed["object"]) == (
        "deny",
        "not_in_scope",
        t.FINED[0],
    )


def test_a_matter_by_its_chinese_name_slips_past_no_limit(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(matters=("bidding",))))

    assert kind(api.check(t.FINED[0], matter="招标投标"))[0] == 422
    assert kind(api.check(t.FINED[0], matter="tax"))[0] == 403


def test_changed_limits_act_on_the_next_call(checker):
    assert checker.check(t.FINED[0]).status_code == 200

    Client.objects.update(matters=["procurement"])

    assert kind(checker.check(t.FINED[0])) == (403, "not-allowed")


def test_a_changed_role_acts_on_the_next_call(checker):
    Client.objects.update(roles=["reporter"])

    answer = checker.check(t.FINED[0])

    assert (kind(answer), answer.json()["reason"]) == ((403, "not-allowed"), "no_role")


def test_without_a_token_nobody_asks(platform, anybody):
    answer = anybody.check(t.FINED[0])

    assert kind(answer) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert deeds() == []


def test_a_token_without_the_scope_is_not_enough(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(), scope="changes"))

    answer = api.check(t.FINED[0])

    assert kind(answer) == (403, "insufficient-scope")
    assert 'scope="check"' in answer.headers["WWW-Authenticate"]
    assert deeds() == []


def test_the_days_quota_counts_organisations(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=3)))
    batch = ASKED | {"organisations": [t.FINED[0], t.QUIET[0]]}

    assert api.check(t.FINED[0]).status_code == 200
    assert api.post("/checks:batch", batch).status_code == 200
    answer = api.check(t.FINED[0])

    assert kind(answer) == (429, "quota")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_401
    assert len(deeds()) == 3


def test_a_batch_that_the_quota_does_not_hold_asks_nothing(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=1)))

    answer = api.post("/checks:batch", ASKED | {"organisations": [t.FINED[0], t.QUIET[0]]})

    assert kind(answer) == (429, "quota")
    assert deeds() == []
    assert api.check(t.FINED[0]).status_code == 200


def test_each_row_of_a_batch_is_answered_or_refused_by_itself(checker):
    codes = [t.FINED[0], t.RESIDENT_ID, t.TRADER[0], t.ABSENT[0]]

    answer = checker.post("/checks:batch", ASKED | {"organisations": codes})

    assert answer.status_code == 200
    rows = answer.json()["items"]
    assert [row["row"] for row in rows] == [0, 1, 2, 3]
    assert [row["answer"]["status"] if row["answer"] else None for row in rows] == [
        "facts",
        None,
        None,
        "neutral",
    ]
    assert [
        row["problem"]["type"].rpartition("/")[2] if row["problem"] else "" for row in rows
    ] == [
        "",
        "check-person",
        "check-one-person",
        "",
    ]
    assert t.RESIDENT_ID not in answer.content.decode()
    assert [deed["object"] for deed in deeds()] == [t.FINED[0], "", "", t.ABSENT[0]]


@pytest.mark.parametrize("n", [0, 1_001])
def test_a_batch_has_one_to_a_thousand_organisations(checker, n):
    answer = checker.post("/checks:batch", ASKED | {"organisations": [t.FINED[0]] * n})

    assert kind(answer) == (422, "invalid")
    assert deeds() == []


def test_an_answer_is_signed_as_canonical_json(checker, platform):
    found = checker.check(t.LISTED[0], matter="procurement").json()
    line = found.pop("signature")
    content = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    key = signer(platform.home).verifier
    assert is_signed(content, line, key)
    assert not is_signed(content.replace("procurement", "bidding"), line, key)


def test_what_is_answered_again_is_not_counted_again(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=1)))

    first, again = (api.check(t.FINED[0], key="k") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert kind(api.check(t.FINED[0])) == (429, "quota")


def test_a_failure_gives_back_what_was_counted(platform, anybody, register, monkeypatch):
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=1)))

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("gongxin.api.asking.check_within", fails)
        assert api.check(t.FINED[0]).status_code == 500

    assert api.check(t.FINED[0]).status_code == 200
