"""Every operation keeps to its description; the many examples are in tests/long."""

import pytest
from schemathesis import GenerationMode

from tests.api.contract import OPERATIONS, application, hold

__all__ = ["application"]

pytestmark = pytest.mark.django_db
operations = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.label)
modes = pytest.mark.parametrize("mode", list(GenerationMode))


@operations
@modes
def test_anybody_gets_what_is_described(anybody, platform, application, operation, mode):
    hold(operation, mode, anybody, application, n=12)


@operations
@modes
def test_a_client_gets_what_is_described(checker, application, operation, mode):
    hold(operation, mode, checker, application, n=12)
