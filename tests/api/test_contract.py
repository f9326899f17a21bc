"""Every operation keeps to its description; the many examples are in tests/long."""

import pytest
from schemathesis import GenerationMode

from tests.api.contract import OPERATIONS, application, hold, takes

__all__ = ["application"]

pytestmark = pytest.mark.django_db
# An operation that takes nothing cannot be given what does not fit.
cases = pytest.mark.parametrize(
    ("operation", "mode"),
    [
        pytest.param(found, mode, id=f"{mode.name.lower()}-{found.label}")
        for mode in GenerationMode
        for found in OPERATIONS
        if mode is GenerationMode.POSITIVE or takes(found)
    ],
)


@cases
def test_anybody_gets_what_is_described(anybody, platform, application, operation, mode):
    hold(operation, mode, anybody, application, n=12)


@cases
def test_a_client_gets_what_is_described(checker, application, operation, mode):
    hold(operation, mode, checker, application, n=12)
