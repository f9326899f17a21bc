"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
application = get_wsgi_application()
# Only a server keeps connections for the next page; a command has one and closes it.
connections.settings["default"]["OPTIONS"]["pool"] = True
