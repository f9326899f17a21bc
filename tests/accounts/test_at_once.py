"""Two grants at the same moment: the second waits for the first and is refused (三员分立)."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from gongxin.accounts.models import Assignment, Staff
from gongxin.accounts.policy import Role
from tests.accounts.people import AT, CENTRE, DAY
from tests.fixtures import platform as tables

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(transactional_db):
    yield Staff.objects.create(login="wang", name="示例", staff_no="1", unit=CENTRE)
    tables.empty()


def test_of_two_grants_at_once_one_is_refused(staff):
    both_began, outcomes = Barrier(2), list[str]()

    def grant(role: Role) -> None:
        try:
            with transaction.atomic():
                connection.ensure_connection()
                both_began.wait(timeout=10)
                Assignment.objects.create(
                    staff=staff,
                    role=role.value,
                    unit=CENTRE,
                    from_on=DAY,
                    granted_by="nobody",
                    granted_at=AT,
                )
            outcomes.append("granted")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=grant, args=[role]) for role in (Role.AUDITOR, Role.REPORTER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["granted", "refused"]
    assert Assignment.objects.count() == 1
