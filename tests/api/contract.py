"""Every operation against its own description, with data that fit it and data that do not.

Whatever is sent, no answer is 5xx, every answer is one that the description names, and its body
is within its schema. Texts that fit a schema are no codes of organisations: where data are to
fit, codes, matters and purposes of the town stand in their place, so that answers come too.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from gongxin.api.description import description
from tests.api.conftest import ASKED, Api
from tests.derive import town as t

SCHEMA = schemathesis.openapi.from_dict(dict(description()))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
WHO = [t.FINED, t.LISTED, t.QUIET, t.UNNAMED, t.SOCIAL, t.RENAMED, t.HIDDEN, t.ABSENT]
# A text is nobody's signature, and a short key soon comes twice with different bodies.
LEFT_OUT = ("Signature", "Signature-Input", "Content-Digest", "Idempotency-Key")
# What fits a pattern is no address, no day, and 1.0 is an integer to the schema and none to us.
FIT: dict[str, dict[str, Any]] = {
    "webhooks": {"address": "https://receiver.example.cn/"},
    "replay": {"since": 0},
    "rotate": {"generation": 1},
    "acks": {"cursor": "1.2026-06-01."},
}
CODES = st.sampled_from([code for code, _ in WHO])


def takes(operation: Any) -> bool:
    """Tell whether an operation takes a parameter or a body."""
    told = description()["paths"][operation.path][operation.method]
    return bool(told["parameters"]) or "requestBody" in told


@pytest.fixture
def application() -> Iterator[Any]:
    """The whole site; between requests it leaves the connection of the test alone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def hold(operation: Any, mode: GenerationMode, api: Api, application: Any, *, n: int) -> None:
    """Send n requests to an operation and hold each answer against the description."""
    takes_nothing = not list(operation.iter_parameters()) and not operation.body
    if mode is GenerationMode.NEGATIVE and takes_nothing:
        return  # nothing can be wrong
    headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}

    @examples(
        max_examples=n,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), codes=st.lists(CODES, min_size=1))
    def sent(case: Case, codes: list[str]) -> None:
        if mode is GenerationMode.POSITIVE:
            settle(case, codes)
        case.call_and_validate(headers=headers, app=application)

    sent()


def asked_about(body: dict[str, object], codes: list[str]) -> dict[str, object]:
    """Whom a body asks about: one, none by name, or all."""
    if "file" in body:
        return {"file": "\n".join(codes)}
    if "uscc" in body:
        return {"uscc": codes[0]}
    return {} if "prefix" in body else {"organisations": codes}


def settle(case: Case, codes: list[str]) -> None:
    """Put what the town knows where a text of the schema stands."""
    for name in LEFT_OUT:
        case.headers.pop(name, None)
    if "uscc" in case.path_parameters:
        case.path_parameters["uscc"] = codes[0]
    if isinstance(case.body, dict) and "matter" in case.body:
        case.body = case.body | ASKED | asked_about(case.body, codes)
    if (end := case.path.rpartition("/")[2]) in FIT:
        case.body = FIT[end]
    if case.path.endswith("/evaluation"):
        case.query["purpose"] = ASKED["purpose"]
    if case.path.endswith("/opendata/removals"):
        case.query["since"] = FIT["acks"]["cursor"]
    if isinstance(case.body, dict) and "reason" in case.body:
        case.body = case.body | {"reason": "资料不全"}
