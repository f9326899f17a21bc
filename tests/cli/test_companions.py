"""What runs beside the server begins again when it ends, and ends with it (SAFETY R8, R10)."""

import os
import signal
import time
from pathlib import Path

import pytest

from gongxin.cli import companions
from gongxin.cli.companions import LONGEST, SETTLED, SHORTEST, Companion, beside

WITHIN = 60
TASKS = Path("/proc/self/task")


class Ended:
    """A process that ended as soon as it began."""

    returncode = 1

    def poll(self) -> int:
        return self.returncode


class Running(Ended):
    def poll(self) -> None:
        return None


def waits(companion: Companion, *, ends: int) -> list[float]:
    """How long it is waited each time before it begins again, if it ends at once each time."""
    found, now = [], companion.began
    for _ in range(ends):
        companion.look(now)
        found.append(companion.due - now)
        now = companion.due
        companion.look(now)
    return found


@pytest.fixture
def begun(monkeypatch) -> list[tuple[str, ...]]:
    commands: list[tuple[str, ...]] = []

    def begin(command):
        commands.append(command)
        return Ended()

    monkeypatch.setattr(companions, "_begun", begin)
    return commands


def test_who_ends_at_once_waits_longer_each_time(begun):
    companion = Companion.begin(("audit", "seal"))

    assert waits(companion, ends=8) == [2, 4, 8, 16, 32, LONGEST, LONGEST, LONGEST]
    assert begun == [("audit", "seal")] * 9


def test_who_ran_a_while_begins_soon(begun):
    companion = Companion.begin(("push", "run"))
    waits(companion, ends=5)

    companion.look(companion.began + SETTLED + 1)

    assert companion.due == companion.began + SETTLED + 1 + SHORTEST


def test_who_runs_is_left_alone(begun):
    companion = Companion.begin(("push", "run"))
    companion.process = Running()

    companion.look(companion.began + 1)

    assert (companion.due, len(begun)) == (None, 1)


def test_it_waits_when_no_process_can_be_made(begun, monkeypatch):
    companion = Companion.begin(("push", "run"))
    companion.look(companion.began)

    def fail(_):
        raise BlockingIOError

    monkeypatch.setattr(companions, "_begun", fail)
    now = companion.due
    companion.look(now)

    assert companion.due == now + LONGEST


def children() -> set[int]:
    """The processes that any thread of this one has begun."""
    listed = (task / "children" for task in TASKS.iterdir())
    return {int(number) for file in listed for number in file.read_text("ascii").split()}


@pytest.mark.skipif(not TASKS.exists(), reason="asks Linux for its children")
def test_a_killed_one_comes_back_and_all_end_with_the_server(tmp_path, monkeypatch):
    # Without a platform the command ends with an error: what is watched is that it begins again.
    monkeypatch.setenv("GONGXIN_HOME", str(tmp_path))
    monkeypatch.setattr(companions, "SHORTEST", 0.1)
    monkeypatch.setattr(companions, "LONGEST", 0.2)
    before = children()

    with beside([("audit", "seal", "--every", "1")]):
        (first,) = children() - before
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + WITHIN
        while not (children() - before - {first}):
            assert time.monotonic() < until
            time.sleep(0.05)

    assert children() <= before
