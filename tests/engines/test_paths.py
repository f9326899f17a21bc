"""DuckDB opens the file that a path names, whatever characters the path holds."""

from pathlib import Path

import duckdb
import pytest

from gongxin.engines.paths import glob_escaped

NAMES = ["a.csv", "a1.csv", "ab.csv", "a*.csv", "a?.csv", "a[1].csv", "a[.csv", "a].csv"]
NAMES += ["a[!1].csv", "a[a-z].csv", "a**.csv", "[[].csv", "{a,a1}.csv", "a\\1.csv", "k=v.csv"]
FOLDERS = ["plain", "a[1]", "a*", "a?", "**", "[", "k=v"]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("name", [name for name in NAMES if "\\" not in name])
def test_a_csv_is_read_and_not_its_neighbours(tmp_path, folder: str, name: str):
    for beside in FOLDERS:
        (tmp_path / beside).mkdir()
        for other in NAMES:
            (tmp_path / beside / other).write_text(f"{beside}/{other}\n", encoding="utf-8")

    read = "SELECT * FROM read_csv(?, columns = {'x': 'VARCHAR'}, header = false, delim = '\\t',"
    found = (
        duckdb.connect()
        .execute(
            f"{read} auto_detect = false, hive_partitioning = false)",
            [glob_escaped(tmp_path / folder / name)],
        )
        .fetchall()
    )

    assert found == [(f"{folder}/{name}",)]


@pytest.mark.parametrize("name", ["a[1]", "a*", "a?", "a["])
def test_a_parquet_file_is_read_and_not_its_neighbours(tmp_path, name: str):
    for number, beside in enumerate(("a1", "ab", "a[1]", "a*", "a?", "a[")):
        duckdb.connect().sql(f"SELECT {number} AS n").write_parquet(str(tmp_path / beside))

    path = glob_escaped(tmp_path / name)

    found = duckdb.connect().execute("SELECT n FROM read_parquet(?)", [path]).fetchall()
    assert found == [({"a[1]": 2, "a*": 3, "a?": 4, "a[": 5}[name],)]


def test_a_leading_tilde_is_no_home_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    assert glob_escaped(Path("~/a.csv")) == str(tmp_path / "~/a.csv").replace("[", "[[]")
