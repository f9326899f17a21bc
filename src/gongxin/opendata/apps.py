"""Django's name for the room."""

from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """The room ``opendata``."""

    name = "gongxin.opendata"
    label = "opendata"
