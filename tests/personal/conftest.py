"""The demo release and an empty platform."""

from tests.fixtures.given import platform, release

__all__ = ["platform", "release"]
