"""gongxin sandbox: a platform of its own with organisations whose answers are known (沙盒).

Whoever embeds a check tries it here: nothing in it is anybody's, each answer of the API says that
it is a sandbox's, and docs/howto/use-the-sandbox.md says what each organisation answers.
"""

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from gongxin.check.sandboxes import mark
from gongxin.cli import demo, platform
from gongxin.core.audit import By
from gongxin.core.errors import CreditError

if TYPE_CHECKING:
    from gongxin.accounts.client_actions import Credentials

HOME = ".gongxin-sandbox"
_DAYS = re.compile(r"@([+-]\d{1,4})")


class NoSandbox(CreditError):
    """There is a platform in the folder that is no sandbox, or the mode is production."""

    code = "platform.no_sandbox"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a program needs to ask the sandbox; the secret is shown this once."""

    home: str
    client_id: str
    secret: str


def make(*, as_of: date, now: Callable[[], datetime]) -> Sandbox:
    """Make the sandbox of ``GONGXIN_HOME`` anew or bring its days up to date; add a client.

    Raises:
        NoSandbox: another platform stands there, or this is production.
    """
    os.environ.setdefault("GONGXIN_HOME", HOME)
    if os.environ.get("GONGXIN_MODE", "development") != "development":
        message = "a sandbox is nothing for GONGXIN_MODE=production"
        raise NoSandbox(message)
    home = platform.home()
    if (home / "release.json").exists() and not mark(home).exists():
        message = f"{home} holds a platform that is no sandbox; name another in GONGXIN_HOME"
        raise NoSandbox(message)
    home.mkdir(parents=True, exist_ok=True)
    mark(home).touch()  # first: whatever is served from here says so
    by = By("sandbox", now())
    opened, _ = platform.create(platform.compile_pack(demo.PACK), by=by)
    with tempfile.TemporaryDirectory() as folder:
        for file in _files(Path(folder), as_of):
            _take_in(file, opened, now())
    made = _client(by)
    return Sandbox(str(home), made.client_id, made.secret)


def _take_in(file: Path, opened: platform.Platform, at: datetime) -> None:
    from gongxin.intake.receive import Handover, take_in  # noqa: PLC0415 - needs Django
    from gongxin.intake.recognise import Wanted  # noqa: PLC0415

    handover = Handover(file, demo.EXAMPLE_UNIT, at, Wanted(file.stem))
    take_in(handover, release=opened.release, home=opened.home)


def _files(folder: Path, as_of: date) -> list[Path]:
    """Write the files with days that count from the day: what they answer stays the same."""
    source = platform.shared() / "examples" / "sandbox"
    files = []
    for file in sorted(source.glob("*.csv")):
        text = _DAYS.sub(
            lambda found: (as_of + timedelta(days=int(found[1]))).isoformat(),
            file.read_text(encoding="utf-8"),
        )
        (folder / file.name).write_text(text, encoding="utf-8")
        files.append(folder / file.name)
    if len(files) == 0:
        message = "the sandbox needs its examples: run it in a checkout"
        raise NoSandbox(message)
    return files


def _client(by: By) -> "Credentials":
    from gongxin.accounts.client_actions import NewClient, add_client  # noqa: PLC0415 - Django

    new = NewClient(name="沙盒接入系统", unit=demo.EXAMPLE_UNIT, roles=("checker",))
    return add_client(new, by=by)
