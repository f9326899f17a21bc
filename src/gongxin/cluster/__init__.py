"""The database of an instance: one given by URL, or a private PostgreSQL cluster of its own.

db = open_database(home, env=os.environ)     # starts the private cluster when none runs
connection = psycopg.connect(db.dsn)
stop(home)                                   # stops the private cluster; data stay
"""

from gongxin.cluster.chinese import check_chinese, chinese_trigram
from gongxin.cluster.database import (
    Database,
    beside,
    create_database,
    django_settings,
    make_personal,
)
from gongxin.cluster.errors import (
    ClusterError,
    ClusterFailed,
    ClusterLost,
    NoBinaries,
    Unreachable,
    UnusableCluster,
    WrongVersion,
)
from gongxin.cluster.inspection import doctor, personal_doctor, serves_persons
from gongxin.cluster.opening import destroy, open_database, stop
from gongxin.cluster.roles import CITIZEN_ROLE, PERSONAL_ROLE, WEB_ROLE

__all__ = [
    "CITIZEN_ROLE",
    "PERSONAL_ROLE",
    "WEB_ROLE",
    "ClusterError",
    "ClusterFailed",
    "ClusterLost",
    "Database",
    "NoBinaries",
    "Unreachable",
    "UnusableCluster",
    "WrongVersion",
    "beside",
    "check_chinese",
    "chinese_trigram",
    "create_database",
    "destroy",
    "django_settings",
    "doctor",
    "make_personal",
    "open_database",
    "personal_doctor",
    "serves_persons",
    "stop",
]
