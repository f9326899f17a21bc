"""Django's name for the room."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The room ``portal``."""

    name = "gongxin.portal"
    label = "portal"
