"""Fixtures of this folder."""

from tests.derive.fixtures import settled, town

__all__ = ["settled", "town"]
