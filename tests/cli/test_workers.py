"""Workers of a pool end with the process that began them, however it ended."""

import os
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.scale
POOL = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from gongxin.cli.processes import end_with

if __name__ == "__main__":
    spawn = get_context("spawn")
    with ProcessPoolExecutor(2, spawn, initializer=end_with, initargs=(os.getpid(),)) as pool:
        print(*{pool.submit(os.getpid).result() for _ in range(20)}, flush=True)
        time.sleep(600)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_end_when_the_process_that_began_them_is_killed(tmp_path):
    program = tmp_path / "pool.py"
    program.write_text(POOL)
    process = subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True)
    workers = [int(pid) for pid in process.stdout.readline().split()]
    assert workers
    assert all(map(alive, workers))

    process.kill()
    process.wait()
    process.stdout.close()

    until = time.monotonic() + 60
    while any(map(alive, workers)):
        assert time.monotonic() < until, "workers are left behind"
        time.sleep(0.1)
