"""The database of an instance: one given by URL, or a private PostgreSQL cluster of its own.

db = open_database(home, env=os.environ)     # starts the private cluster when none runs
connection = psycopg.connect(db.dsn)
stop(home)                                   # stops the private cluster; data stay
"""

from gongxin.cluster.chinese import check_chinese, chinese_trigram
from gongxin.cluster.database import Database, create_database, django_settings
from gongxin.cluster.errors import (
    ClusterError,
    ClusterFailed,
    ClusterLost,
    NoBinaries,
    Unreachable,
    UnusableCluster,
    WrongVersion,
)
from gongxin.cluster.inspection import doctor
from gongxin.cluster.opening import destroy, open_database, stop
from gongxin.cluster.roles import WEB_ROLE

__all__ = [
    "WEB_ROLE",
    "ClusterError",
    "ClusterFailed",
    "ClusterLost",
    "Database",
    "NoBinaries",
    "Unreachable",
    "UnusableCluster",
    "WrongVersion",
    "check_chinese",
    "chinese_trigram",
    "create_database",
    "destroy",
    "django_settings",
    "doctor",
    "open_database",
    "stop",
]
