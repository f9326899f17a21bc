"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
application = get_wsgi_application()

from gongxin.site import production  # noqa: E402 - models can be imported only now

production.ensure()
OPTIONS = connections.settings["default"]["OPTIONS"]
# Only a server keeps connections for the next page; a command has one and closes it.
OPTIONS["pool"] = True
# A page that takes longer keeps others waiting: it is given up (T30).
OPTIONS.setdefault("options", "-c statement_timeout=5000")
