import pytest

from gongxin.accounts.acting import NoTransaction, acts_for
from tests.derive import town as t


@pytest.mark.django_db(transaction=True)
def test_nobody_acts_outside_a_transaction():
    with pytest.raises(NoTransaction):
        acts_for(t.TRANSPORT)
