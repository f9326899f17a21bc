"""Roles, standing in, handing over; the three administrators are apart (SAFETY 4.1)."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from gongxin.accounts import actions, queries
from gongxin.accounts.actions import (
    BadAccount,
    BadTerm,
    DutiesApart,
    NoSuchAccount,
    OwnRole,
    Person,
    Term,
)
from gongxin.accounts.models import Assignment, Delegation, Staff
from gongxin.accounts.policy import ADMINISTRATORS, Role
from gongxin.audit.models import Row
from gongxin.core.audit import By
from tests.accounts.people import AT, CENTRE, DAY, SETUP, TRANSPORT, add, grant
from tests.fixtures.penalties import resident_number
from tests.fixtures.platform import contents

pytestmark = pytest.mark.usefixtures("units_of_the_city")
WORKING = sorted(set(Role) - ADMINISTRATORS - {Role.SUBJECT})
LAST = date(2026, 6, 30)


def roles(staff: Staff, on: date = DAY) -> frozenset[Role]:
    return queries.actor_of(Staff.objects.get(pk=staff.pk), on).roles


def nothing_changed(before: dict[str, list[str]]) -> bool:
    return contents() == before


def test_an_actor_is_named_after_the_login_and_has_the_roles_of_the_day():
    staff = add("wang")
    grant("wang", Role.REPORTER, until_on=LAST)

    actor = queries.actor_of(staff, LAST)

    assert (actor.name, actor.unit, actor.roles) == ("staff:wang", CENTRE, {Role.REPORTER})


def test_a_role_ends_with_its_last_day_without_any_job():
    staff = add("wang")
    grant("wang", Role.REPORTER, until_on=LAST)

    assert roles(staff, LAST) == {Role.REPORTER}
    assert roles(staff, LAST + timedelta(days=1)) == set()


def test_a_role_at_another_unit_counts_there_only():
    staff = add("wang")
    grant("wang", Role.REPORTER)
    grant("wang", Role.SUPERVISOR, TRANSPORT)

    assert roles(staff) == {Role.REPORTER}
    assert queries.actor_of(staff, DAY, TRANSPORT).roles == {Role.SUPERVISOR}


def test_a_closed_account_has_no_role():
    staff = add("wang")
    grant("wang", Role.REPORTER)

    actions.disable_staff("wang", by=SETUP)

    assert roles(staff) == set()


def test_an_ended_role_holds_no_longer_on_the_same_day():
    staff = add("wang")
    held = grant("wang", Role.REPORTER)

    actions.end_role(held.pk, by=SETUP)

    assert roles(staff) == set()


SECOND = (Role.AUDITOR, Role.SYSTEM_ADMIN, Role.REPORTER, Role.LEADER)


@pytest.mark.parametrize(
    ("first", "second"), [(a, b) for a in sorted(ADMINISTRATORS) for b in SECOND if a != b]
)
def test_an_administrator_holds_nothing_beside(first, second):
    staff = add("wang")
    grant("wang", first)
    before = contents()

    with pytest.raises(DutiesApart):
        grant("wang", second)

    assert roles(staff) == {first}
    assert nothing_changed(before)


def test_one_who_works_becomes_no_administrator():
    staff = add("wang")
    grant("wang", Role.CHECKER)

    with pytest.raises(DutiesApart):
        grant("wang", Role.AUDITOR)

    assert roles(staff) == {Role.CHECKER}


def test_one_may_become_an_administrator_when_the_work_has_ended():
    staff = add("wang")
    grant("wang", Role.CHECKER, until_on=LAST)

    grant("wang", Role.AUDITOR, from_on=LAST + timedelta(days=1))

    assert roles(staff, LAST) == {Role.CHECKER}
    assert roles(staff, LAST + timedelta(days=1)) == {Role.AUDITOR}


def write(staff: Staff, role: Role, first: int, days: int | None) -> None:
    """Write past the actions, as somebody with a shell would."""
    Assignment.objects.create(
        staff=staff,
        role=role.value,
        unit=CENTRE,
        from_on=DAY + timedelta(days=first),
        until_on=None if days is None else DAY + timedelta(days=first + days),
        granted_by="nobody",
        granted_at=AT,
    )


def is_refused(staff: Staff, role: Role, first: int, days: int | None) -> bool:
    try:
        with transaction.atomic():
            write(staff, role, first, days)
    except IntegrityError:
        return True
    return False


LENGTHS = st.one_of(st.none(), st.integers(0, 8))
DUTIES = st.tuples(st.sampled_from(sorted(set(Role) - {Role.SUBJECT})), st.integers(0, 8), LENGTHS)


@given(DUTIES, DUTIES)
def test_the_database_refuses_whatever_would_join_two_duties(one, other):
    with transaction.atomic():
        staff = Staff.objects.create(login="li", name="示例", staff_no="1", unit=CENTRE)
        write(staff, *one)
        ends = [10_000 if length is None else first + length for _, first, length in (one, other)]
        overlap = one[1] <= ends[1] and other[1] <= ends[0]
        forbidden = overlap and one[0] != other[0] and bool({one[0], other[0]} & ADMINISTRATORS)
        assert is_refused(staff, *other) is forbidden
        transaction.set_rollback(True)


def test_the_database_refuses_an_administrator_as_stand_in():
    add("wang"), add("li")
    held = grant("wang", Role.REPORTER)
    grant("li", Role.AUDITOR)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            assignment=held,
            taker=Staff.objects.get(login="li"),
            from_on=DAY,
            until_on=LAST,
            granted_by="nobody",
            granted_at=AT,
        )

    assert Delegation.objects.count() == 0


def test_the_database_refuses_an_administrators_role_to_one_who_stands_in():
    add("wang")
    staff = add("li")
    held = grant("wang", Role.REPORTER)
    actions.delegate(held.pk, "li", Term(DAY, LAST), by=SETUP)

    with pytest.raises(IntegrityError), transaction.atomic():
        write(staff, Role.AUDITOR, 0, None)

    assert roles(staff) == {Role.REPORTER}


def test_nobody_grants_to_himself():
    staff = add("sun")
    grant("sun", Role.SECURITY_ADMIN)
    before = contents()

    with pytest.raises(OwnRole):
        grant("sun", Role.REPORTER, by=By("staff:sun", AT))

    assert nothing_changed(before)
    assert roles(staff) == {Role.SECURITY_ADMIN}


SECURITY = By("staff:sun", AT)


def test_an_administrator_has_entered_before_the_role_is_granted_at_the_desk():
    """Whoever made the account saw its one-time link and would become an administrator with it."""
    staff = add("zhou")
    before = contents()

    with pytest.raises(DutiesApart, match="second factor"):
        grant("zhou", Role.AUDITOR, by=SECURITY)

    assert nothing_changed(before)
    grant("zhou", Role.REPORTER, by=SECURITY)  # what does not administrate needs no such thing
    assert roles(staff) == {Role.REPORTER}


def test_who_has_entered_gets_an_administrators_role():
    staff = add("zhou")
    Staff.objects.filter(pk=staff.pk).update(password="scrypt$示例")
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})

    grant("zhou", Role.AUDITOR, by=SECURITY)

    assert roles(staff) == {Role.AUDITOR}


def test_nobody_ends_a_role_or_account_of_his_own():
    add("sun")
    held = grant("sun", Role.SECURITY_ADMIN)

    with pytest.raises(OwnRole):
        actions.end_role(held.pk, by=By("staff:sun", AT))
    with pytest.raises(OwnRole):
        actions.disable_staff("sun", by=By("staff:sun", AT))

    assert Assignment.objects.get().ended_on is None


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [(DAY - timedelta(days=1), None), (DAY, DAY - timedelta(days=1))],
)
def test_a_term_begins_today_or_later_and_ends_no_earlier(from_on, until_on):
    add("wang")
    before = contents()

    with pytest.raises(BadTerm):
        grant("wang", Role.REPORTER, from_on=from_on, until_on=until_on)

    assert nothing_changed(before)


def test_standing_in_ends_on_its_day_and_with_the_role():
    giver, taker = add("wang"), add("li")
    held = grant("wang", Role.REPORTER)
    actions.delegate(held.pk, "li", Term(DAY, LAST), by=SETUP)

    assert roles(taker, LAST) == {Role.REPORTER}
    assert roles(taker, LAST + timedelta(days=1)) == set()
    assert roles(giver, LAST) == {Role.REPORTER}
    assert queries.holdings(taker, DAY)[0].of == "示例wang"

    actions.end_role(held.pk, by=SETUP)

    assert roles(taker) == set()


def test_standing_in_is_for_another_person_of_the_unit_and_never_for_administrators():
    add("wang"), add("li"), add("zhao", TRANSPORT), add("qian")
    held, admin = grant("wang", Role.REPORTER), grant("qian", Role.AUDITOR)
    before = contents()

    with pytest.raises(OwnRole):
        actions.delegate(held.pk, "wang", Term(DAY, LAST), by=SETUP)
    with pytest.raises(NoSuchAccount):
        actions.delegate(held.pk, "zhao", Term(DAY, LAST), by=SETUP)
    with pytest.raises(DutiesApart):
        actions.delegate(admin.pk, "li", Term(DAY, LAST), by=SETUP)
    with pytest.raises(DutiesApart):
        actions.delegate(held.pk, "qian", Term(DAY, LAST), by=SETUP)
    with pytest.raises(BadTerm):
        actions.delegate(held.pk, "li", Term(DAY), by=SETUP)

    assert nothing_changed(before)


def test_handing_over_moves_every_open_role_and_closes_the_account():
    giver, taker = add("wang"), add("li")
    grant("wang", Role.REPORTER, until_on=LAST)
    grant("wang", Role.CHECKER, from_on=LAST)
    grant("li", Role.REPORTER)

    assert actions.hand_over("wang", "li", by=SETUP) == 2

    assert roles(giver) == set()
    assert not Staff.objects.get(login="wang").is_active
    assert roles(taker, LAST) == {Role.REPORTER, Role.CHECKER}
    assert queries.open_assignments(giver, DAY) == []


def test_an_administrators_role_is_not_handed_over():
    add("wang"), add("li")
    grant("wang", Role.AUDITOR)
    before = contents()

    with pytest.raises(DutiesApart):
        actions.hand_over("wang", "li", by=SETUP)

    assert nothing_changed(before)


@pytest.mark.parametrize("login", [resident_number(1), "13800000000"])
def test_a_persons_number_is_no_login_name(login):
    before = contents()

    with pytest.raises(BadAccount) as caught:
        actions.add_staff(Person(login, "示例", "1", CENTRE), by=SETUP)

    assert login not in caught.value.message
    assert nothing_changed(before)


def test_an_account_names_one_person_at_a_known_unit():
    add("wang")
    before = contents()

    with pytest.raises(BadAccount):
        actions.add_staff(Person("WANG", "示例", "2", CENTRE), by=SETUP)
    with pytest.raises(BadAccount):
        actions.add_staff(Person("wang2", "示例", "N-wang", CENTRE), by=SETUP)
    with pytest.raises(BadAccount):
        actions.add_staff(Person("wang3", "", "3", CENTRE), by=SETUP)
    with pytest.raises(BadTerm):
        actions.add_staff(Person("wang4", "示例", "4", "11211100066131863E"), by=SETUP)

    assert nothing_changed(before)


def test_every_change_is_in_the_audit_log():
    add("wang"), add("li")
    held = grant("wang", Role.REPORTER)
    made = actions.delegate(held.pk, "li", Term(DAY, LAST), by=SETUP)
    actions.end_delegation(made.pk, by=SETUP)
    actions.hand_over("wang", "li", by=SETUP)

    told = list(Row.objects.order_by("id").values_list("action", "object", "actor"))

    assert told == [
        ("add-account", "staff:wang", "operator:示例"),
        ("add-account", "staff:li", "operator:示例"),
        ("grant-role", "staff:wang", "operator:示例"),
        ("delegate", "staff:li", "operator:示例"),
        ("end-delegation", "staff:li", "operator:示例"),
        ("grant-role", "staff:li", "operator:示例"),
        ("hand-over", "staff:wang", "operator:示例"),
    ]
