"""Django's name for the room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room ``ledger``."""

    name = "gongxin.ledger"
    label = "ledger"
