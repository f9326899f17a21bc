"""Tests of the public pages. Django is made ready here: their world is made of models."""

import django

django.setup()
