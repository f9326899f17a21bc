"""For whom a transaction acts, said to the database: the second net asks it (行级安全)."""

from django.db import connection

from gongxin.cluster.together import Statement, run_together
from gongxin.core.errors import CreditError


class NoTransaction(CreditError):
    """Nobody can act for a unit outside a transaction: it would not end."""

    code = "accounts.no_transaction"


def acts_for(unit: str) -> None:
    """Let the rest of this transaction see the rows of a unit or organisation, by its code.

    Raises:
        NoTransaction: no transaction is open.
    """
    run_together([acting_for(unit)])


def acting_for(unit: str) -> Statement:
    """Return what ``acts_for`` runs, for whoever sends more with it.

    Raises:
        NoTransaction: no transaction is open.
    """
    if not connection.in_atomic_block:
        message = "a transaction acts for a unit; open one first"
        raise NoTransaction(message)
    return Statement("SELECT set_config('gongxin.unit', %s, true)", [unit])
