"""The keeper of letters: deletes what is past its last day, whether letters come or not (来信到期).

Nobody reads such a letter in the meantime: the queries know the day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from django.db import DatabaseError, InterfaceError, connection

from gongxin.core.audit import By
from gongxin.feedback import actions

KEEPER = "platform:feedback"


@dataclass(frozen=True, slots=True)
class Keeper:
    """What keeping needs; ``say`` takes a line for the operator."""

    now: Callable[[], datetime]
    say: Callable[[str], None]

    def once(self) -> int:
        """Delete the letters that ended and return how many.

        Raises:
            DatabaseError: the database does not answer.
        """
        gone = actions.expire(by=By(KEEPER, self.now()))
        if gone:
            self.say(f"deleted {gone} letters past their last day")
        return gone

    def run(self, *, every: float, stop: Event) -> None:
        """Look each ``every`` seconds until ``stop`` is set."""
        while not stop.is_set():
            try:
                self.once()
            except (DatabaseError, InterfaceError) as error:
                self.say(f"the database does not answer ({type(error).__name__}); trying again")
                connection.close()
            stop.wait(every)
