"""Django's name for the room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The room ``api``."""

    name = "gongxin.api"
    label = "api"
