"""R7: of 10,000 alterations of a sealed log each is found, and its rows are named."""

import pytest

from gongxin.audit import signing
from tests.audit.conftest import Log, log, sealed
from tests.audit.mutations import KINDS, attacked

__all__ = ["log", "sealed"]
pytestmark = [pytest.mark.django_db, pytest.mark.long]
NUMBER = 10_000


def test_ten_thousand_alterations_are_found_and_named(sealed: Log, tmp_path):
    signing.make(tmp_path / "stranger", sealed.signer.name)

    missed, done = attacked(sealed, signing.read(tmp_path / "stranger"), number=NUMBER, seed=7)

    assert missed == []
    assert min(done.values()) >= NUMBER // len(KINDS)
    assert sealed.check().faults == ()
