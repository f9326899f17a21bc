"""The WSGI application of people's own records; the ordinary site is another process."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

# A process that serves persons has no way to the tables of organisations (P1, P2).
for name in ("GONGXIN_DATABASE_URL", "GONGXIN_WEB_DATABASE_URL"):
    os.environ.pop(name, None)
os.environ["DJANGO_SETTINGS_MODULE"] = "gongxin.citizen.settings"
application = get_wsgi_application()

WAITS = 5  # seconds for a connection: while a database is away, nobody hangs longer
for alias in ("default", "personal"):
    served = connections.settings[alias]
    served["CONN_HEALTH_CHECKS"] = True
    served["OPTIONS"]["pool"] = {
        "min_size": 0,
        "max_size": 8,
        "timeout": WAITS,
        "reconnect_timeout": WAITS,
    }
    given = served["OPTIONS"].get("options", "")
    served["OPTIONS"]["options"] = f"-c statement_timeout=5000 {given}".strip()
