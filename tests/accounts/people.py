"""A small office: two units and the people who work there, invented."""

from datetime import UTC, date, datetime

import pytest

from gongxin.accounts import actions, units
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.models import Assignment, Staff
from gongxin.accounts.policy import Role
from gongxin.core import clauses
from gongxin.core.audit import By

CENTRE = "1121110005260181XL"
TRANSPORT = "112111000091390921"
DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
SETUP = By("operator:示例", AT)


@pytest.fixture
def units_of_the_city(db: None) -> None:
    units.register(
        [
            clauses.Unit(CENTRE, "盘锦市市场监督管理局", "211100"),
            clauses.Unit(TRANSPORT, "盘锦市交通运输局", "211100"),
        ]
    )


def add(login: str, unit: str = CENTRE) -> Staff:
    return actions.add_staff(Person(login, f"示例{login}", f"N-{login}", unit), by=SETUP)


def grant(
    login: str,
    role: Role,
    unit: str = CENTRE,
    *,
    from_on: date = DAY,
    until_on: date | None = None,
    by: By = SETUP,
) -> Assignment:
    return actions.grant_role(login, role, unit, Term(from_on, until_on), by=by)
