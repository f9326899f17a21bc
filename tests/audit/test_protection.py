"""Deeds against somebody stop when nobody could show later that they were not changed: R8."""

from datetime import timedelta

import pytest

from gongxin.audit import actions, protection
from gongxin.audit.protection import NotProtected
from tests.audit.conftest import AT, Log, deed

pytestmark = pytest.mark.django_db
LIMIT = timedelta(hours=4)
LATER = timedelta(seconds=1)


@pytest.fixture
def witnessed(log: Log, settings) -> Log:
    settings.AUDIT_WITNESSES = (log.witness.path,)
    return log


def test_an_empty_log_stops_nothing(witnessed):
    protection.ensure(now=AT + timedelta(days=400))


def test_four_hours_unsealed_are_borne_and_a_second_more_is_not(log):
    log.record(deed(at=AT))

    protection.ensure(now=AT + LIMIT)
    with pytest.raises(NotProtected, match="was not sealed since 2026-11-23T02:00:00"):
        protection.ensure(now=AT + LIMIT + LATER)


def test_sealing_sets_free(log):
    log.record(deed(at=AT))
    log.seal()

    protection.ensure(now=AT + timedelta(days=1))


def test_the_oldest_deed_counts(log):
    log.record(deed(at=AT), deed(at=AT + LIMIT))

    with pytest.raises(NotProtected):
        protection.ensure(now=AT + LIMIT + LATER)


def test_four_hours_unwitnessed_are_borne_and_a_second_more_is_not(witnessed):
    witnessed.record(deed(at=AT))
    actions.seal(at=AT, signer=witnessed.signer)

    protection.ensure(now=AT + LIMIT)
    with pytest.raises(NotProtected, match=r"no witness took .* \(archive\)"):
        protection.ensure(now=AT + LIMIT + LATER)

    actions.tell(witnessed.witness, at=AT + LIMIT + LATER)
    protection.ensure(now=AT + LIMIT + LATER)


def test_a_witness_that_is_not_configured_does_not_count(witnessed, settings, tmp_path):
    witnessed.record(deed(at=AT))
    actions.seal(at=AT, signer=witnessed.signer)
    actions.tell(witnessed.witness, at=AT)
    settings.AUDIT_WITNESSES = (tmp_path / "another",)

    with pytest.raises(NotProtected):
        protection.ensure(now=AT + LIMIT + LATER)


def test_one_witness_of_two_is_enough(witnessed, settings, tmp_path):
    settings.AUDIT_WITNESSES = (witnessed.witness.path, tmp_path / "away")
    witnessed.record(deed(at=AT))
    actions.seal(at=AT, signer=witnessed.signer)
    actions.tell(witnessed.witness, at=AT)

    protection.ensure(now=AT + timedelta(days=1))


def test_a_quiet_platform_is_protected(witnessed):
    """Nothing to seal is no outage."""
    witnessed.record(deed(at=AT))
    actions.seal(at=AT, signer=witnessed.signer)
    actions.tell(witnessed.witness, at=AT)

    protection.ensure(now=AT + timedelta(days=30))
