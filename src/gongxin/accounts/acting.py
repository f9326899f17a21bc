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
    _demand_transaction()
    run_together([acting_for(unit)])


def acts_as(client_id: str) -> None:
    """Let the rest of this transaction see what is kept for a client, and no other's.

    Raises:
        NoTransaction: no transaction is open.
    """
    _demand_transaction()
    run_together([acting_as(client_id)])


def looks_up(subject: str) -> None:
    """Let the rest of this transaction see of one organisation what is not public by its kind.

    Raises:
        NoTransaction: no transaction is open.
    """
    _demand_transaction()
    run_together([Statement("SELECT set_config('gongxin.looking', %s, true)", [subject])])


def acting_for(unit: str) -> Statement:
    """Return what ``acts_for`` runs, for whoever sends more with it in the same transaction."""
    return Statement("SELECT set_config('gongxin.unit', %s, true)", [unit])


def acting_as(client_id: str) -> Statement:
    """Return what ``acts_as`` runs, for whoever sends more with it in the same transaction."""
    return Statement("SELECT set_config('gongxin.client', %s, true)", [client_id])


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        message = "a transaction acts for a unit; open one first"
        raise NoTransaction(message)
