"""T09: no field of any table enters through a body, and no odd value breaks the server."""

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.api.publishing import AckIn
from gongxin.api.pushing import ReplayIn, RotateIn, WebhookIn
from gongxin.api.schemas import BatchIn, CheckIn, OutcomeIn
from tests.api.conftest import ASKED, Api, anybody, checker, deeds, platform, register, settled
from tests.derive import town as t

__all__ = ["anybody", "checker", "platform", "register", "settled"]

pytestmark = pytest.mark.django_db
BODIES = {
    "/checks": (CheckIn, ASKED | {"uscc": t.FINED[0]}),
    "/checks/01M5V000000000000000000000/outcome": (OutcomeIn, {"outcome": "normal"}),
    "/webhooks": (WebhookIn, {"address": "https://receiver.example.cn/"}),
    "/webhooks/01M5V000000000000000000000/rotate": (RotateIn, {"generation": 1}),
    "/webhooks/01M5V000000000000000000000/replay": (ReplayIn, {"since": 0}),
    "/opendata/acks": (AckIn, {"cursor": "1.2026-06-01."}),
    "/checks:batch": (BatchIn, ASKED | {"organisations": [t.FINED[0]]}),
}
MODELS = [m for m in apps.get_models() if m.__module__.startswith("gongxin.")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("path", BODIES)
def test_no_field_of_a_table_is_taken(checker, path, model):
    taken, body = BODIES[path]
    fields = {field.name for field in model._meta.get_fields()} - set(taken.model_fields)

    answer = checker.post(path, body | dict.fromkeys(fields, "x"))

    assert answer.status_code == 422
    faults = [fault["code"] for fault in answer.json()["errors"]]
    assert faults == ["extra_forbidden"] * len(fields)
    assert deeds() == []


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from([t.RESIDENT_ID, t.MOBILE, "\0", "９" * 18, "=1+1", "'; DROP TABLE"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(sorted(BODIES)), data=st.data())
def test_no_odd_value_breaks_the_server_or_comes_back(checker: Api, path, data):
    _, body = BODIES[path]
    member = data.draw(st.sampled_from(sorted(body)))
    value = data.draw(ODD)

    answer = checker.post(path, body | {member: value})

    assert answer.status_code in {200, 400, 403, 404, 422}
    assert t.RESIDENT_ID not in answer.content.decode()
    assert t.MOBILE not in answer.content.decode()
