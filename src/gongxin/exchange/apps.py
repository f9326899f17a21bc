"""Django's name for the room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The room ``exchange``."""

    name = "gongxin.exchange"
    label = "exchange"
