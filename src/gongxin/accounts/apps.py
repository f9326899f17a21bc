"""Django's name for the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room ``accounts``."""

    name = "gongxin.accounts"
    label = "accounts"
