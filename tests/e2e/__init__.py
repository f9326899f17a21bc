"""The public pages in a browser."""

import django

django.setup()
