"""When intake closes for want of room: a tenth of the disk, and 5 GiB on a large one."""

from collections import namedtuple

import pytest

from gongxin.cluster import disk

GIB = 1024**3
Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("total", "free", "nearly_full"),
    [
        (20 * GIB, 2 * GIB, False),  # a tenth
        (20 * GIB, 2 * GIB - 1, True),
        (1000 * GIB, 5 * GIB, False),  # a half of a hundredth, and enough
        (1000 * GIB, 5 * GIB - 1, True),
        (20 * GIB, 0, True),
    ],
)
def test_a_tenth_or_five_gibibytes(monkeypatch, tmp_path, total, free, nearly_full):
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: Usage(total, total - free, free))

    assert disk.is_nearly_full(tmp_path) is nearly_full


def test_a_folder_that_is_missing_is_another_fault(tmp_path):
    assert not disk.is_nearly_full(tmp_path / "none")
    assert disk.free_share(tmp_path / "none") == 0
