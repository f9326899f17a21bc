"""Make an invented place: the files that four departments would hand in about it (示例数据).

    python tools/make_world.py OUT_DIR --organisations 2000 --seed 7 --as-of 2026-11-20

The same arguments give the same bytes. ``OUT_DIR/world.json`` says what was made. All names are
invented, all codes valid and nobody's. ``make_world`` gives the same as rows, and
``penalty_table`` a table of millions of penalties in seconds.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from random import Random

if not __package__:  # run as a program: the repository's folder is not on the path yet
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gongxin.core.uscc import PLACEHOLDER
from tools.world import acts, cast, lists, standing
from tools.world.faults import damage, persons
from tools.world.files import FORMATS, style_of, write_file
from tools.world.forms import read_forms
from tools.world.licences import make_licences
from tools.world.organisations import CAST, Organisation, make_organisations
from tools.world.penalties import make_penalties
from tools.world.penalty_table import PenaltyTable, penalty_table
from tools.world.records import UNITS, Desk, Reported, Row, Unit

__all__ = ["Batch", "PenaltyTable", "World", "make_world", "penalty_table", "write_world"]

LICENCES_EACH = 1.2
PENALTIES_EACH = 0.6
AT_LEAST = 4
FEWEST = 2 * len(CAST)
FOLDERS = dict(zip(UNITS, ("market", "environment", "emergency", "transport"), strict=True))
NOTE = "虚构数据：名称均为虚构，代码校验有效但不属于任何主体，自然人证件号码不可能存在"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one unit hands in of one item; rows count from 1.

    Rows are keyed by the catalog's field codes, days are YYYY-MM-DD. ``bad`` names a finding that
    each bad row has; ``duplicates`` repeat an earlier row; ``persons`` are about natural persons.
    """

    unit: Unit
    item: str
    rows: tuple[Row, ...]
    bad: dict[int, str]
    duplicates: tuple[int, ...]
    persons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class World:
    """An invented place on a day; batches are sorted by unit and item."""

    seed: int
    as_of: date
    organisations: tuple[Organisation, ...]
    batches: tuple[Batch, ...]
    classes: dict[str, int]
    examples: tuple[cast.Example, ...]

    def rows(self, item: str) -> list[Row]:
        """Return all rows of an item, unit by unit, bad ones and duplicates too."""
        return [row for batch in self.batches if batch.item == item for row in batch.rows]


def make_world(n: int, seed: int, as_of: date, *, penalties: int | None = None) -> World:
    """Return an invented place with n undertakings and what is recorded about them.

    Args:
        n: undertakings; at least 10, of which the first five are made for showing.
        seed: the same arguments give the same world.
        as_of: nothing is recorded after this day, except in rows that are bad for it.
        penalties: penalties drawn besides those of the first five; six for ten undertakings.

    Raises:
        ValueError: fewer than 10 undertakings.
    """
    if n < FEWEST:
        message = f"a world needs at least {FEWEST} organisations, not {n}"
        raise ValueError(message)
    organisations = make_organisations(n, seed=seed, as_of=as_of)
    desk = Desk(Random(f"{seed}:cast"), as_of, organisations[len(CAST) :])
    told = cast.reported(cast.tell(desk, organisations))
    n_penalties = round(n * PENALTIES_EACH) if penalties is None else penalties
    for item, reported in _draw(desk, seed, n_penalties):
        told.setdefault(item, []).extend(reported)
    spared = frozenset(shown.uscc for shown in organisations[: len(CAST)]) | {PLACEHOLDER}
    return World(
        seed=seed,
        as_of=as_of,
        organisations=organisations,
        batches=tuple(_batches(told, seed=seed, spared=spared)),
        classes=dict(sorted(desk.classes.items())),
        examples=cast.examples(organisations),
    )


