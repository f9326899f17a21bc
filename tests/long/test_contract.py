"""Every operation keeps to its description, with many examples (make long)."""

import pytest
from schemathesis import GenerationMode

from tests.api.conftest import anybody, checker, platform, register, settled
from tests.api.contract import OPERATIONS, application, hold

__all__ = ["anybody", "application", "checker", "platform", "register", "settled"]

pytestmark = [pytest.mark.django_db, pytest.mark.long]
operations = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.label)
modes = pytest.mark.parametrize("mode", list(GenerationMode))
N = 1_500


@operations
@modes
def test_anybody_gets_what_is_described(anybody, platform, application, operation, mode):
    hold(operation, mode, anybody, application, n=N)


@operations
@modes
def test_a_client_gets_what_is_described(checker, application, operation, mode):
    hold(operation, mode, checker, application, n=N)
