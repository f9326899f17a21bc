"""Tests of the public pages. Django is made ready here: their world is made of models."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
django.setup()
