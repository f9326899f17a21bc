"""gongxin demo: from files that departments would send to explained grades and a site (演示)."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from gongxin.cli import output, platform
from gongxin.core.audit import By
from gongxin.core.errors import CreditError

PACK = "demo"
SEED = 7
EXAMPLE_UNIT = "1121110005260181XL"
EXAMPLES = (
    "penalties.csv",
    "licences.xlsx",
    "penalties_2015.csv",
    "penalties_law.csv",
    "edge.csv",
)


class NoWorld(CreditError):
    """The world generator did not make a world."""

    code = "demo.no_world"


@dataclass(frozen=True, slots=True)
class Handed:
    """A file, the unit that hands it in, and what the unit says it is."""

    path: Path
    unit: str
    item: str = ""


def run(*, organisations: int, as_of: date, now: Callable[[], datetime]) -> None:
    """Load the demo pack, the examples and an invented world; evaluate; say what happened.

    Running it again on the same day posts nothing anew. On another day the invented world has
    other days: what they change becomes a revision.
    """
    began = time.monotonic()
    release = platform.compile_pack(PACK)
    opened, _ = platform.create(release, by=By("demo", now()))
    output.say(f"platform in {opened.home}, pack {PACK}, release {release.hash[:19]}…")
    output.say(f"  ready after {time.monotonic() - began:.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        world = _make_world(Path(folder), organisations, as_of)
        handed = [Handed(platform.shared() / "examples" / f, EXAMPLE_UNIT) for f in EXAMPLES]
        handed += [Handed(Path(folder) / f["file"], f["unit"], f["type"]) for f in world["files"]]
        _take_in_all(handed, opened, now)
    _evaluate(opened, as_of, now)
    output.say(f"done in {time.monotonic() - began:.1f} s. Look at:")
    for example in world["examples"][:3]:
        output.say(f"  http://127.0.0.1:8000/subjects/{example['uscc']}/")
        output.say(f"    {example['name']}: {example['why']}")


def _make_world(folder: Path, organisations: int, as_of: date) -> dict[str, list[dict[str, str]]]:
    program = platform.shared() / "tools" / "make_world.py"
    if not program.is_file():
        message = "the demo needs the examples and the world generator: run it in a checkout"
        raise NoWorld(message)
    command = [sys.executable, str(program), str(folder), "--organisations", str(organisations)]
    command += ["--seed", str(SEED), "--as-of", as_of.isoformat()]
    with output.steps("world", quiet=False) as step:
        step(f"{organisations} organisations")
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if made.returncode != 0:
        last = (made.stderr.strip().splitlines() or ["no message"])[-1]
        message = f"the world generator failed: {last}"
        raise NoWorld(message)
    world: dict[str, list[dict[str, str]]] = json.loads(
        (folder / "world.json").read_text(encoding="utf-8")
    )
    return world


def _take_in_all(
    handed: list[Handed], opened: platform.Platform, now: Callable[[], datetime]
) -> None:
    from gongxin.intake.receive import Handover, Outcome, take_in  # noqa: PLC0415 - needs Django
    from gongxin.intake.recognise import Wanted  # noqa: PLC0415

    began, outcomes = time.monotonic(), list[Outcome]()
    with output.bar("intake", len(handed)) as step:
        for one in handed:
            step(one.path.name)
            handover = Handover(one.path, one.unit, now(), Wanted(one.item))
            outcomes.append(take_in(handover, release=opened.release, home=opened.home))
    counts = {
        name: sum(getattr(outcome, name) for outcome in outcomes)
        for name in ("rows", "accepted", "duplicates", "personal", "rejected")
    }
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    output.say(f"{len(handed)} files taken in: {said}")
    output.say(f"  in {time.monotonic() - began:.1f} s; every rejected row has its findings back")


def _evaluate(opened: platform.Platform, as_of: date, now: Callable[[], datetime]) -> None:
    from gongxin.derive.grading import evaluate_all  # noqa: PLC0415 - needs Django

    began = time.monotonic()
    with output.steps("evaluate", quiet=False) as step:
        graded = evaluate_all(
            as_of=as_of,
            by=By("demo", now()),
            release=opened.release,
            home=opened.home,
            progress=step,
        )
    levels = ", ".join(f"{level} {count}" for level, count in graded.levels.items())
    output.say(f"{graded.subjects} organisations graded (示例 illustrative): {levels}")
    output.say(f"  in {time.monotonic() - began:.1f} s; natural persons and sole traders: none")
