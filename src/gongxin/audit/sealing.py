"""The sealer: seals what was recorded again and again, and keeps the witnesses up to date (封存).

One a cluster works at a time (an advisory lock); more do no harm. Nothing that fails ends it: a
lost database or a witness that is away is said, and tried again the next time.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from django.db import DatabaseError, InterfaceError, connection

from gongxin.audit import actions
from gongxin.audit.queries import taken
from gongxin.audit.signing import Signer
from gongxin.audit.witness import Witness, WitnessRefuses
from gongxin.core.audit import BadCheckpoint
from gongxin.core.errors import CreditError

SKEW = timedelta(seconds=5)
TELLING_LOCK = 7_203_003


class ClockSkew(CreditError):
    """Our clock and a witness' differ: a deed sealed now could be back-dated (T22)."""

    code = "audit.clock_skew"


@dataclass(frozen=True, slots=True)
class Sealer:
    """What sealing needs; ``say`` takes a line for the operator, without personal data.

    ``before`` records what was only counted until now; it is called before each sealing.
    """

    signer: Signer
    witnesses: Sequence[Witness]
    now: Callable[[], datetime]
    say: Callable[[str], None]
    before: Callable[[], object] = lambda: None

    def once(self) -> int:
        """Seal all that waits and tell the witnesses; return how many deeds were sealed.

        Raises:
            ClockSkew: nothing was sealed.
            DatabaseError: the database does not answer.
        """
        self.before()
        there = [one for one in self.witnesses if self._tried(one, self._meet)]
        sealed = sum(len(one.leaves) for one in actions.seal_all(now=self.now, signer=self.signer))
        with _alone() as alone:
            for one in there if alone else ():
                self._tried(one, self._tell)
        return sealed

    def run(self, *, every: float, stop: Event) -> None:
        """Seal each ``every`` seconds until ``stop`` is set."""
        while not stop.is_set():
            try:
                if sealed := self.once():
                    self.say(f"sealed {sealed} deeds")
            except (DatabaseError, InterfaceError) as error:
                self.say(f"the database does not answer ({type(error).__name__}); trying again")
                connection.close()
            except CreditError as error:
                self.say(f"nothing was sealed: {error.code}: {error.message}")
            stop.wait(every)

    def _meet(self, one: Witness) -> None:
        # A folder that is not mounted must not become a witness that has seen nothing.
        if not taken(one.name):
            one.begin(self.signer.verifier)
        compare_clocks(one.name, ours=self.now(), theirs=one.clock())

    def _tell(self, one: Witness) -> None:
        actions.tell(one, at=self.now())

    def _tried(self, one: Witness, work: Callable[[Witness], None]) -> bool:
        """Say what keeps a witness from its work and go on without it; it catches up later."""
        try:
            work(one)
        except OSError as error:
            self.say(f"witness {one.name} is away ({error.strerror or type(error).__name__})")
        except (WitnessRefuses, BadCheckpoint) as error:
            self.say(f"witness {one.name} refuses: {error.message}")
        else:
            return True
        return False


def compare_clocks(name: str, *, ours: datetime, theirs: datetime) -> None:
    """Make sure that two clocks differ by no more than ``SKEW``.

    Raises:
        ClockSkew: they do.
    """
    apart = abs(ours - theirs)
    if apart > SKEW:
        message = (
            f"the clock of {name} and ours differ by {apart.total_seconds():.0f} s; set the clocks"
            " right, then sealing goes on by itself"
        )
        raise ClockSkew(message, witness=name)


@contextmanager
def _alone() -> Iterator[bool]:
    """Tell whether no other sealer speaks to the witnesses now; none does while this lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TELLING_LOCK])
        (alone,) = cursor.fetchone()
        try:
            yield bool(alone)
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TELLING_LOCK])
