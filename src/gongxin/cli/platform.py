"""The platform in ``GONGXIN_HOME``: its folder, database, keys and release."""

import os
import secrets
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.core.management import call_command

from gongxin import cluster, law
from gongxin.audit import signing
from gongxin.core.audit import By
from gongxin.core.errors import CreditError
from gongxin.engines.scratch import sweep
from gongxin.law import LawError, Release
from gongxin.law.source import Fault, Place

if TYPE_CHECKING:
    from gongxin.intake.restating import Restated

SETTINGS = "gongxin.site.settings"
PERSONAL = "GONGXIN_PERSONAL_DATABASE_URL"
CITIZEN = "GONGXIN_CITIZEN_DATABASE_URL"
OTHERS = ("GONGXIN_DATABASE_URL", "GONGXIN_WEB_DATABASE_URL")


class NoPlatform(CreditError):
    """There is no platform in the folder yet."""

    code = "platform.missing"


@dataclass(frozen=True, slots=True)
class Platform:
    """An opened platform: Django is set up on its database."""

    home: Path
    database: cluster.Database

    @property
    def release(self) -> Release:
        """The release that the platform runs on."""
        return law.active(self.home)


def home() -> Path:
    """Return the platform's folder: ``GONGXIN_HOME``, else ``.gongxin`` where one stands."""
    return Path(os.environ.get("GONGXIN_HOME", ".gongxin")).absolute()


@lru_cache(maxsize=1)
def shared() -> Path:
    """Return the folder that holds packs, profiles, examples and tools.

    A checkout has them at its root; an installed package under ``share/gongxin``.
    """
    root = Path(__file__).resolve().parents[3]
    return root if (root / "packs").is_dir() else Path(sys.prefix) / "share" / "gongxin"


def compile_pack(name_or_folder: str) -> Release:
    """Compile a pack by its name or folder, with the profiles beside the packs.

    Raises:
        LawError: any fault in any file; nothing is compiled.
    """
    folder = Path(name_or_folder)
    if not (folder / "pack.yaml").is_file():
        folder = shared() / "packs" / name_or_folder
    if not (folder / "pack.yaml").is_file():
        known = ", ".join(sorted(p.parent.name for p in shared().glob("packs/*/pack.yaml")))
        message = f"there is no pack {name_or_folder}; known: {known}"
        raise LawError([Fault(Place(name_or_folder, 1), message)])
    return law.compile_place(folder, profiles=shared() / "profiles")


def connect(*, persons: bool = False) -> Platform:
    """Open the platform's database and set Django up on it; starts the private cluster.

    Only a command that deals with records of persons is told where they are (ADR 0019).
    """
    folder = home()
    if not (folder / "release.json").is_file():
        message = f"there is no platform in {folder} yet; run gongxin init --pack NAME"
        raise NoPlatform(message)
    return _open(folder, persons=persons)


def _open(folder: Path, *, persons: bool) -> Platform:
    sweep(folder)
    for name in ("session", "factors", "push"):  # also where an older version made the platform
        _key(folder, name)
    database = cluster.open_database(folder, env=os.environ)
    os.environ["GONGXIN_HOME"] = str(folder)
    os.environ["GONGXIN_DATABASE_URL"] = database.dsn
    if database.web_dsn is not None:
        os.environ["GONGXIN_WEB_DATABASE_URL"] = database.web_dsn
    for name in (PERSONAL, CITIZEN):
        os.environ.pop(name, None)  # also for whatever this process starts
    if persons and database.personal_dsn is not None:
        os.environ[PERSONAL] = database.personal_dsn
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    return Platform(folder, database)


class NoCitizens(CreditError):
    """Persons cannot be served their own records yet; nothing was started."""

    code = "platform.no_citizens"


def prepare_for_persons() -> Path:
    """Leave in the environment what the process for persons needs, and nothing else; its folder.

    Django is not set up: whoever serves does it with settings of its own (ADR 0024).

    Raises:
        NoCitizens: there is no identity service, no role that serves persons, or no rights.
    """
    folder = home()
    if not (folder / "keys" / "realname").is_file():
        message = f"{folder / 'keys' / 'realname'} names no identity service; see the how-to page"
        raise NoCitizens(message)
    database = cluster.open_database(folder, env=os.environ)
    if database.citizen_dsn is None or database.personal_dsn is None:
        message = f"make the role gongxin_citizen, run gongxin init, and name it in {CITIZEN}"
        raise NoCitizens(message)
    found = cluster.personal_doctor(database)
    strict = os.environ.get("GONGXIN_MODE", "development") != "development"
    if found["answers"] != "yes" or (strict and found["wrong"]):
        message = f"the database of personal records: {found['wrong']}"
        raise NoCitizens(message)
    if not cluster.serves_persons(database):
        message = (
            "the role that serves persons has no rights yet; run gongxin init --pack NAME again"
        )
        raise NoCitizens(message)
    _key(folder, "citizen")
    for name in OTHERS:
        os.environ.pop(name, None)
    os.environ["GONGXIN_HOME"] = str(folder)
    os.environ[CITIZEN], os.environ[PERSONAL] = database.citizen_dsn, database.personal_dsn
    return folder


def create(release: Release, *, by: By) -> "tuple[Platform, Restated]":
    """Make an empty platform in ``GONGXIN_HOME``: database, tables, keys, release, units.

    Making it again changes the release and the units' names, and restates what is there.
    """
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    platform = _open(folder, persons=True)
    cluster.make_personal(platform.database)
    from gongxin.accounts import handing_in, units  # noqa: PLC0415 - models need Django set up
    from gongxin.check import documents  # noqa: PLC0415
    from gongxin.cli import rights  # noqa: PLC0415
    from gongxin.intake import persons, restating  # noqa: PLC0415
    from gongxin.opendata import documents as open_documents  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    # Its own room alone: working out the other rooms' tables takes seconds and makes none there.
    call_command("migrate", "personal", verbosity=0, interactive=False, database="personal")
    rights.apply()
    persons.prepare(folder, release)
    signing.make(folder, f"gongxin/{release.content.place}")
    signing.make(folder, f"gongxin/{release.content.place}/check", documents.KEY)
    signing.make(folder, f"gongxin/{release.content.place}/opendata", open_documents.KEY)
    units.register(release.content.units)
    handing_in.register(release.content.hand_in)
    return platform, restating.put_in_force(release, folder, by=by)


class Unsafe(CreditError):
    """The settings are not fit for production; nothing was started."""

    code = "platform.unsafe"


def unsafe() -> list[CheckMessage]:
    """Return what would keep the platform from starting in production mode."""
    return checks.run_checks(tags=["production"], include_deployment_checks=True)


def refuse_unsafe() -> None:
    """Refuse to serve in production mode with anything unsafe.

    Raises:
        Unsafe: what, where and what to do, for each.
    """
    if settings.GONGXIN.mode == "development":
        return
    found = unsafe()
    if found:
        lines = [f"{one.id}: {one.msg}. In {one.obj}: {one.hint}." for one in found]
        message = "nothing was started, this is not fit for production:\n" + "\n".join(lines)
        raise Unsafe(message)


def _key(folder: Path, name: str) -> None:
    path = folder / "keys" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
