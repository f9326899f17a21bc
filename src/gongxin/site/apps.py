"""Django's name for the room; it registers the checks that a server needs."""

from django.apps import AppConfig
from django.core import checks


class SiteConfig(AppConfig):
    """The room ``site``."""

    name = "gongxin.site"
    label = "gongxin_site"

    def ready(self) -> None:
        """Register the checks of production; they run when asked for by name."""
        from gongxin.site import production  # noqa: PLC0415 - settings are complete only now

        checks.register(production.check, "production", deploy=True)
