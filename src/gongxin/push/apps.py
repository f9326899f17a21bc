"""Django's name for the room."""

from django.apps import AppConfig


class PushConfig(AppConfig):
    """The room ``push``."""

    name = "gongxin.push"
    label = "push"
