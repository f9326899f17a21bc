"""Reading the ledger (账本查询)."""

from gongxin.ledger.models import Head


def head() -> int:
    """Return the ledger's head: the last revision posted, 0 for an empty ledger."""
    return Head.objects.filter(id=1).values_list("revision", flat=True).first() or 0
