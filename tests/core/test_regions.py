"""Regions: worked by hand from the codes of GB/T 2260."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from gongxin.core import regions
from gongxin.core.regions import holds, level_of

CODES = st.from_regex(r"[0-9]{6}", fullmatch=True)


def test_the_examples_of_the_documentation_hold():
    assert doctest.testmod(regions).failed == 0


@given(CODES)
def test_every_region_lies_in_itself_and_in_the_nation(code):
    assert holds(code, code)
    assert holds("000000", code)


@given(CODES, CODES)
def test_two_regions_that_hold_each_other_are_of_one_level(one, other):
    assert not (holds(one, other) and holds(other, one)) or level_of(one) is level_of(other)
