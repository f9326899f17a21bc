"""What docs/style.md bans is refused by ruff: signals, clocks, outgoing requests."""

import subprocess
import sys
from pathlib import Path

import pytest

RUFF = str(Path(sys.executable).parent / "ruff")
BANNED = [
    "from django.dispatch import receiver",
    "from django.db.models.signals import post_save",
    "from datetime import date; date.today()",
    "from datetime import date; date.fromtimestamp(0)",
    "from datetime import datetime; datetime.now()",
    "from datetime import datetime; datetime.today()",
    "from datetime import datetime; datetime.utcnow()",
    "import datetime; datetime.datetime.now()",
    "from django.utils import timezone; timezone.now()",
    "from django.utils.timezone import now",
    "import time; time.time()",
    "import time; time.time_ns()",
    "import requests",
]


def refused(tree, code: str) -> bool:
    command = [
        RUFF,
        "check",
        "--no-cache",
        "--select=TID251",
        "--stdin-filename=src/gongxin/new.py",
    ]
    done = subprocess.run(
        [*command, "-"], input=code, cwd=tree.root, capture_output=True, text=True, check=False
    )
    return done.returncode == 1 and "TID251" in done.stdout


@pytest.mark.parametrize("code", BANNED)
def test_what_is_banned_is_refused(tree, code):
    assert refused(tree, code)


def test_measuring_time_is_allowed(tree):
    assert not refused(tree, "import time; time.monotonic()")
