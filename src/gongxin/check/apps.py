"""Django's name for the room."""

from django.apps import AppConfig


class CheckConfig(AppConfig):
    """The room ``check``."""

    name = "gongxin.check"
    label = "check"
