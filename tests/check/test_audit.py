"""Each check leaves exactly one row in the audit log, and no number of a person is in it."""

import json

import pytest

from gongxin.audit import actions
from gongxin.audit.models import Row
from gongxin.check.answer import CheckRefused, Question
from gongxin.check.asking import check
from gongxin.check.models import Asked
from tests.derive import town as t

pytestmark = pytest.mark.django_db


def asked(uscc: str, matter: str = "bidding", purpose: str = "admission") -> Question:
    return Question(uscc, matter, purpose, t.TODAY, t.RECEIVED, "示例局/张", "案〔2026〕1号")


def test_an_answer_is_recorded_with_who_asked_and_why(settled):
    found = check(asked(t.FINED[0]), settled.release)

    row = Row.objects.get()
    deed = json.loads(bytes(row.content))
    assert (row.actor, row.action, row.object, row.purpose) == (
        "示例局/张",
        "check",
        t.FINED[0],
        "admission",
    )
    assert (deed["matter"], deed["case_no"], deed["decision"]) == (
        "bidding",
        "案〔2026〕1号",
        "allow",
    )
    assert deed["details"]["check_no"] == found.check_no


@pytest.mark.parametrize(
    ("uscc", "recorded"),
    [
        (t.code(1, "81"), t.code(1, "81")),
        (t.TRADER[0], ""),
        (t.OWNED[0], ""),
        (t.RESIDENT_ID, ""),
        (t.MOBILE, ""),
        ("示例某", ""),
    ],
    ids=["union", "trader", "owned", "resident number", "mobile", "name"],
)
def test_a_refusal_is_recorded_without_a_persons_number(settled, uscc, recorded):
    with pytest.raises(CheckRefused):
        check(asked(uscc), settled.release)

    row = Row.objects.get()
    deed = json.loads(bytes(row.content))
    assert (row.object, deed["decision"]) == (recorded, "deny")
    assert recorded or uscc not in bytes(row.content).decode()


@pytest.mark.parametrize("field", ["matter", "purpose"])
def test_a_persons_number_in_another_field_is_masked(settled, field):
    with pytest.raises(CheckRefused):
        check(asked(t.FINED[0], **{field: t.RESIDENT_ID}), settled.release)

    assert t.RESIDENT_ID not in bytes(Row.objects.get().content).decode()


def test_an_answer_that_cannot_be_recorded_is_not_given(settled, monkeypatch):
    def fail(_: object) -> int:
        raise ConnectionError

    monkeypatch.setattr(actions, "recording", fail)

    with pytest.raises(ConnectionError):
        check(asked(t.FINED[0]), settled.release)

    assert (Row.objects.count(), Asked.objects.count()) == (0, 0)
