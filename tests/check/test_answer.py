from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongxin.check.answer import (
    Answer,
    AttachedMeasure,
    CheckRefused,
    Fact,
    Question,
)
from gongxin.check.asking import check
from gongxin.core import ulid
from gongxin.law import Release
from tests.derive import town as t
from tests.derive.town import Town

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 5, 10)
ONE_DAY = timedelta(days=1)


def ask(
    town: Town,
    who: tuple[str, str],
    matter: str = "bidding",
    *,
    as_of: date = t.TODAY,
    release: Release | None = None,
) -> Answer:
    question = Question(who[0], matter, "admission", as_of, t.RECEIVED)
    return check(question, release or town.release)


def test_an_answer_has_these_fields_and_no_other():
    assert [field.name for field in fields(Answer)] == [
        "check_no",
        "uscc",
        "name",
        "status",
        "matter",
        "purpose",
        "facts",
        "list_entries",
        "measures",
        "incentives",
        "objections",
        "not_shown",
        "coverage",
        "as_of",
        "head",
        "release",
    ]


@pytest.mark.parametrize(
    "word",
    [
        "verdict",
        "decision",
        "decide",
        "result",
        "outcome",
        "pass",
        "allow",
        "deny",
        "refuse",
        "reject",
        "approve",
        "recommend",
        "advice",
        "risk",
        "score",
        "grade",
        "level",
        "black",
        "conclusion",
    ],
)
def test_no_field_decides_advises_or_ranks(word):
    names = {field.name for shape in (Answer, Fact, AttachedMeasure) for field in fields(shape)}

    assert [name for name in names if word in name and name != "decided_on"] == []


def test_nothing_known_is_neutral(settled):
    answer = ask(settled, t.ABSENT)

    assert (answer.status, answer.name, answer.coverage) == ("neutral", "", "none")
    assert answer.facts == answer.list_entries == answer.measures == answer.incentives == ()
    assert (answer.objections, answer.not_shown) == ((), 0)


def test_known_without_anything_that_is_public_is_neutral_too(settled):
    answer = ask(settled, t.HIDDEN)

    assert (answer.status, answer.facts, answer.not_shown) == ("neutral", (), 0)


def test_an_answer_says_what_was_asked_and_from_what_it_was_made(settled):
    answer = ask(settled, t.FINED, "招标投标")

    assert (answer.uscc, answer.name) == t.FINED
    assert (answer.matter, answer.purpose) == ("bidding", "admission")
    assert (answer.as_of, answer.release) == (t.TODAY, settled.release.hash)
    assert answer.head > 0
    assert len(answer.check_no) == len(ulid.record_id(0, b""))


def test_two_checks_have_two_numbers(settled):
    assert ask(settled, t.FINED).check_no != ask(settled, t.LISTED).check_no


def test_facts_that_relate_to_the_matter_are_shown_as_published(settled):
    answer = ask(settled, t.FINED)
    (fined,) = [fact for fact in answer.facts if fact.item == t.PENALTY]

    assert answer.status == "facts"
    assert fined == Fact(
        record_id=settled.record(t.FINED[0]).record_id,
        item=t.PENALTY,
        name="行政处罚",
        document_no="盘交罚〔2026〕1号",
        decided_on=t.DECIDED,
        authority=t.TRANSPORT,
        authority_name=t.TRANSPORT_NAME,
        failing_class="一般",
        adverse=True,
        public_until=LAST_DAY,
        repairable_from=date(2026, 8, 10),
        channel="creditchina",
        basis=settled.release.items[t.PENALTY].basis,
    )
    assert len(fined.basis) > 0


def test_facts_unrelated_to_the_matter_are_only_counted(settled):
    answer = ask(settled, t.FINED, "bidding")

    assert sorted(fact.item for fact in answer.facts) == [t.LICENCE, t.PENALTY, t.HONOUR]
    assert answer.not_shown == 1  # the inspection


def test_list_entries_stand_apart(settled):
    answer = ask(settled, t.LISTED)

    assert [entry.item for entry in answer.list_entries] == [t.SERIOUS]
    assert [fact.item for fact in answer.facts] == [t.PENALTY]


def test_an_ended_record_is_no_fact_from_the_next_day_on(settled):
    last, ended = ask(settled, t.LISTED, as_of=date(2029, 5, 10)), date(2029, 5, 11)

    assert (len(last.facts), len(last.list_entries), len(last.measures)) == (1, 1, 1)
    answer = ask(settled, t.LISTED, as_of=ended)
    assert (answer.status, answer.facts, answer.measures) == ("neutral", (), ())
    assert (answer.list_entries, answer.not_shown) == ((), 0)


def test_a_measure_names_its_clause_unit_and_end(settled):
    (measure,) = ask(settled, t.LISTED, "bidding").measures

    assert (measure.measure, measure.kind) == ("bidding-serious", "restrict")
    assert [cite.document for cite in measure.clause] == ["gongshi"]
    assert measure.implementing_unit == "招标人和招标投标行政监督部门"
    assert measure.until == date(2029, 5, 10)
    assert measure.record_id == settled.record(t.LISTED[0], t.SERIOUS).record_id


