"""One private PostgreSQL cluster for the whole test run, ready before Django reads its settings.

The first process of a run starts the cluster of ``.cache/tests-home`` and exports
``GONGXIN_DATABASE_URL`` and ``GONGXIN_HOME``; xdist's workers inherit both. The cluster is kept
between runs for speed; delete the folder freely. Runs at the same time share the cluster: each
holds a slot with a database of its own, and the last to end stops the server.
"""

import atexit
import fcntl
import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import IOBase
from pathlib import Path

import django
import psycopg
import pytest
from psycopg import sql

from gongxin.cluster import (
    ClusterLost,
    Database,
    WrongVersion,
    beside,
    create_database,
    destroy,
    open_database,
    stop,
)

ROOT = Path(__file__).resolve().parent.parent
CLUSTER_HOME = ROOT / ".cache/tests-home"
SLOTS = range(8)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _try_lock(path: Path) -> IOBase | None:
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@dataclass
class Run:
    """This run's share of the cluster: a slot, held by a lock until the run ends."""

    slot: int
    held: IOBase

    @classmethod
    def begin(cls) -> "Run":
        with _gate():
            for slot in SLOTS:
                held = _try_lock(CLUSTER_HOME / f"slot-{slot}.lock")
                if held is not None:
                    return cls(slot=slot, held=held)
        message = f"{len(SLOTS)} test runs use {CLUSTER_HOME} already"
        raise pytest.UsageError(message)

    def open(self) -> None:
        db = create_database(_open_cluster(), f"gongxin_{self.slot}")
        home = CLUSTER_HOME / f"instance-{self.slot}"
        home.mkdir(exist_ok=True)
        os.environ["GONGXIN_DATABASE_URL"] = db.dsn
        os.environ["GONGXIN_PERSONAL_DATABASE_URL"] = beside(db.dsn)
        os.environ["GONGXIN_HOME"] = str(home)

    def end(self) -> None:
        with _gate(), ExitStack() as others:
            self.held.close()
            locks = [_try_lock(CLUSTER_HOME / f"slot-{slot}.lock") for slot in SLOTS]
            for lock in locks:
                others.callback(lock.close if lock is not None else lambda: None)
            if all(lock is not None for lock in locks):
                _drop_old_tables()
                stop(CLUSTER_HOME)


def _open_cluster() -> Database:
    env = {name: value for name, value in os.environ.items() if name != "GONGXIN_DATABASE_URL"}
    try:
        return open_database(CLUSTER_HOME, env=env)
    except (WrongVersion, ClusterLost):  # made by other programs: nothing in it is worth keeping
        destroy(CLUSTER_HOME)
        return open_database(CLUSTER_HOME, env=env)


def _drop_old_tables() -> None:
    from tests.fixtures import tables  # noqa: PLC0415 - imports Django, which is set up by now

    with suppress(psycopg.Error):  # a cluster that is away is stopped all the same
        tables.drop_old(os.environ["GONGXIN_DATABASE_URL"])


def _gate() -> IOBase:
    CLUSTER_HOME.mkdir(parents=True, exist_ok=True)
    file = (CLUSTER_HOME / "gate.lock").open("ab")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _begin_run() -> None:
    if WORKER:
        return
    run = Run.begin()
    atexit.register(run.end)  # not a pytest hook: those are not called when a conftest fails
    run.open()


_begin_run()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
django.setup()  # test modules import models while they are collected


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.allow_hosts = "127.0.0.1"  # pytest-socket: nothing beyond this machine
    config.option.allow_unix_socket = True


@pytest.fixture(scope="session")
def database() -> Database:
    """An empty database of this worker, for tests that need PostgreSQL but not Django."""
    shared = open_database(CLUSTER_HOME, env=os.environ)
    name = f"{shared.name}_plain_{WORKER or 'main'}"
    with psycopg.connect(shared.dsn, autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
    return create_database(shared, name)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker
) -> None:
    """The tests' databases are copies (``tests.fixtures.tables``)."""
    from tests.fixtures import tables  # noqa: PLC0415 - core's tests need no Django before this

    with django_db_blocker.unblock():
        tables.copied(CLUSTER_HOME / "tables.lock")


INHABITED = {"settled"}
EMPTY = {"town", "fresh"}


def _both_databases(item: pytest.Item) -> None:
    """Records of persons are in a database of their own: a test that has one has both."""
    marker = item.get_closest_marker("django_db")
    names = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    if marker is not None or names:
        given = {} if marker is None else dict(marker.kwargs)
        both = pytest.mark.django_db(**given | {"databases": ["default", "personal"]})
        item.add_marker(both, append=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a module that wants its database settled by one test and empty by another.

    ``settled`` lasts for a module and tests run in any order: the empty ones would find it so, and
    one with transactions of its own would wait for it or undo it.
    """
    wanted: dict[str, set[str]] = {}
    for item in items:
        _both_databases(item)
        names = set(getattr(item, "fixturenames", ()))
        marker = item.get_closest_marker("django_db")
        if marker is not None and marker.kwargs.get("transaction"):
            names |= EMPTY
        wanted.setdefault(item.nodeid.split("::")[0], set()).update(names)
    mixed = sorted(name for name, names in wanted.items() if names & INHABITED and names & EMPTY)
    if mixed:
        message = f"settled and empty in one module, split it: {', '.join(mixed)}"
        raise pytest.UsageError(message)


@pytest.fixture(autouse=True, scope="session")
def unhurried() -> None:
    """One address reads every page of the tests within seconds: tests of limits set their own."""
    from django.conf import settings  # noqa: PLC0415 - core's tests need no Django before this

    everything = dict.fromkeys(("second", "minute", "day"), 1_000_000)
    settings.API_LIMITS = {"anonymous": everything, "client": everything}
    settings.LETTER_LIMITS = everything
