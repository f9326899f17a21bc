"""A whole population graded by the compiled model, against the same model written by hand in SQL.

Both read the same segments with the same settings and make the tables ``lines`` and ``grades``;
the results are compared row by row after the race.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.measure import Clock, Options, Report, Target, race, result, run

if TYPE_CHECKING:
    import duckdb

MODULE = "bench.evaluation"
SHARE = 0.7
MEMORY_LIMIT_MB = 2048
HAND = Path(__file__).with_name("hand_model.sql")


def report(options: Options, *, repeat: int, say: Callable[[str], None]) -> tuple[Report, ...]:
    """Make the ledger, race, compare."""
    made = run(f"{MODULE}:make", options)
    say(f"  {made['entries']:,} entries of {made['organisations']:,} organisations")
    contenders = {
        "gongxin": (f"{MODULE}:ours", {**options, "result": "ours"}),
        "hand-written SQL": (f"{MODULE}:by_hand", {**options, "result": "hand"}),
    }
    raced = race(contenders, repeat=repeat, say=say)
    ours, hand = raced.values()
    only = run(f"{MODULE}:compare", options)["only"]
    equal = not any(only.values())
    share = hand.seconds / ours.seconds
    targets = (
        Target(f"at least {SHARE} of hand-written SQL", share, equal and share >= SHARE),
        Target("peak memory below 2048 MB", ours.peak_mb, ours.peak_mb < MEMORY_LIMIT_MB),
    )
    title = f"Evaluation of {ours.said['graded']:,} organisations with {ours.rows:,} entries"
    told = f"{ours.said['lines']:,} lines; " + (
        "lines, scores, levels and ceilings are equal" if equal else f"THEY DIFFER: {only}"
    )
    return (Report(title, (ours, hand), "hand-written SQL", targets, (told,)),)


def make(options: Options) -> dict[str, Any]:
    """Write the world."""
    from bench.platform import settle  # noqa: PLC0415

    settle(options)
    from bench import world  # noqa: PLC0415

    return world.make(options)


def ours(options: Options) -> dict[str, Any]:
    """The model compiled from the pack."""
    from bench.penalties import AS_OF, PACK  # noqa: PLC0415
    from bench.platform import settle  # noqa: PLC0415

    settle(options)
    from gongxin.cli.platform import compile_pack  # noqa: PLC0415
    from gongxin.core import evaluation  # noqa: PLC0415
    from gongxin.derive import grading  # noqa: PLC0415
    from gongxin.derive.explanation import the_model  # noqa: PLC0415

    release = compile_pack(PACK)
    compiled = evaluation.compile_model(the_model(release), release.items)
    con, clock = _open(options), Clock()
    subjects = [s for (s,) in con.execute("SELECT subject FROM given").fetchall()]
    with clock:
        grading.run(con, compiled, as_of=AS_OF, subjects=subjects)
    return _told(con, clock, options)


def by_hand(options: Options) -> dict[str, Any]:
    """The model as ``hand_model.sql`` says it."""
    from bench.penalties import AS_OF  # noqa: PLC0415

    con, clock = _open(options), Clock()
    subjects = [s for (s,) in con.execute("SELECT subject FROM given").fetchall()]
    with clock:
        con.execute("CREATE TABLE graded (subject VARCHAR)")
        con.execute("INSERT INTO graded SELECT unnest(?::VARCHAR[])", [subjects])
        con.execute("SET VARIABLE as_of = ?::DATE", [AS_OF])
        con.execute(HAND.read_text(encoding="utf-8"))
    return _told(con, clock, options)


def _open(options: Options) -> "duckdb.DuckDBPyConnection":
    import duckdb  # noqa: PLC0415

    con, folder = duckdb.connect(), Path(options["folder"])
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET memory_limit = '1GB'")
    con.execute("SET temp_directory = ?", [str(folder / "spill")])
    con.execute(f"CREATE VIEW entry AS SELECT * FROM read_parquet('{folder}/segments/*.parquet')")
    con.execute(f"CREATE VIEW given AS SELECT * FROM read_parquet('{folder}/graded.parquet')")
    return con


def _told(con: "duckdb.DuckDBPyConnection", clock: Clock, options: Options) -> dict[str, Any]:
    folder, name = Path(options["folder"]), options["result"]
    for table in ("lines", "grades"):
        con.execute(f"COPY (SELECT * FROM {table}) TO '{folder}/{name}-{table}.parquet'")
    counted = {
        table: con.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("entry", "lines", "graded")
    }
    return result(clock, counted.pop("entry"), **counted)


def compare(options: Options) -> dict[str, Any]:
    """Count rows that only one of the two has."""
    import duckdb  # noqa: PLC0415

    con, folder = duckdb.connect(), Path(options["folder"])
    con.execute("SET temp_directory = ?", [str(folder / "spill")])
    counts = {}
    for table in ("lines", "grades"):
        for one, other in (("ours", "hand"), ("hand", "ours")):
            only = (
                f"SELECT * FROM '{folder}/{one}-{table}.parquet' EXCEPT ALL"
                f" SELECT * FROM '{folder}/{other}-{table}.parquet'"
            )
            found = con.execute(f"SELECT count(*) FROM ({only})").fetchone()
            counts[f"{table} only of {one}"] = found[0]
    return {"only": counts}
