"""The seven environment variables that the cluster reads, as one typed value."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """What the environment says about the database; nothing else of it is read.

    Attributes:
        database_url: a database that somebody else runs; then nothing is started here.
        web_database_url: the same database as the role that serves, if somebody made one.
        personal_database_url: the database of personal records, if somebody made one.
        citizen_database_url: the first database as the role that serves persons, if there is one.
        pg_bin: ``embedded``, or the folder of PostgreSQL's programs; None finds them.
        path: where programs are looked up, as ``PATH``.
        library_path: handed on to PostgreSQL's programs, as ``LD_LIBRARY_PATH``.
    """

    database_url: str | None
    web_database_url: str | None
    personal_database_url: str | None
    citizen_database_url: str | None
    pg_bin: str | None
    path: str
    library_path: str | None

    def child_environment(self) -> dict[str, str]:
        """The whole environment of PostgreSQL's programs: no secrets, messages in English."""
        child = {"PATH": self.path, "LC_ALL": "C", "TZ": "UTC"}
        if self.library_path is not None:
            child["LD_LIBRARY_PATH"] = self.library_path
        return child


def read_settings(env: Mapping[str, str]) -> ClusterSettings:
    """The cluster's settings from ``env``; an empty value is as good as none."""
    return ClusterSettings(
        database_url=env.get("GONGXIN_DATABASE_URL") or None,
        web_database_url=env.get("GONGXIN_WEB_DATABASE_URL") or None,
        personal_database_url=env.get("GONGXIN_PERSONAL_DATABASE_URL") or None,
        citizen_database_url=env.get("GONGXIN_CITIZEN_DATABASE_URL") or None,
        pg_bin=env.get("GONGXIN_PG_BIN") or None,
        path=env.get("PATH") or "/usr/local/bin:/usr/bin:/bin",
        library_path=env.get("LD_LIBRARY_PATH") or None,
    )
