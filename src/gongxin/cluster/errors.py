"""The errors of the database's life: each says what happened, where, and what to do."""

from typing import ClassVar

from gongxin.core.errors import CreditError


class ClusterError(CreditError):
    """Base of the errors of the database's life."""

    code: ClassVar[str] = "cluster.error"


class NoBinaries(ClusterError):
    """No usable PostgreSQL program was found, neither on the machine nor in the package."""

    code = "cluster.no_binaries"


class WrongVersion(ClusterError):
    """The programs found are of another major version than the one that made the cluster."""

    code = "cluster.wrong_version"


class ClusterFailed(ClusterError):
    """A PostgreSQL program refused: making, starting or stopping the cluster did not work."""

    code = "cluster.failed"


class ClusterLost(ClusterError):
    """The record and the data of a cluster do not belong together, or one of them is gone."""

    code = "cluster.lost"


class Unreachable(ClusterError):
    """The database does not answer, or refuses the login."""

    code = "cluster.unreachable"


class UnusableCluster(ClusterError):
    """The database answers but cannot serve: it sees no letters in Chinese text."""

    code = "cluster.unusable"
