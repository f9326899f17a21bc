"""What a server that serves the public may not have: each finding refuses to start (上线检查, T26).

``GONGXIN_MODE=production`` turns refusing on; ``gongxin doctor --production`` lists what would.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connection

from gongxin.audit import signing
from gongxin.cluster import disk, django_settings
from gongxin.core.audit import BadCheckpoint
from gongxin.core.errors import CreditError
from gongxin.site import state
from gongxin.site.state import DatabaseState

DEVELOPMENT, PRODUCTION = "development", "production"
KEYS = (
    "audit",
    "check",
    "citizen",
    "factors",
    "opendata",
    "personal",
    "push",
    "realname",
    "session",
    "sso",
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
WEAK = "django-insecure"
SECRET_LENGTH, SECRET_SIGNS = 50, 10
SKEW_SECONDS, UNSEALED_SECONDS = 5, 4 * 3600
FREE_SHARE = 0.05
OTHERS, OTHERS_WRITE = 0o077, 0o022


class Unsafe(CreditError):
    """The settings are not fit for production; nothing was started."""

    code = "site.unsafe"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is judged; ``keys`` has the mode of each file that is there, ``database`` may be away.

    ``dsn`` is Django's entry of the database, without which nothing could be said of its login.
    """

    mode: str
    debug: bool
    secret_key: str
    allowed_hosts: Sequence[str]
    secure_cookies: bool
    tracebacks: bool
    dsn: Mapping[str, Any]
    web: bool
    persons: bool
    database: DatabaseState | None
    home: Path
    home_mode: int
    keys_mode: int
    keys: Mapping[str, int]
    signs: bool
    release: bool
    witnesses: Sequence[Path]
    free: float

    @property
    def tcp(self) -> bool:
        """Whether the database is reached over the network."""
        host = str(self.dsn.get("HOST", ""))
        return bool(host) and not host.startswith("/")

    @property
    def abroad(self) -> bool:
        """Whether the database is on another machine."""
        return self.tcp and str(self.dsn["HOST"]) not in LOOPBACK

    @property
    def tls(self) -> bool:
        """Whether the database's name is proved to us, and what is said to it hidden."""
        mode = str(self.dsn.get("OPTIONS", {}).get("sslmode", ""))
        return mode in {"require", "verify-ca", "verify-full"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is unsafe, where it is set, and what to do."""

    id: str
    what: str
    where: str
    todo: str


@dataclass(frozen=True, slots=True)
class _Rule:
    finding: Finding
    unsafe: Callable[[Facts], bool]


def _rule(text: str, unsafe: Callable[[Facts], bool]) -> _Rule:
    """``text`` is id, what, where and what to do, parted by bars."""
    return _Rule(Finding(*(part.strip() for part in text.split("|"))), unsafe)


def _of(facts: Facts, unsafe: Callable[[DatabaseState], bool]) -> bool:
    return facts.database is not None and unsafe(facts.database)


RULES: tuple[_Rule, ...] = (
    _rule(
        "mode|The mode is none that is known|GONGXIN_MODE|write production, or development",
        lambda f: f.mode not in {DEVELOPMENT, PRODUCTION},
    ),
    _rule(
        "debug|Faults show their source to everybody|DEBUG in the settings|set it to False",
        lambda f: f.debug,
    ),
    _rule(
        "tracebacks|Faults of commands show what was typed|GONGXIN_DEBUG|unset it",
        lambda f: f.tracebacks,
    ),
    _rule(
        "session_key_missing|Sessions end with the process: there is no key|keys/session|"
        "run gongxin init, or restore the file",
        lambda f: "session" not in f.keys,
    ),
    _rule(
        "session_key_weak|The session key can be guessed|keys/session|"
        "delete the file and run gongxin init: everybody logs in again",
        lambda f: (
            len(f.secret_key) < SECRET_LENGTH
            or len(set(f.secret_key)) < SECRET_SIGNS
            or f.secret_key.startswith(WEAK)
        ),
    ),
    _rule(
        "hosts_any|The site answers to every name|GONGXIN_ALLOWED_HOSTS|"
        "name the hosts, without * and without a dot in front",
        lambda f: any("*" in host or host.startswith(".") for host in f.allowed_hosts),
    ),
    _rule(
        "hosts_none|The site answers to this machine's own names alone|GONGXIN_ALLOWED_HOSTS|"
        "name the host that the public asks for",
        lambda f: not {h for h in f.allowed_hosts if h} - LOOPBACK,
    ),
    _rule(
        "cookies|Cookies travel unencrypted|SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE|"
        "set both to True",
        lambda f: not f.secure_cookies,
    ),
    _rule(
        "database_password|The database lets anybody in over the network|GONGXIN_DATABASE_URL|"
        "give the role a password and write it into the URL",
        lambda f: f.tcp and not f.dsn.get("PASSWORD"),
    ),
    _rule(
        "database_tls|What is said to the database can be read on the way|GONGXIN_DATABASE_URL|"
        "add sslmode=verify-full",
        lambda f: f.abroad and not f.tls,
    ),
    _rule(
        "database_away|The database does not answer|GONGXIN_DATABASE_URL|"
        "start it, and look at gongxin doctor",
        lambda f: f.database is None,
    ),
    _rule(
        "database_superuser|The role rules the database: no trigger and no policy holds it|"
        "GONGXIN_DATABASE_URL|make a role without SUPERUSER that owns the tables",
        lambda f: _of(f, lambda d: d.rules_all),
    ),
    _rule(
        "served_as_owner|Pages are served as the owner of the tables: no policy holds them|"
        "GONGXIN_WEB_DATABASE_URL|make the role gongxin_web, run gongxin init, and name it there",
        lambda f: not f.web,
    ),
    _rule(
        "personal_open|Who evaluates or serves may enter the database of persons|"
        "GONGXIN_PERSONAL_DATABASE_URL|"
        "give it an owner of its own, and revoke CONNECT on it from PUBLIC",
        lambda f: not f.persons,
    ),
    _rule(
        "database_durable|What was acknowledged can be lost|fsync, synchronous_commit|"
        "set both to on",
        lambda f: _of(f, lambda d: not d.durable),
    ),
    _rule(
        "database_locale|The database sees no letters in Chinese text|LC_CTYPE of the database|"
        "make a new one with LC_CTYPE 'C.UTF-8' TEMPLATE template0",
        lambda f: _of(f, lambda d: not d.letters),
    ),
    _rule(
        "migrations|The tables are those of another version|the database|run gongxin init",
        lambda f: _of(f, lambda d: not d.migrated),
    ),
    _rule(
        "database_clock|The database's clock and ours differ by more than 5 s|both machines|"
        "set the clocks right (chrony, NTP)",
        lambda f: _of(f, lambda d: d.skew_seconds > SKEW_SECONDS),
    ),
    _rule(
        "unsealed|Deeds were not sealed for more than four hours|the audit log|"
        "run gongxin audit seal and see what it says",
        lambda f: _of(f, lambda d: d.unsealed_seconds > UNSEALED_SECONDS),
    ),
    _rule(
        "release|There is no release of the law that can be read|release.json|"
        "run gongxin init --pack NAME",
        lambda f: not f.release,
    ),
    _rule(
        "home_mode|Others may write into the platform's folder|GONGXIN_HOME|chmod go-w on it",
        lambda f: bool(f.home_mode & OTHERS_WRITE),
    ),
    _rule(
        "keys_folder|Others may look into the folder of the keys|keys|chmod 700 on it",
        lambda f: bool(f.keys_mode & OTHERS),
    ),
    _rule(
        "keys_files|Others may read a key|keys|chmod 400 on the files",
        lambda f: any(mode & OTHERS for mode in f.keys.values()),
    ),
    _rule(
        "audit_key|The audit log cannot be signed|keys/audit|"
        "restore the file: with another key no old head fits",
        lambda f: not f.signs,
    ),
    _rule(
        "personal_key|Sealed records of persons cannot be opened|keys/personal|restore the file",
        lambda f: "personal" not in f.keys,
    ),
    _rule(
        "witnesses_none|Nobody outside witnesses the audit log|GONGXIN_WITNESSES|"
        "name folders that other machines own, two better than one",
        lambda f: not f.witnesses,
    ),
    _rule(
        "witnesses_inside|A witness stands in the platform's own folder|GONGXIN_WITNESSES|"
        "name a folder that another machine owns",
        lambda f: any(path.is_relative_to(f.home) for path in f.witnesses),
    ),
    _rule(
        "disk|Less than a twentieth of the disk is free|the disk of GONGXIN_HOME|make room",
        lambda f: f.free < FREE_SHARE,
    ),
)


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return everything that is unsafe."""
    return tuple(rule.finding for rule in RULES if rule.unsafe(facts))


def refuse(facts: Facts) -> None:
    """Refuse to start in production mode with anything unsafe, and with a mode that is none.

    Raises:
        Unsafe: with every finding, so that one reading is enough.
    """
    if facts.mode != DEVELOPMENT and (found := findings(facts)):
        lines = [f"{one.id}: {one.what}. In {one.where}: {one.todo}." for one in found]
        message = "not started, this is not fit for production:\n" + "\n".join(lines)
        raise Unsafe(message)


def ensure() -> None:
    """Refuse to start as ``refuse`` does; in development nothing is looked at."""
    if settings.GONGXIN.mode != DEVELOPMENT:
        refuse(read())
        connection.close()


def read() -> Facts:
    """Read the facts of this process and its platform."""
    given = settings.GONGXIN
    keys = given.home / "keys"
    return Facts(
        mode=given.mode,
        debug=settings.DEBUG,
        secret_key=settings.SECRET_KEY,
        allowed_hosts=tuple(settings.ALLOWED_HOSTS),
        secure_cookies=settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE,
        tracebacks=given.tracebacks,
        dsn=settings.DATABASES["default"],
        web=_served_apart(given.web_database_url),
        persons=state.persons_apart(),
        database=state.database(),
        home=given.home,
        home_mode=_mode(given.home),
        keys_mode=_mode(keys),
        keys={name: _mode(keys / name) for name in KEYS if (keys / name).is_file()},
        signs=_signs(given.home),
        release=state.has_release(given.home),
        witnesses=tuple(settings.AUDIT_WITNESSES),
        free=disk.free_share(given.home),
    )


def check(**_: object) -> list[checks.CheckMessage]:
    """The findings as Django's checks have them, for ``gongxin doctor`` and ``serve``."""
    return [
        checks.Critical(one.what, hint=one.todo, obj=one.where, id=f"gongxin.{one.id}")
        for one in findings(read())
    ]


def _served_apart(url: str) -> bool:
    """Tell whether the URL of the role that serves names another role than the owner's."""
    role = django_settings(url)["USER"] if url else ""
    return role not in ("", django_settings(settings.GONGXIN.database_url)["USER"])


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0


def _signs(home: Path) -> bool:
    try:
        return bool(signing.read(home).verifier.key)
    except (OSError, ValueError, BadCheckpoint):
        return False