def test_measures_belong_to_their_matter(settled):
    assert [m.measure for m in ask(settled, t.LISTED, "inspection").measures] == [
        "inspection-serious"
    ]
    assert ask(settled, t.LISTED, "special-fund").measures == ()


def test_managing_and_restricting_measures_stand_together_and_incentives_apart(settled):
    assert [m.kind for m in ask(settled, t.LISTED, "inspection").measures] == ["manage"]
    assert [m.kind for m in ask(settled, t.LISTED, "procurement").measures] == ["restrict"]

    praised = ask(settled, t.FINED, "inspection")
    assert praised.measures == ()
    assert [m.measure for m in praised.incentives] == ["inspection-trustworthy"]


def with_ends(release: Release, document: str, last: date) -> Release:
    """The release with a document that is in force until a day."""
    documents = tuple(
        replace(d, in_force_until=last) if d.id == document else d
        for d in release.content.documents
    )
    return Release(replace(release.content, documents=documents))


def test_a_measure_whose_basis_ended_attaches_to_nothing(settled):
    repealed = with_ends(settled.release, "gongshi", t.TODAY)

    last = ask(settled, t.LISTED, release=repealed)
    after = ask(settled, t.LISTED, as_of=t.TODAY + ONE_DAY, release=repealed)

    assert len(last.measures) == 1
    assert after.measures == ()
    assert len(after.list_entries) == 1


def test_every_cited_basis_must_be_in_force(settled):
    # Of the two documents that this measure cites, one has ended.
    repealed = with_ends(settled.release, "caigou-law", t.TODAY - ONE_DAY)

    assert ask(settled, t.LISTED, "procurement", release=repealed).measures == ()
    assert len(ask(settled, t.LISTED, "procurement").measures) == 1


def test_a_measure_whose_basis_is_unknown_attaches_to_nothing(settled):
    documents = tuple(d for d in settled.release.content.documents if d.id != "caigou-law")
    unknown = Release(replace(settled.release.content, documents=documents))

    assert ask(settled, t.LISTED, "procurement", release=unknown).measures == ()


SPACED = f"{t.RESIDENT_ID[:6]} {t.RESIDENT_ID[6:]}"
REFUSED = {
    "a resident's number": (t.RESIDENT_ID, "bidding", "admission"),
    "a resident's number, spaced": (
        f"{t.RESIDENT_ID[:6]} {t.RESIDENT_ID[6:]}",
        "bidding",
        "admission",
    ),
    "a resident's old number": (t.OLD_RESIDENT_ID, "bidding", "admission"),
    "no code": ("", "bidding", "admission"),
    "a name": (t.FINED[1], "bidding", "admission"),
    "a wrong check character": (t.FINED[0][:17] + "0", "bidding", "admission"),
    "the placeholder": ("00000000000000000X", "bidding", "admission"),
    "a code in small letters": (t.FINED[0].lower(), "bidding", "admission"),
    "a sole trader": (t.TRADER[0], "bidding", "admission"),
    "a foreign office": (t.code(1, "21"), "bidding", "admission"),
    "a religious body": (t.code(1, "71"), "bidding", "admission"),
    "a union": (t.code(1, "81"), "bidding", "admission"),
    "an unknown matter": (t.FINED[0], "hiring", "admission"),
    "no matter": (t.FINED[0], "", "admission"),
    "an unknown purpose": (t.FINED[0], "bidding", "curiosity"),
    "no purpose": (t.FINED[0], "bidding", ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_any_look_up(settled, case):
    uscc, matter, purpose = REFUSED[case]

    with CaptureQueriesContext(connection) as queries, pytest.raises(CheckRefused) as refused:
        check(Question(uscc, matter, purpose, t.TODAY, t.RECEIVED), settled.release)

    # Nothing is read; what is written is the row that says who asked.
    written = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "WITH added AS")
    asked = [query["sql"].strip() for query in queries]
    assert [sql for sql in asked if not sql.startswith(written)] == []
    assert refused.value.code == "check.refused"


@pytest.mark.parametrize("case", ["a resident's number", "a resident's old number", "a name"])
def test_a_refusal_does_not_repeat_what_may_name_a_person(settled, case):
    uscc, matter, purpose = REFUSED[case]

    with pytest.raises(CheckRefused) as refused:
        check(Question(uscc, matter, purpose, t.TODAY, t.RECEIVED), settled.release)

    assert uscc not in refused.value.message


def test_one_persons_undertaking_is_refused_though_its_code_does_not_say_so(settled):
    with pytest.raises(CheckRefused, match="one person"):
        ask(settled, t.OWNED)


@pytest.mark.parametrize("who", [t.UNNAMED, t.SOCIAL, t.QUIET])
def test_other_organisations_are_answered(settled, who):
    assert ask(settled, who).name == who[1]
