"""The levels of the organisation tree, read from the six-digit region code (行政区划层级)."""

from enum import StrEnum

from gongxin.core.errors import CreditError

LENGTH = 6


class BadRegion(CreditError):
    """A text is no six-digit region code."""

    code = "law.bad_region"


class Level(StrEnum):
    """Where a unit stands (层级); a department (部门) belongs to the government above it."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    DEPARTMENT = "department"


def is_region(code: str) -> bool:
    """Tell whether a text has the form of a region code (GB/T 2260)."""
    return len(code) == LENGTH and code.isascii() and code.isdigit()


def level_of(region: str) -> Level:
    """Return the level of a region.

    Raises:
        BadRegion: the code is none.

    >>> [level_of(code).value for code in ("210000", "211100", "211102")]
    ['province', 'city', 'county']
    """
    if not is_region(region):
        message = f"{region!r} is no region code: write the six digits of GB/T 2260"
        raise BadRegion(message, region=region)
    if region == "000000":
        return Level.NATION
    if region.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if region.endswith("00") else Level.COUNTY


def holds(region: str, other: str) -> bool:
    """Tell whether ``other`` is the region or lies in it: the data scope of a level (数据范围).

    Raises:
        BadRegion: one of the codes is none.
    """
    significant = {Level.NATION: 0, Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6}
    level_of(other)
    return other.startswith(region[: significant[level_of(region)]])
