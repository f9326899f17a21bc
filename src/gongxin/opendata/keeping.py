"""The keeper: makes each day's snapshot in time, and another when something left (开放数据进程).

Of a large ledger it counts the figures of the start page as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event

from django.db import DatabaseError, InterfaceError, connection

from gongxin.core.audit import By
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.derive import figures
from gongxin.law import Release
from gongxin.opendata import actions, queries

EVENING = 22  # o'clock in China: from then on the next day's snapshot is made
RESTS = timedelta(minutes=15)  # between two snapshots of one day
KEEPER = "platform:opendata"
KEEPING_LOCK = 7_203_004


@dataclass(frozen=True, slots=True)
class Keeper:
    """What keeping needs; ``say`` takes a line for the operator."""

    home: Path
    release: Callable[[], Release]
    now: Callable[[], datetime]
    today: Callable[[], date]
    say: Callable[[str], None]

    def due(self) -> date | None:
        """Return the day whose snapshot is to be made now, None if all is as it should be."""
        today, now = self.today(), self.now()
        served = queries.served(today, home=self.home)
        if served is None:
            return today
        if now - served.made_at >= RESTS and queries.has_removals(
            served, as_of=today, release=self.release()
        ):
            return today
        tomorrow = today + timedelta(days=1)
        evening = now.astimezone(CHINA).hour >= EVENING
        return tomorrow if evening and not queries.served(tomorrow, home=self.home) else None

    def once(self) -> int:
        """Make what is due and return how many snapshots that was; one keeper at a time.

        Raises:
            CreditError: exports wait, or there is no key.
            DatabaseError: the database does not answer.
        """
        made = 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [KEEPING_LOCK])
            if cursor.fetchone() != (True,):
                return 0
            try:
                figures.keep(self.today(), at=self.now())
                while (day := self.due()) is not None:
                    by = By(KEEPER, self.now())
                    found = actions.publish(
                        as_of=day, home=self.home, release=self.release(), by=by
                    )
                    self.say(f"open data of {day}: {found.id}")
                    made += 1
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [KEEPING_LOCK])
        return made

    def run(self, *, every: float, stop: Event) -> None:
        """Look each ``every`` seconds until ``stop`` is set."""
        while not stop.is_set():
            try:
                self.once()
            except (DatabaseError, InterfaceError) as error:
                self.say(f"the database does not answer ({type(error).__name__}); trying again")
                connection.close()
            except CreditError as error:
                self.say(f"no open data were made: {error.code}: {error.message}")
            except OSError as error:
                self.say(f"no open data were written ({error.strerror or type(error).__name__})")
            stop.wait(every)
