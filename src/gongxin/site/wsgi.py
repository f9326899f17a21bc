"""The WSGI application: served as a role that owns nothing (``cli.rights``)."""

import os
from contextlib import suppress

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import resolve

from gongxin import law
from gongxin.cluster import django_settings
from gongxin.law import LawError

for name in ("GONGXIN_PERSONAL_DATABASE_URL", "GONGXIN_CITIZEN_DATABASE_URL"):
    os.environ.pop(name, None)  # pages have no way to persons (P1, P2)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
application = get_wsgi_application()

from gongxin.site import parts, production  # noqa: E402 - models can be imported only now

WAITS = 5  # seconds for a connection: while the database is away, nobody hangs longer
connections.settings.pop("personal", None)  # a worker may be a fork of who had it
served = connections.settings["default"]
options = "-c statement_timeout=5000"  # a page that takes longer keeps others waiting (T30)
if web := os.environ.get("GONGXIN_WEB_DATABASE_URL"):
    served.update(django_settings(web))
    # What the row policies ask: a connection of this role that is not ours sees no row.
    options += " -c gongxin.acting=web"
# Only a server keeps connections for the next page; a command has one and closes it.
# A connection that a restart of the database has cut is replaced before a page meets it (R10).
served["CONN_HEALTH_CHECKS"] = True
# It tries again as long as a page waits, then with the next page: the pool's own growing pauses
# would turn pages away for as long again as the database was gone.
served["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": parts.CONNECTIONS,
    "timeout": WAITS,
    "reconnect_timeout": WAITS,
}
served["OPTIONS"]["options"] = f"{options} {served['OPTIONS'].get('options', '')}".strip()
production.ensure()
# A new worker takes over when it is ready: the first who asks must not wait for the packs.
with suppress(LawError):
    law.active(settings.GONGXIN.home)
resolve("/api/v1/catalog")
