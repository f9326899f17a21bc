"""Reporting outcomes over the API: justified by the very answer, of one's own checks alone."""

import pytest

from gongxin.check.models import Notice, Reported
from tests.api.conftest import Api, token_of
from tests.derive import town as t

pytestmark = pytest.mark.django_db

BARRED = "procurement-serious"


@pytest.fixture
def number(checker: Api) -> str:
    return checker.check(t.LISTED[0], matter="procurement").json()["check_no"]


def kind(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/api/v1/problems/")


def test_a_justified_outcome_is_kept_and_told(checker, number):
    said = {"outcome": "refused", "measure": BARRED, "reason": "资格审查不合格"}
    answer = checker.post(f"/checks/{number}/outcome", said)

    assert (answer.status_code, answer.json()) == (
        200,
        {"check_no": number, "outcome": "refused"},
    )
    assert Reported.objects.get().measure == BARRED
    assert Notice.objects.get().subject == t.LISTED[0]


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"outcome": "refused"}, (422, "outcome-refused")),
        ({"outcome": "strict", "measure": "bidding-serious"}, (422, "outcome-refused")),
        ({"outcome": "refused", "not_for_credit": True}, (422, "outcome-refused")),
        ({"outcome": "rejected"}, (422, "invalid")),
        ({"outcome": "normal", "verdict": "bad"}, (422, "invalid")),
        ({"outcome": "normal", "reason": f"经办 {t.RESIDENT_ID}"}, (422, "invalid")),
    ],
)
def test_what_is_not_justified_or_not_known_is_refused(checker, number, said, refused):
    answer = checker.post(f"/checks/{number}/outcome", said)

    assert kind(answer) == refused
    assert t.RESIDENT_ID not in answer.content.decode()
    assert Reported.objects.count() == 0


def test_another_units_check_and_none_are_answered_alike(register, number, anybody):
    other = Api(anybody.browser, token_of(anybody.browser, register(unit=t.TRANSPORT)))
    foreign = other.post(f"/checks/{number}/outcome", {"outcome": "normal"})
    nothing = other.post("/checks/01M5V000000000000000000000/outcome", {"outcome": "normal"})

    assert kind(foreign) == kind(nothing) == (404, "not-found")
    assert Reported.objects.count() == 0


def test_nobody_reports_without_a_token(anybody, number):
    assert anybody.post(f"/checks/{number}/outcome", {"outcome": "normal"}).status_code == 401
