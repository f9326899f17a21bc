"""Validation of a million penalties, every finding row-exact: ours, Polars by hand, pandera.polars.

Also DuckDB's own CSV reader against Polars → Arrow → DuckDB, so that the better can be kept.
Imports stand in the contenders: a child pays memory only for what it uses.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench.measure import Clock, Options, Report, Target, race, result, run

MODULE = "bench.validation"
MEMORY_LIMIT_MB = 2048
SHOWN = 20
Found = Iterable[tuple[int, str, str]]


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Race them, compare their findings, then race the readers."""
    names = {
        "gongxin": "ours",
        "polars by hand": "by_hand",
        "pandera.polars": "with_pandera",
        "pandera.polars, prepared": "with_pandera_prepared",
    }
    found = {name: {**options, "found": f"{function}.json"} for name, function in names.items()}
    raced = race(
        {name: (f"{MODULE}:{function}", found[name]) for name, function in names.items()},
        repeat=repeat,
        say=say,
    )
    differences = run(
        f"{MODULE}:compare", {**options, "files": [f"{f}.json" for f in names.values()]}
    )
    ours, pandera = raced["gongxin"], raced["pandera.polars"]
    same = len(differences["listed"]) == 0
    noun = f"{differences['findings']} findings in {differences['bad']} rows at fault"
    notes = [f"{noun}, the same in all" if same else "THE FINDINGS DIFFER:"]
    notes += differences["listed"]
    targets = (
        Target(
            "faster than pandera.polars",
            pandera.seconds / ours.seconds,
            same and ours.seconds < pandera.seconds,
        ),
        Target("peak memory below 2048 MB", ours.peak_mb, ours.peak_mb < MEMORY_LIMIT_MB),
    )
    title = f"Validation of {ours.rows:,} penalties of {ours.said['columns']} columns from CSV"
    lines = tuple(raced[name] for name in names)
    checked = Report(title, lines, "pandera.polars", targets, tuple(notes))
    return checked, _readers(options, repeat=repeat, say=say)


def _readers(options: Options, *, repeat: int, say: Callable[[str], None]) -> Report:
    readers = {
        "duckdb read_csv": (f"{MODULE}:read_duckdb", options),
        "polars → arrow → duckdb": (f"{MODULE}:read_polars", options),
    }
    raced = race(readers, repeat=repeat, say=say)
    title = "Reading the same file into a DuckDB table on disk"
    return Report(title, tuple(raced.values()), "polars → arrow → duckdb")


def ours(options: Options) -> dict[str, Any]:
    """What intake does with a file up to its findings."""
    from bench.platform import law, settle, staged  # noqa: PLC0415

    settle(options)
    clock, release = Clock(), law()
    workspace = Path(tempfile.mkdtemp(dir=options["folder"]))
    with clock:
        staging, found = staged(options, workspace, release, clock)
    columns = len(staging.recognised.columns)
    rows = staging.count("mapped")
    staging.close()
    shutil.rmtree(workspace)
    _keep(options, ((f.row, f.column, f.code) for f in found))
    return result(clock, rows, columns=columns)


def by_hand(options: Options) -> dict[str, Any]:
    """The checks written for this form in Polars."""
    from bench import hand_polars as hand  # noqa: PLC0415

    checks, path = _hand_rules(options), str(Path(options["folder"]) / "penalties.csv")
    clock = Clock()
    with clock:
        clock.step("read and prepare")
        prepared = hand.prepare(hand.read(path)).collect(engine="streaming")
        clock.step("check and collect")
        found = hand.report(prepared, checks).rows()
    _keep(options, (row[:3] for row in found))
    return result(clock, prepared.height, columns=len(hand.COLUMNS))


def with_pandera(options: Options) -> dict[str, Any]:
    """The same checks as a pandera schema; each check reads what it needs."""
    return _pandera(options, prepared=False)


def with_pandera_prepared(options: Options) -> dict[str, Any]:
    """The same, but days, amounts and codes are read by hand before pandera sees the frame."""
    return _pandera(options, prepared=True)


def _pandera(options: Options, *, prepared: bool) -> dict[str, Any]:
    from bench import hand_pandera  # noqa: PLC0415
    from bench import hand_polars as hand  # noqa: PLC0415

    checks, path = _hand_rules(options), str(Path(options["folder"]) / "penalties.csv")
    clock = Clock()
    with clock:
        clock.step("read and prepare")
        frame = hand.strip(hand.read(path))
        frame = (hand.read_once(frame) if prepared else frame).collect(engine="streaming")
        clock.step("check and collect")
        found = hand_pandera.report(frame, checks, prepared=prepared).rows()
    _keep(options, (row[:3] for row in found))
    return result(clock, frame.height, columns=len(hand.COLUMNS))


def _hand_rules(options: Options) -> list[Any]:
    from bench import hand_polars as hand  # noqa: PLC0415
    from bench.penalties import AS_OF  # noqa: PLC0415

    law = json.loads((Path(options["folder"]) / "law.json").read_text(encoding="utf-8"))
    return hand.rules(AS_OF, law["units"], law["bases"])


def _keep(options: Options, found: Found) -> None:
    listed = sorted([int(row), column, code] for row, column, code in found)
    path = Path(options["folder"]) / options["found"]
    path.write_text(json.dumps(listed), encoding="utf-8")


def compare(options: Options) -> dict[str, Any]:
    """List the findings that not every contender has, and count what the first one has."""
    folder = Path(options["folder"])
    told = {
        name: {tuple(f) for f in json.loads((folder / name).read_text(encoding="utf-8"))}
        for name in options["files"]
    }
    first, *others = told
    listed = []
    for other in others:
        listed += [f"only {first}: {f}" for f in sorted(told[first] - told[other])[:SHOWN]]
        listed += [f"only {other}: {f}" for f in sorted(told[other] - told[first])[:SHOWN]]
    return {
        "listed": listed,
        "findings": len(told[first]),
        "bad": len({row for row, _, _ in told[first]}),
    }


def read_duckdb(options: Options) -> dict[str, Any]:
    """As intake reads, every cell as text."""
    from bench.platform import law, opened, settle  # noqa: PLC0415

    settle(options)
    workspace = Path(tempfile.mkdtemp(dir=options["folder"]))
    staging, clean, _ = opened(options, workspace, law())
    clock = Clock()
    with clock:
        staging.con.execute(
            """CREATE TABLE source AS SELECT * FROM read_csv(?, all_varchar = true, header = true,
                delim = ',', quote = '"', escape = '"', strict_mode = true)""",
            [str(clean.path)],
        )
    rows = staging.count("source")
    staging.close()
    shutil.rmtree(workspace)
    return result(clock, rows)


def read_polars(options: Options) -> dict[str, Any]:
    """Polars reads, DuckDB takes over the Arrow table."""
    import duckdb  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415

    workspace = Path(tempfile.mkdtemp(dir=options["folder"]))
    con = duckdb.connect(str(workspace / "work.duckdb"))
    con.execute("SET memory_limit = '1GB'")
    clock = Clock()
    with clock:
        path = Path(options["folder"]) / "penalties.csv"
        table = pl.read_csv(path, infer_schema=False, empty_string_is_null=False).to_arrow()
        con.register("given", table)
        con.execute("CREATE TABLE source AS SELECT * FROM given")
    rows = con.execute("SELECT count(*) FROM source").fetchone()[0]
    con.close()
    shutil.rmtree(workspace)
    return result(clock, rows)
