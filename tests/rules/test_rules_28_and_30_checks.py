"""Rules 28 and 30: nobody checks a person; a check of many has purpose, matter and a quota."""

import pytest
from django.db import IntegrityError, transaction

from gongxin.audit.models import Row
from gongxin.check.models import Asked
from gongxin.derive.models import Grade
from gongxin.ledger.models import Subject
from tests.api.conftest import (
    ASKED,
    Api,
    anybody,
    checker,
    deeds,
    platform,
    register,
    settled,
    token_of,
)
from tests.derive import town as t

__all__ = ["anybody", "checker", "platform", "register", "settled"]
pytestmark = pytest.mark.django_db
MANY = [t.FINED[0], t.QUIET[0]]
PERSON = "/api/v1/problems/check-person"


def test_rule_28_a_person_is_refused_and_stands_in_no_row(checker):
    one = checker.check(t.RESIDENT_ID)
    (row,) = checker.post("/checks:batch", ASKED | {"organisations": [t.RESIDENT_ID]}).json()[
        "items"
    ]

    assert (one.status_code, one.json()["type"]) == (422, PERSON)
    assert (row["answer"], row["problem"]["status"], row["problem"]["type"]) == (None, 422, PERSON)
    assert not Asked.objects.filter(subject=t.RESIDENT_ID).exists()
    assert not Grade.objects.filter(subject=t.RESIDENT_ID).exists()


@pytest.mark.parametrize("kind", ["person", "natural_person", ""])
def test_rule_28_the_tables_take_no_person(settled, kind):
    with pytest.raises(IntegrityError, match="ledger_subject_is_no_person"), transaction.atomic():
        Subject.objects.create(
            uscc=t.ABSENT[0],
            name="示例",
            name_key="示例",
            kind=kind,
            form="",
            source="record",
            batch="",
            created_at=t.RECEIVED,
        )


@pytest.mark.parametrize("missing", ["purpose", "matter"])
def test_rule_30_a_batch_without_purpose_or_matter_is_refused(checker, missing):
    asked = {name: value for name, value in ASKED.items() if name != missing}

    answer = checker.post("/checks:batch", asked | {"organisations": MANY})

    # A member that lacks is 422 at this API, as any other; the rule's 400 is of its sketch.
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].endswith(missing)
    assert Asked.objects.count() == 0


def test_rule_30_more_rows_than_the_quota_are_429(platform, anybody, register):
    api = Api(anybody.browser, token_of(anybody.browser, register(quota=1)))

    answer = api.post("/checks:batch", ASKED | {"organisations": MANY})

    assert answer.status_code == 429
    assert Asked.objects.count() == 0


def test_rule_30_every_row_is_logged(checker):
    before = Row.objects.count()

    checker.post("/checks:batch", ASKED | {"organisations": MANY})

    assert Row.objects.count() == before + 2
    assert [deed["object"] for deed in deeds()] == MANY
    assert {deed["purpose"] for deed in deeds()} == {ASKED["purpose"]}