def write_world(world: World, folder: Path, *, formats: Sequence[str] = ("csv",)) -> None:
    """Write a file for each batch and ``world.json`` into the folder."""
    files = []
    for place, batch in enumerate(world.batches):
        style = style_of(place, formats)
        name = f"{FOLDERS[batch.unit]}/{batch.item}.{style.format}"
        write_file(folder / name, batch.rows, read_forms()[batch.item], style)
        counted = {"rows": len(batch.rows), "bad": batch.bad, "duplicates": batch.duplicates}
        about = {"file": name, "unit": batch.unit.uscc, "unit_name": batch.unit.name}
        files.append(
            about | {"type": batch.item} | counted | {"persons": batch.persons} | asdict(style)
        )
    summary = json.dumps(_summary(world) | {"files": files}, ensure_ascii=False, indent=1)
    (folder / "world.json").write_text(summary + "\n", encoding="utf-8")


def _draw(desk: Desk, seed: int, penalties: int) -> Iterator[tuple[str, list[Reported]]]:
    """Make the records drawn at random; every item has its own chance, so none shifts another."""
    n = len(desk.organisations)

    def fresh(item: str) -> Desk:
        desk.random = Random(f"{seed}:{item}")
        return desk

    yield "administrative-penalty", [*make_penalties(fresh("administrative-penalty"), penalties)]
    count = round(n * LICENCES_EACH)
    yield "administrative-licence", [*make_licences(fresh("administrative-licence"), count)]
    for item, (each, make) in (acts.MAKERS | lists.MAKERS | standing.MAKERS).items():
        reported = [*make(fresh(item), max(round(n * each), AT_LEAST))]
        yield item, reported
        if item == "commitment":
            performed = standing.make_performances(fresh("commitment-performance"), reported)
            yield "commitment-performance", [*performed]


def _batches(
    told: dict[str, list[Reported]], *, seed: int, spared: frozenset[str]
) -> Iterator[Batch]:
    for unit in UNITS:
        for item in sorted(told):
            rows = [row for reporter, row in told[item] if reporter is unit]
            if len(rows) == 0:
                continue
            form, random = read_forms()[item], Random(f"{seed}:faults:{unit.uscc}:{item}")
            random.shuffle(rows)
            damaged = damage(random, rows, form, spared=spared)
            yield Batch(
                unit=unit,
                item=item,
                rows=damaged.rows,
                bad=damaged.bad,
                duplicates=damaged.duplicates,
                persons=persons(damaged.rows, form),
            )


def _summary(world: World) -> dict[str, object]:
    items = sorted({batch.item for batch in world.batches})
    batches = world.batches
    return {
        "note": NOTE,
        "invented": True,
        "seed": world.seed,
        "as_of": world.as_of.isoformat(),
        "organisations": len(world.organisations),
        "kinds": dict(sorted(Counter(o.kind for o in world.organisations).items())),
        "regions": dict(sorted(Counter(o.region for o in world.organisations).items())),
        "rows": sum(len(batch.rows) for batch in batches),
        "bad": sum(len(batch.bad) for batch in batches),
        "duplicates": sum(len(batch.duplicates) for batch in batches),
        "persons": sum(len(batch.persons) for batch in batches),
        "items": {item: len(world.rows(item)) for item in items},
        "penalty_classes": world.classes,
        "examples": [asdict(example) for example in world.examples],
    }


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the files of an invented place.")
    parser.add_argument("folder", metavar="OUT_DIR", type=Path)
    parser.add_argument("--organisations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--penalties", type=int)
    parser.add_argument("--formats", default="csv", help="csv, xlsx or csv,xlsx")
    asked = parser.parse_args(argv)
    asked.formats = tuple(asked.formats.split(","))
    if not set(asked.formats) <= set(FORMATS):
        parser.error(f"--formats knows {', '.join(FORMATS)}")
    if asked.organisations < FEWEST:
        parser.error(f"--organisations must be at least {FEWEST}")
    return asked


def main(argv: Sequence[str] | None = None) -> None:
    """Make a world and write it; print where it is and how much."""
    asked = _arguments(argv)
    world = make_world(asked.organisations, asked.seed, asked.as_of, penalties=asked.penalties)
    write_world(world, asked.folder, formats=asked.formats)
    rows = sum(len(batch.rows) for batch in world.batches)
    print(f"{asked.folder}: {len(world.batches)} files, {rows} rows")


if __name__ == "__main__":
    main()
