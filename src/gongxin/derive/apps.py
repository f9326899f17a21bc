"""Django's name for the room."""

from django.apps import AppConfig


class DeriveConfig(AppConfig):
    """The room ``derive``."""

    name = "gongxin.derive"
    label = "derive"
