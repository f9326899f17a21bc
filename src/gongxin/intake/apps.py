"""Django's name for the room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room ``intake``."""

    name = "gongxin.intake"
    label = "intake"
