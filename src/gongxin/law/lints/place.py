"""What belongs to the place: units and the calendar (单位, 工作日)."""

from itertools import pairwise

from gongxin.core import uscc
from gongxin.law.lints.findings import Found, under
from gongxin.law.release import Content


def lint_units(content: Content) -> Found:
    """A unit has a valid code."""
    for unit in content.units:
        if not uscc.is_valid(unit.uscc):
            yield ("units", unit.uscc), f"{unit.name}: {unit.uscc} is not a valid code"


def lint_calendar(content: Content) -> Found:
    """Published years follow each other, and no day is both off and worked."""
    published = sorted((y for y in content.calendar if len(y.holidays) > 0), key=lambda y: y.year)
    for earlier, later in pairwise(published):
        if later.year != earlier.year + 1:
            yield ("calendar", str(later.year)), f"the years after {earlier.year} are missing"
    holidays = {day for year in published for day in year.holidays}
    for year in content.calendar:
        both = sorted(holidays.intersection(year.workdays))
        key = ("calendar", str(year.year))
        yield from under(key, (f"{day} is both a holiday and a working day" for day in both))
