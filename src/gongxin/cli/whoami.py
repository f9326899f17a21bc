"""Who works at the command line, as the audit log names him (操作员)."""

import getpass

from gongxin.cli import clock
from gongxin.core.audit import By


def by() -> By:
    """The operator of the machine, now."""
    return By(f"operator:{getpass.getuser()}", clock.now())
