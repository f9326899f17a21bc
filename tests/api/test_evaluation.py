"""A published grade for systems that work with credit: with its reasons, never alone (2-08, L1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxin import law
from gongxin.accounts.acting import acts_for
from gongxin.audit import queries
from gongxin.law import Release
from tests.api.conftest import Api, deeds, token_of
from tests.api.test_conventions import is_problem
from tests.derive import town as t

pytestmark = pytest.mark.django_db

ACTION = "read-evaluation"
# Who has no grade that anybody may see: all get the very same answer.
NOBODY = {
    "a sole trader": t.TRADER[0],
    "an undertaking of one person by its name": t.OWNED[0],
    "of unknown type": t.UNNAMED[0],
    "a kind that the model does not grade": t.SOCIAL[0],
    "not known": t.ABSENT[0],
    "no code": "1" * 18,
    "a person's number": t.RESIDENT_ID,
    "a sole trader's code that nobody has": t.code(77, "92"),
}


def path(code: str, purpose: str = "admission") -> str:
    return f"/subjects/{code}/evaluation?purpose={purpose}"


def read(api: Api, code: str) -> dict:
    answer = api.get(path(code))
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_grade_comes_with_every_point_and_its_law(checker):
    """By hand: a fine of class 一般 (20) of 1.2 万元 (5), an honour (10), an inspection (3)."""
    told = read(checker, t.FINED[0])

    assert (told["uscc"], told["name"]) == t.FINED
    assert (told["model"], told["version"]) == ("illustrative-points", "2026.11")
    assert (told["base"], told["score"], told["level"]) == (1_000_000, 988_000, "A")
    assert {one["item"]: one["points"] for one in told["factors"]} == {
        "P02": 10_000,
        "P09": 3_000,
        "M01": -20_000,
        "M03": -5_000,
    }
    assert all(one["basis"] and one["record_id"] for one in told["factors"])
    assert (told["as_of"], told["coverage"]) == (t.TODAY.isoformat(), "partial")
    assert told["explanation"] == f"/subjects/{t.FINED[0]}/explanation"
    assert told["levels"][-1]["lowest"] is None


def test_a_ceiling_names_its_records(checker):
    told = read(checker, t.LISTED[0])

    assert told["level"] == "D"
    assert [one["level"] for one in told["ceilings"]] == ["D", "C-"]
    assert all(one["records"] and one["basis"] for one in told["ceilings"])


def test_it_says_what_a_grade_alone_is_not(checker):
    told = read(checker, t.FINED[0])

    (notice, example) = told["notice"]
    assert "不得仅凭等级" in notice["zh"]
    assert "for a grade alone" in notice["en"]
    assert (told["standing"], told["illustrative"]) == ("illustrative", True)
    assert example["zh"].startswith("示例")


@pytest.mark.parametrize("who", NOBODY.values(), ids=NOBODY)
def test_who_has_no_grade_is_one_answer_with_who_is_not_there(checker, who):
    nothing = checker.get(path(t.code(99_999)))

    answer = checker.get(path(who))

    assert is_problem(answer, 404, "not-found")
    shown = {k: v for k, v in answer.json().items() if k != "trace_id"}
    assert shown == {k: v for k, v in nothing.json().items() if k != "trace_id"}
    assert who not in answer.content.decode()


def test_a_grade_that_is_internal_is_no_matter_of_this(checker, platform, settings, tmp_path):
    content = platform.release.content
    models = tuple(replace(model, standing="internal") for model in content.models)
    law.store(tmp_path, Release(replace(content, models=models)))
    settings.GONGXIN = replace(settings.GONGXIN, home=tmp_path)

    assert is_problem(checker.get(path(t.FINED[0])), 404, "not-found")


def test_what_has_ended_has_no_weight(checker, settings):
    settings.PORTAL_TODAY = date(2027, 5, 11)  # the fine's and the inspection's year is over

    told = read(checker, t.FINED[0])

    assert [one["item"] for one in told["factors"]] == ["P02"]
    assert told["score"] == 1_010_000


def test_each_look_is_logged_also_one_that_finds_nothing(checker):
    read(checker, t.FINED[0])
    checker.get(path(t.TRADER[0]))
    checker.get(path(t.RESIDENT_ID))

    told = [(d["object"], d["purpose"], d["decision"], d["details"]) for d in deeds(ACTION)]
    assert told == [
        (t.FINED[0], "admission", "allow", {"found": "yes"}),
        (t.TRADER[0], "admission", "allow", {"found": "no"}),
        ("", "admission", "allow", {"found": "no"}),
    ]
    assert {d["on_behalf"] for d in deeds(ACTION)} == {t.MARKET}


def test_the_organisation_sees_who_took_its_grade(checker):
    read(checker, t.FINED[0])
    read(checker, t.LISTED[0])
    acts_for(t.FINED[0])

    (look,) = queries.looks_at(t.FINED[0], t.RECEIVED - timedelta(days=1))
    assert (look.unit, look.purpose) == (t.MARKET, "admission")


def test_a_look_that_changes_nothing_for_the_asker_is_logged_too(checker):
    first = checker.get(path(t.FINED[0]))

    again = checker.get(path(t.FINED[0]), If_None_Match=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, no-cache"
    assert len(deeds(ACTION)) == 2


@pytest.mark.parametrize("purpose", ["", "nothing", t.RESIDENT_ID])
def test_a_purpose_that_the_catalog_does_not_have_is_refused(checker, purpose):
    answer = checker.get(path(t.FINED[0], purpose))

    assert is_problem(answer, 422, "check-unknown-purpose")
    assert t.RESIDENT_ID not in answer.content.decode()
    assert deeds(ACTION) == []


def test_a_purpose_must_be_named(checker):
    answer = checker.get(f"/subjects/{t.FINED[0]}/evaluation")

    assert is_problem(answer, 422, "check-unknown-purpose")


@pytest.mark.parametrize("query", ["x=1", "purpose=admission&purpose=admission"])
def test_a_parameter_that_is_not_known_is_refused(checker, query):
    answer = checker.get(f"/subjects/{t.FINED[0]}/evaluation?{query}")

    assert is_problem(answer, 400, "unknown-parameter")


def test_a_client_asks_for_its_purposes_alone(platform, anybody, register):
    who = register(purposes=("tender",))
    limited = Api(anybody.browser, token_of(anybody.browser, who))

    answer = limited.get(path(t.FINED[0]))

    assert is_problem(answer, 403, "not-allowed")
    assert answer.json()["reason"] == "not_in_scope"
    (deed,) = deeds(ACTION)
    assert (deed["decision"], deed["reason"]) == ("deny", "not_in_scope")


def test_who_only_reports_has_no_scope_for_it(platform, anybody, register):
    who = register(roles=("reporter",))
    reporter = Api(anybody.browser, token_of(anybody.browser, who))

    assert anybody.get(path(t.FINED[0])).status_code == 401
    assert is_problem(reporter.get(path(t.FINED[0])), 403, "insufficient-scope")
    assert deeds(ACTION) == []


def test_the_days_quota_holds(platform, anybody, register):
    who = register(quota=2)
    api = Api(anybody.browser, token_of(anybody.browser, who))

    answers = [api.get(path(code)) for code in (t.FINED[0], t.ABSENT[0], t.FINED[0])]

    assert [one.status_code for one in answers] == [200, 404, 429]
    assert is_problem(answers[2], 429, "quota")
    assert len(deeds(ACTION)) == 2
