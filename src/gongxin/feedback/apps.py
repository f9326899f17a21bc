"""Django's name for the room."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The room ``feedback``."""

    name = "gongxin.feedback"
    label = "feedback"
