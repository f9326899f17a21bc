"""What all contenders read: a department's file of penalties, made once and kept for the run."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.csv
from tools.make_world import penalty_table

from bench.measure import Options

AS_OF = date(2026, 11, 20)
PACK = "demo"


def make(options: Options) -> dict[str, Any]:
    """Write ``penalties.csv`` and ``law.json`` (units, words that refuse a row) into a folder."""
    from gongxin.cli.platform import compile_pack  # noqa: PLC0415 - a child's own import

    folder, rows = Path(options["folder"]), int(options["rows"])
    made = penalty_table(rows, int(options["seed"]), AS_OF)
    pyarrow.csv.write_csv(made.table, folder / "penalties.csv")
    release = compile_pack(PACK)
    law = {
        "units": [unit.uscc for unit in release.content.units],
        "bases": list(release.safeguards.bases),
    }
    (folder / "law.json").write_text(json.dumps(law, ensure_ascii=False), encoding="utf-8")
    size = (folder / "penalties.csv").stat().st_size
    return {"columns": made.table.num_columns, "bad": len(made.bad), "megabytes": size >> 20}
