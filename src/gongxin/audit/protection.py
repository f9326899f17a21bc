"""What protects while the log cannot: deeds against somebody stop, reads and repairs go on (R8).

Whoever may list an organisation, attach a measure or export in bulk asks here first. Reading,
checking, correcting, repairing and objecting never ask: an outage of ours harms nobody.
"""

from datetime import datetime, timedelta

from gongxin.audit import queries, witness
from gongxin.core.errors import CreditError

LIMIT = timedelta(hours=4)


class NotProtected(CreditError):
    """What was recorded could not be sealed or witnessed for too long."""

    code = "audit.not_protected"


def ensure(*, now: datetime) -> None:
    """Make sure that deeds are sealed and that a witness has the heads, or refuse.

    One witness that answers is enough; where none is configured, sealing is.

    Raises:
        NotProtected: for more than ``LIMIT`` nothing was sealed, or no witness took a head.
    """
    waiting = queries.waiting_since()
    if waiting is not None and now - waiting > LIMIT:
        message = (
            f"the audit log was not sealed since {waiting.isoformat()}: lists, measures and"
            " exports wait until gongxin audit seal has run"
        )
        raise NotProtected(message, since=waiting)
    names = [one.name for one in witness.configured()]
    alone = queries.unwitnessed_since(names) if names else None
    if alone is not None and now - alone > LIMIT:
        message = (
            f"no witness took what was sealed since {alone.isoformat()}: lists, measures and"
            f" exports wait until one of them answers ({', '.join(names)})"
        )
        raise NotProtected(message, since=alone)
