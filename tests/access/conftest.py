"""The settled town for the tests of who may see what."""

from tests.access.everybody import world
from tests.derive.fixtures import settled, town

__all__ = ["settled", "town", "world"]
