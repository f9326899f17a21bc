"""Django's name for the room, and what its log leaves out."""

import logging

from django.apps import AppConfig

TALKATIVE = ("django.request", "django.template")


class PortalConfig(AppConfig):
    """The room ``portal``."""

    name = "gongxin.portal"
    label = "portal"

    def ready(self) -> None:
        """Keep addresses that were refused out of the log: they hold whatever somebody typed."""
        for name in TALKATIVE:
            logging.getLogger(name).addFilter(is_own_fault)


def is_own_fault(entry: logging.LogRecord) -> bool:
    """Tell whether a log entry is about a failure of ours, not about what was asked for."""
    return entry.levelno >= logging.ERROR
