"""The examples in docstrings are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["access", "cards", "finding", "grades", "language", "paths"])
def test_examples_hold(name):
    module = importlib.import_module(f"gongxin.portal.{name}")

    assert doctest.testmod(module).failed == 0
