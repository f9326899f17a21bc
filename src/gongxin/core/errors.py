"""The errors of bad use. Bad data is a finding, a refusal is a decision: neither is an error.

CreditError
├── law.*       a pack, clause or release cannot be used
├── intake.*    a file cannot be taken in at all
├── ledger.*    a stored segment is damaged
├── derive.*    there is no model to evaluate with
├── accounts.*  an account, client, role or right does not allow it
├── check.*     a check was asked in a way that may not be answered
├── opendata.*  a snapshot cannot be made, or is not as it was signed
├── push.*      nothing may be sent there, or to whom it was proposed
├── desk.*      nothing of the kind stands on a board, or may be put there
├── feedback.*  a letter cannot be taken or answered
├── exchange.* nothing is exchanged with a platform in this way
├── cluster.*   the database cannot be used
├── platform.*  there is no platform, or its files or tables cannot be used
└── demo.*      the invented world could not be made
"""

from typing import ClassVar


class CreditError(Exception):
    """Base of every error that a user may meet; ``code`` is stable and documented.

    ``facts`` are plain keyword values; the wording lives in ``message`` and says what happened,
    where, and what to do.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
