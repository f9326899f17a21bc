"""Django's name for the room."""

from django.apps import AppConfig


class PersonalConfig(AppConfig):
    """The room ``personal``."""

    name = "gongxin.personal"
    label = "personal"
