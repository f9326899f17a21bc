"""What a process laid down in clear goes with it, or with the next one if it was killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gongxin.engines.scratch import scratch_folder, sweep

WORK = """
import sys, time
from pathlib import Path
from gongxin.engines.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "text.csv").write_text("in clear")
    print(folder, flush=True)
    time.sleep(600)
"""


@contextmanager
def at_work(home: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that has laid a file into its folder and works on."""
    command = [sys.executable, "-c", WORK, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def lying(home: Path) -> list[Path]:
    return [path for path in (home / "scratch").iterdir() if path.is_dir()]


def test_a_folder_goes_when_its_work_is_done(tmp_path):
    with scratch_folder(tmp_path) as folder:
        (folder / "text.csv").touch()
        assert lying(tmp_path) == [folder]
        assert folder.stat().st_mode & 0o777 == 0o700

    assert lying(tmp_path) == []


def test_a_folder_goes_when_its_work_fails(tmp_path):
    with pytest.raises(FileNotFoundError), scratch_folder(tmp_path) as folder:
        (folder / "gone.csv").read_bytes()

    assert lying(tmp_path) == []


def test_the_next_process_removes_what_a_killed_one_left(tmp_path):
    with at_work(tmp_path) as (process, folder):
        process.send_signal(signal.SIGKILL)
        process.wait()

        assert (folder / "text.csv").read_text() == "in clear"
        assert sweep(tmp_path) == 1
        assert lying(tmp_path) == []


def test_the_folder_of_a_living_process_stays(tmp_path):
    with at_work(tmp_path) as (_, folder), scratch_folder(tmp_path) as own:
        assert sweep(tmp_path) == 0
        assert sorted(lying(tmp_path)) == sorted([folder, own])
        assert (folder / "text.csv").exists()


def test_a_folder_without_a_lock_is_removed(tmp_path):
    """From before there were locks, or from a crash in its making."""
    (tmp_path / "scratch" / "tmp1").mkdir(parents=True)

    assert sweep(tmp_path) == 1
    assert lying(tmp_path) == []


def test_a_platform_without_scratch_folder_has_nothing_to_remove(tmp_path):
    assert sweep(tmp_path) == 0
