"""The policy objects: the table is docs/access.csv, worked by hand from requirement 1-59."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.accounts.policy import (
    ADMINISTRATORS,
    ANYBODY,
    RULES,
    Action,
    Actor,
    Reason,
    Resource,
    Role,
    Scope,
    can,
)
from tests.conftest import ROOT

CITY, COUNTY, NEXT = "211100", "211102", "211103"
OURS, THEIRS = "112111000091390921", "11211100066131863E"
TABLE = ROOT / "docs" / "access.csv"
PURPOSE = "admission"


def reviewed() -> dict[tuple[str, str], str]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            (row["action"], role): row[role]
            for row in csv.DictReader(lines)
            for role in ("anybody", *Role)
        }


def found(action: Action, who: str) -> str:
    roles = frozenset() if who == "anybody" else frozenset({Role(who)})
    actor = Actor("示例", OURS, roles, region=CITY)
    own = can(actor, action, Resource(owner=OURS, region=CITY), PURPOSE).allow
    other = can(actor, action, Resource(owner=THEIRS, region=CITY), PURPOSE).allow
    return {(True, True): "any", (True, False): "own", (False, False): "no"}[own, other]


def test_the_policy_is_the_reviewed_table():
    assert {(a.value, who): found(a, who) for a in Action for who in ("anybody", *Role)} == (
        reviewed()
    )


def test_every_action_has_a_rule():
    assert set(RULES) == set(Action)


@pytest.mark.parametrize("action", [a for a, rule in RULES.items() if rule.purpose])
def test_a_look_needs_a_purpose(action):
    checker = Actor("示例", OURS, frozenset({Role.CHECKER}), region=CITY)
    assert can(checker, action, Resource(region=CITY)).reason is Reason.NO_PURPOSE
    assert can(checker, action, Resource(region=CITY), PURPOSE).allow


@pytest.mark.parametrize("action", [a for a, rule in RULES.items() if rule.regional])
@pytest.mark.parametrize(
    ("at", "of", "seen"),
    [
        (COUNTY, COUNTY, True),
        (COUNTY, NEXT, False),
        (COUNTY, CITY, False),
        (CITY, COUNTY, True),
        ("210000", COUNTY, True),
        ("220000", COUNTY, False),
        ("", COUNTY, False),
        (CITY, "", False),
        ("21110X", CITY, False),
    ],
)
def test_what_is_not_public_is_seen_within_ones_region(action, at, of, seen):
    """Requirement 0-04; not knowing a region is no right to it."""
    (role, *_) = sorted(RULES[action].roles)
    decision = can(Actor("示例", OURS, frozenset({role}), region=at), action, _at(of), PURPOSE)
    assert decision.reason is (Reason.ROLE if seen else Reason.NOT_IN_REGION)
    assert decision.allow is seen


def _at(region: str) -> Resource:
    return Resource(owner=THEIRS, region=region)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.SUBJECT])
def test_what_is_ones_own_is_seen_wherever_it_was_decided(role):
    actor = Actor("示例", OURS, frozenset({role}), region=COUNTY)
    assert can(actor, Action.READ_RECORDS, Resource(owner=OURS, region=NEXT)).allow


@pytest.mark.parametrize(
    ("resource", "purpose", "reason"),
    [
        (Resource(matter="bidding"), PURPOSE, Reason.ROLE),
        (Resource(matter="subsidy"), PURPOSE, Reason.NOT_IN_SCOPE),
        (Resource(matter="bidding"), "lending", Reason.NOT_IN_SCOPE),
    ],
)
def test_a_scope_limits_matter_and_purpose(resource, purpose, reason):
    scope = Scope(purposes=frozenset({PURPOSE}), matters=frozenset({"bidding"}))
    client = Actor("client:示例", OURS, frozenset({Role.CHECKER}), scope)
    assert can(client, Action.ASK_CHECK, resource, purpose).reason is reason


@given(
    st.sets(st.sampled_from(sorted(Role)), min_size=2),
    st.sampled_from(sorted(Action)),
    st.sampled_from([OURS, THEIRS, ""]),
)
def test_an_administrator_with_another_role_may_nothing(roles, action, owner):
    """等保 level 3: the three administrators are apart from each other and from the work."""
    actor = Actor("示例", OURS, frozenset(roles))
    decision = can(actor, action, Resource(owner=owner), PURPOSE)
    if roles & ADMINISTRATORS and action not in {Action.READ_PUBLIC, Action.FILE_FEEDBACK}:
        assert decision.reason is Reason.DUTIES_APART


@given(st.sampled_from(sorted(Action)), st.sampled_from([OURS, THEIRS, ""]))
def test_nobody_may_more_than_read_what_is_public_and_complain(action, owner):
    decision = can(ANYBODY, action, Resource(owner=owner), PURPOSE)
    assert decision.allow is (action in {Action.READ_PUBLIC, Action.FILE_FEEDBACK})


@given(st.sets(st.sampled_from(sorted(Role))), st.sampled_from(sorted(Action)))
def test_what_has_no_owner_is_nobodys_own(roles, action):
    """A row without an owner must not belong to an actor without a unit."""
    actor = Actor("示例", "", frozenset(roles))
    rule = RULES[action]
    if not roles & rule.roles and not rule.anybody:
        assert not can(actor, action, Resource(owner=""), PURPOSE).allow
